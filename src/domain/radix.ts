import { accept, refuse, type Result } from './result.ts';

// Present in every browser and in Node, but not in the ECMAScript library the domain is checked against.
declare class TextDecoder {
  constructor(label: 'utf-8');
  decode(bytes: Uint8Array): string;
}

/** All at once: a text that grows letter by letter takes ten times as long, and what is kept may be megabytes. */
const ascii = new TextDecoder('utf-8');

/** A way to write bytes in an alphabet of 2ⁿ characters, without padding. */
export interface Radix {
  readonly encode: (bytes: Uint8Array) => string;
  /** Refuses every text that `encode` would not have written. */
  readonly decode: (text: string) => Result<Uint8Array>;
}

/** Groups of `bits` bits, most significant first, as RFC 4648 has them for base32 and base64. */
export function radix(alphabet: string, bits: number): Radix {
  const mask = (1 << bits) - 1;
  const letters = Uint8Array.from(alphabet, (letter) => letter.charCodeAt(0));
  const values = new Int8Array(128).fill(-1);
  for (let value = 0; value < alphabet.length; value += 1) {
    values[alphabet.charCodeAt(value)] = value;
  }

  function encode(bytes: Uint8Array): string {
    const codes = new Uint8Array(Math.ceil((bytes.length * 8) / bits));
    let written = 0;
    let held = 0;
    let heldBits = 0;
    for (const byte of bytes) {
      held = (held << 8) | byte;
      heldBits += 8;
      while (heldBits >= bits) {
        heldBits -= bits;
        codes[written] = letters[(held >>> heldBits) & mask] ?? 0;
        written += 1;
      }
      held &= (1 << heldBits) - 1;
    }
    if (heldBits > 0) codes[written] = letters[(held << (bits - heldBits)) & mask] ?? 0;
    return ascii.decode(codes);
  }

  function decode(text: string): Result<Uint8Array> {
    const bytes = new Uint8Array(Math.floor((text.length * bits) / 8));
    let written = 0;
    let held = 0;
    let heldBits = 0;
    for (let index = 0; index < text.length; index += 1) {
      const value = values[text.charCodeAt(index)] ?? -1;
      if (value < 0) return refuse('malformed');
      held = (held << bits) | value;
      heldBits += bits;
      if (heldBits >= 8) {
        heldBits -= 8;
        bytes[written] = held >>> heldBits;
        written += 1;
        held &= (1 << heldBits) - 1;
      }
    }
    // What is left over must be less than a character and all zero, or two texts would mean the same.
    return heldBits >= bits || held !== 0 ? refuse('not-canonical') : accept(bytes);
  }

  return { encode, decode };
}
