import { concat } from '../bytes.ts';
import { domainString, hkdfExpand } from '../hash.ts';
import { chachaOpen, chachaSeal, xchachaOpen, xchachaSeal, type Random } from '../sodium.ts';

/** What the other side needs to find the key; sealed, so that messages can't be counted or grouped. */
export interface RatchetHeader {
  readonly key: Uint8Array;
  /** Messages in the sender's chain before this one. */
  readonly previous: number;
  /** The message's own place in its chain, from 0. */
  readonly number: number;
}

const nonceBytes = 24;
const plainBytes = 32 + 4 + 4;
const tagBytes = 16;
const headerBytes = nonceBytes + plainBytes + tagBytes;

/** What a ratchet message is longer than its plaintext. */
export const messageOverhead = headerBytes + tagBytes;

const purpose = domainString('ratchet-header');

export function sealHeader(
  headerKey: Uint8Array,
  { key, previous, number }: RatchetHeader,
  random: Random,
): Uint8Array {
  const plain = new Uint8Array(plainBytes);
  plain.set(key);
  const view = new DataView(plain.buffer);
  view.setUint32(32, previous);
  view.setUint32(36, number);
  const nonce = random(nonceBytes);
  return concat(nonce, xchachaSeal({ key: headerKey, nonce, associated: purpose }, plain));
}

/** The header at the beginning of a message, which is at least `messageOverhead` long. */
export function openHeader(headerKey: Uint8Array, sealed: Uint8Array): RatchetHeader | undefined {
  const nonce = sealed.subarray(0, nonceBytes);
  const plain = xchachaOpen(
    { key: headerKey, nonce, associated: purpose },
    sealed.subarray(nonceBytes, headerBytes),
  );
  if (plain === undefined) return undefined;
  const view = new DataView(plain.buffer, plain.byteOffset, plain.byteLength);
  return { key: plain.slice(0, 32), previous: view.getUint32(32), number: view.getUint32(36) };
}

export function sealPayload(
  messageKey: Uint8Array,
  associated: Uint8Array,
  plaintext: Uint8Array,
): Uint8Array {
  return chachaSeal(cipher(messageKey, associated), plaintext);
}

export function openPayload(
  messageKey: Uint8Array,
  associated: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | undefined {
  const bound = concat(associated, sealed.subarray(0, headerBytes));
  return chachaOpen(cipher(messageKey, bound), sealed.subarray(headerBytes));
}

/** A message key is used once, so its nonce may be derived with it. */
function cipher(messageKey: Uint8Array, associated: Uint8Array) {
  const derived = hkdfExpand(messageKey, domainString('ratchet-message'), 44);
  return { key: derived.subarray(0, 32), nonce: derived.subarray(32), associated };
}
