import { concat, utf8 } from './bytes.ts';
import { hmacSha256, sha256 } from './sodium.ts';

/**
 * The bytes every signature, hash and key derivation begins with, so that what was made for one
 * purpose never serves another: `n25/<purpose>/v1` and a zero byte.
 */
export function domainString(purpose: string): Uint8Array {
  return utf8(`n25/${purpose}/v1\0`);
}

/** SHA-256 of the purpose's domain string and the parts. At most one part may vary in length. */
export function hashFor(purpose: string, ...parts: readonly Uint8Array[]): Uint8Array {
  return sha256(concat(domainString(purpose), ...parts));
}

/** HKDF-Extract of RFC 5869 with SHA-256. */
export function hkdfExtract(salt: Uint8Array, secret: Uint8Array): Uint8Array {
  return hmacSha256(salt, secret);
}

/** HKDF-Expand of RFC 5869 with SHA-256, for at most 8,160 bytes. */
export function hkdfExpand(key: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  const output = new Uint8Array(length);
  let block: Uint8Array = new Uint8Array(0);
  for (let counter = 1, offset = 0; offset < length; counter += 1, offset += 32) {
    block = hmacSha256(key, concat(block, info, Uint8Array.of(counter)));
    output.set(block.subarray(0, length - offset), offset);
  }
  return output;
}

/** 32 bytes for one purpose from one secret: HKDF without salt, `info` = domain string ‖ parts. */
export function deriveKey(
  secret: Uint8Array,
  purpose: string,
  ...parts: readonly Uint8Array[]
): Uint8Array {
  const info = concat(domainString(purpose), ...parts);
  return hkdfExpand(hkdfExtract(new Uint8Array(0), secret), info, 32);
}
