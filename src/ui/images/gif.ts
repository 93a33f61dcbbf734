import type { ImageParts } from './image-parts.ts';
import { text } from './image-kind.ts';

const extension = 0x21;
const image = 0x2c;
const trailer = 0x3b;
const graphicControl = 0xf9;
const application = 0xff;

/** Cuts a GIF into blocks: comments, texts and what programs left in it go, how often it repeats stays (GIF89a). */
export function gifParts(bytes: Uint8Array): ImageParts | undefined {
  if (bytes.length < 14) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = { width: view.getUint16(6, true), height: view.getUint16(8, true) };
  let at = 13 + colourTable(bytes[10]);
  if (at > bytes.length) return undefined;
  const kept: Uint8Array[] = [bytes.subarray(0, at)];
  for (;;) {
    const kind = bytes[at];
    if (kind === trailer) return { size, kept: [...kept, bytes.subarray(at, at + 1)] };
    const data = kind === image ? at + 10 + colourTable(bytes[at + 9]) + 1 : at + 2;
    if ((kind !== image && kind !== extension) || data > bytes.length) return undefined;
    const end = afterBlocks(bytes, data);
    if (end === undefined) return undefined;
    if (kind === image || isShown(bytes, at)) kept.push(bytes.subarray(at, end));
    at = end;
  }
}

function isShown(bytes: Uint8Array, at: number): boolean {
  const label = bytes[at + 1];
  if (label === graphicControl) return true;
  return label === application && text(bytes, at + 3, 11) === 'NETSCAPE2.0';
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
