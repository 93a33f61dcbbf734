import { utf8 } from '../bytes.ts';

const letters = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

/** As age's programs take a secret key: Bech32 (BIP 173) in capitals. */
export function secretKeyText(secretKey: Uint8Array): string {
  return bech32('age-secret-key-', secretKey).toUpperCase();
}

/** As they take whom to seal to. */
export function recipientText(publicKey: Uint8Array): string {
  return bech32('age', publicKey);
}

function bech32(prefix: string, bytes: Uint8Array): string {
  const data = inFives(bytes);
  const ascii = [...utf8(prefix)];
  const spread = [...ascii.map((one) => one >> 5), 0, ...ascii.map((one) => one % 32)];
  const sum = checksum([...spread, ...data, 0, 0, 0, 0, 0, 0]) ^ 1;
  const tail = Array.from({ length: 6 }, (_, at) => (sum >> (5 * (5 - at))) & 31);
  return `${prefix}1${[...data, ...tail].map((one) => letters[one]).join('')}`;
}

/** Groups of five bits, the last filled up with zeros. */
function inFives(bytes: Uint8Array): number[] {
  const fives: number[] = [];
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    bits += 8;
    for (; bits >= 5; bits -= 5) fives.push((held >> (bits - 5)) & 31);
  }
  if (bits > 0) fives.push((held << (5 - bits)) & 31);
  return fives;
}

function checksum(values: readonly number[]): number {
  let sum = 1;
  for (const value of values) {
    const top = sum >>> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ value;
    for (const [bit, polynomial] of generator.entries()) {
      if ((top >> bit) & 1) sum ^= polynomial;
    }
  }
  return sum;
}
