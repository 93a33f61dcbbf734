import { accept, refuse, type Result } from './result.ts';

/** Nothing sealed is shorter than this, so that the shortest messages look alike. */
const smallest = 256;
const lengthBytes = 4;

/**
 * The size `length` bytes are padded to: at least 256, above that Padmé (Nikitin et al., PETS 2019),
 * which leaks O(log log n) bits of the length for at most 12 % more bytes.
 */
export function paddedLength(length: number): number {
  if (length <= smallest) return smallest;
  const exponent = Math.floor(Math.log2(length));
  const kept = Math.floor(Math.log2(exponent)) + 1;
  const step = 2 ** (exponent - kept);
  return Math.ceil(length / step) * step;
}

/** Length (4 bytes, big endian) ‖ content ‖ zeros, up to the padded length. */
export function pad(content: Uint8Array): Uint8Array {
  return padTo(paddedLength(content.length + lengthBytes), content);
}

/** The content, if these are exactly the bytes that `pad` makes of it. */
export function unpad(padded: Uint8Array): Result<Uint8Array> {
  if (padded.length < smallest) return refuse('malformed');
  return padded.length === paddedLength(endOf(padded))
    ? contentOf(padded)
    : refuse('not-canonical');
}

/** The same up to one size for all, which must hold the content and four bytes. */
export function padTo(size: number, content: Uint8Array): Uint8Array {
  const padded = new Uint8Array(size);
  new DataView(padded.buffer).setUint32(0, content.length);
  padded.set(content, lengthBytes);
  return padded;
}

/** The content, if these are exactly the bytes that `padTo` makes of it. */
export function unpadFrom(size: number, padded: Uint8Array): Result<Uint8Array> {
  if (padded.length !== size) return refuse('malformed');
  return endOf(padded) <= size ? contentOf(padded) : refuse('not-canonical');
}

function endOf(padded: Uint8Array): number {
  const view = new DataView(padded.buffer, padded.byteOffset, padded.byteLength);
  return lengthBytes + view.getUint32(0);
}

function contentOf(padded: Uint8Array): Result<Uint8Array> {
  const end = endOf(padded);
  return padded.subarray(end).some((byte) => byte !== 0)
    ? refuse('not-canonical')
    : accept(padded.slice(lengthBytes, end));
}
