import { radix } from './radix.ts';
import { accept, refuse, type Result } from './result.ts';

export { equalBytes } from './sodium.ts';

// Present in every browser and in Node, but not in the ECMAScript library the domain is checked against.
declare class TextEncoder {
  encode(text: string): Uint8Array;
}
declare class TextDecoder {
  constructor(label: 'utf-8', options: { fatal: true; ignoreBOM: true });
  decode(bytes: Uint8Array): string;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const base32 = radix('abcdefghijklmnopqrstuvwxyz234567', 5);
const base64Url = radix('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_', 6);
const base64 = radix('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/', 6);
const hex = radix('0123456789abcdef', 4);

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** UTF-8. A lone surrogate becomes U+FFFD. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

export function fromUtf8(bytes: Uint8Array): Result<string> {
  try {
    return accept(decoder.decode(bytes));
  } catch {
    return refuse('malformed');
  }
}

/** Lower case. */
export function toHex(bytes: Uint8Array): string {
  return hex.encode(bytes);
}

export function fromHex(text: string): Result<Uint8Array> {
  return hex.decode(text);
}

/** RFC 4648 section 5 without padding. */
export function toBase64Url(bytes: Uint8Array): string {
  return base64Url.encode(bytes);
}

export function fromBase64Url(text: string): Result<Uint8Array> {
  return base64Url.decode(text);
}

/** RFC 4648 section 4, with padding. */
export function toBase64(bytes: Uint8Array): string {
  return base64.encode(bytes) + '='.repeat((3 - (bytes.length % 3)) % 3);
}

export function fromBase64(text: string): Result<Uint8Array> {
  const decoded = base64.decode(text.replace(/={1,2}$/, ''));
  if (!decoded.ok) return decoded;
  return toBase64(decoded.value) === text ? decoded : refuse('not-canonical');
}

/** RFC 4648 section 6 in lower case without padding. */
export function toBase32(bytes: Uint8Array): string {
  return base32.encode(bytes);
}

export function fromBase32(text: string): Result<Uint8Array> {
  return base32.decode(text);
}

/** Which of two byte strings comes first, byte by byte; a prefix comes before what it begins. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let index = 0; index < Math.min(a.length, b.length); index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
