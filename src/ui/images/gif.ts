import type { ImageParts } from './image-parts.ts';
import { text } from './image-kind.ts';

const extension = 0x21;
const image = 0x2c;
const trailer = 0x3b;
const graphicControl = 0xf9;
const application = 0xff;

/** How often it repeats: its beginning as long as it is, and one block of three bytes. */
const repeatsBytes = 18;

/**
 * Cuts a GIF into blocks: comments, texts and what programs left in it go, how often it repeats stays (GIF89a). It is as
 * large as its largest frame, as browsers make room for that.
 */
export function gifParts(bytes: Uint8Array): ImageParts | undefined {
  if (bytes.length < 14) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let width = view.getUint16(6, true);
  let height = view.getUint16(8, true);
  let at = 13 + colourTable(bytes[10]);
  if (at > bytes.length) return undefined;
  const kept: Uint8Array[] = [bytes.subarray(0, at)];
  for (;;) {
    const kind = bytes[at];
    if (kind === trailer) {
      return { size: { width, height }, kept: [...kept, bytes.subarray(at, at + 1)] };
    }
    const data = kind === image ? at + 10 + colourTable(bytes[at + 9]) + 1 : at + 2;
    if ((kind !== image && kind !== extension) || data > bytes.length) return undefined;
    const end = afterBlocks(bytes, data);
    if (end === undefined) return undefined;
    if (kind === image) {
      width = Math.max(width, view.getUint16(at + 5, true));
      height = Math.max(height, view.getUint16(at + 7, true));
      kept.push(bytes.subarray(at, end));
    } else if (bytes[at + 1] === graphicControl) kept.push(bytes.subarray(at, end));
    else if (isRepeats(bytes, at, end)) {
      kept.push(bytes.subarray(at, at + repeatsBytes), Uint8Array.of(0));
    }
    at = end;
  }
}

function isRepeats(bytes: Uint8Array, at: number, end: number): boolean {
  if (bytes[at + 1] !== application || text(bytes, at + 2, 12) !== '\x0bNETSCAPE2.0') return false;
  return bytes[at + 14] === 3 && end > at + repeatsBytes;
}

/** The bytes of the table of colours that these flags announce. */
function colourTable(flags = 0): number {
  return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 0x07) + 1);
}

/** Behind a row of blocks, each with its length before it. */
function afterBlocks(bytes: Uint8Array, from: number): number | undefined {
  for (let at = from; at < bytes.length;) {
    const length = bytes[at] ?? 0;
    if (length === 0) return at + 1;
    at += 1 + length;
  }
  return undefined;
}
