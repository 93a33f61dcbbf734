import type { ImageParts } from './image-parts.ts';
import { text } from './image-kind.ts';

type Size = ImageParts['size'];

const shown = new Set(['VP8 ', 'VP8L', 'VP8X', 'ANIM', 'ANMF', 'ALPH']);
/** Of VP8X: that there is transparency, and an animation; not that there are a colour profile, EXIF or XMP. */
const keptFlags = 0x10 | 0x02;

/** Cuts a WebP into its chunks (RFC 9649). It is as large as the largest that any of them says. */
export function webpParts(bytes: Uint8Array): ImageParts | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 20) return undefined;
  const end = 8 + view.getUint32(4, true);
  if (end > bytes.length) return undefined;
  const chunks: Uint8Array[] = [];
  let size: Size | undefined;
  for (let at = 12; at + 8 <= end;) {
    const length = view.getUint32(at + 4, true);
    const next = at + 8 + length + (length % 2);
    if (next > end) return undefined;
    const type = text(bytes, at, 4);
    size = larger(size, sizeIn(type, bytes.subarray(at + 8, at + 8 + length)));
    if (shown.has(type)) chunks.push(cleaned(type, bytes.subarray(at, next)));
    at = next;
  }
  if (!size) return undefined;
  const header = bytes.slice(0, 12);
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 4);
  new DataView(header.buffer).setUint32(4, length, true);
  return { size, kept: [header, ...chunks] };
}

function cleaned(type: string, chunk: Uint8Array): Uint8Array {
  if (type !== 'VP8X') return chunk;
  const copy = chunk.slice();
  copy[8] = (copy[8] ?? 0) & keptFlags;
  return copy;
}

function larger(one: Size | undefined, other: Size | undefined): Size | undefined {
  if (!one || !other) return one ?? other;
  return {
    width: Math.max(one.width, other.width),
    height: Math.max(one.height, other.height),
  };
}

/** Of the canvas (VP8X), of a frame of an animation, or of the one picture there is. */
function sizeIn(type: string, data: Uint8Array): Size | undefined {
  const byte = (at: number) => data[at] ?? 0;
  switch (type) {
    case 'VP8X':
      return {
        width: 1 + byte(4) + (byte(5) << 8) + (byte(6) << 16),
        height: 1 + byte(7) + (byte(8) << 8) + (byte(9) << 16),
      };
    case 'ANMF':
      return {
        width: 1 + byte(6) + (byte(7) << 8) + (byte(8) << 16),
        height: 1 + byte(9) + (byte(10) << 8) + (byte(11) << 16),
      };
    case 'VP8L':
      return {
        width: 1 + byte(1) + ((byte(2) & 0x3f) << 8),
        height: 1 + (byte(2) >> 6) + (byte(3) << 2) + ((byte(4) & 0x0f) << 10),
      };
    case 'VP8 ':
      return {
        width: byte(6) + ((byte(7) & 0x3f) << 8),
        height: byte(8) + ((byte(9) & 0x3f) << 8),
      };
    default:
      return undefined;
  }
}
