import { joined, type ImageParts } from './image-parts.ts';
import { text } from './image-kind.ts';

type Size = ImageParts['size'];

const shown = new Set(['VP8 ', 'VP8L', 'VP8X', 'ANIM', 'ANMF', 'ALPH']);
/** A frame of an animation holds one picture, and no other frame. */
const shownInFrame = new Set(['VP8 ', 'VP8L', 'ALPH']);
/** Where a frame stands, how large it is and how long it is shown; its own chunks follow. */
const frameHead = 16;
/** Chunks of one length, behind which nothing shows. */
const lengths: Readonly<Record<string, number>> = { VP8X: 10, ANIM: 6 };
/** Of VP8X: that there is transparency, and an animation; not that there are a colour profile, EXIF or XMP. */
const keptFlags = 0x10 | 0x02;

interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
}

/** Cuts a WebP into its chunks (RFC 9649), and its frames into theirs. It is as large as the largest that any of them says. */
export function webpParts(bytes: Uint8Array): ImageParts | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 20) return undefined;
  const end = 8 + view.getUint32(4, true);
  if (end > bytes.length) return undefined;
  const found = lookThrough(bytes.subarray(12, end), shown);
  if (!found?.size) return undefined;
  const header = bytes.slice(0, 12);
  const length = found.kept.reduce((sum, chunk) => sum + chunk.length, 4);
  new DataView(header.buffer).setUint32(4, length, true);
  return { size: found.size, kept: [header, ...found.kept] };
}

/** `undefined` where something is longer than what it is in. */
function lookThrough(bytes: Uint8Array, wanted: ReadonlySet<string>) {
  const chunks = chunksIn(bytes);
  if (!chunks) return undefined;
  const kept: Uint8Array[] = [];
  let size: Size | undefined;
  for (const chunk of chunks.filter(({ type }) => wanted.has(type))) {
    size = larger(size, sizeIn(chunk));
    if (chunk.type === 'ANMF') {
      const frame = lookThrough(chunk.data.subarray(frameHead), shownInFrame);
      if (!frame) return undefined;
      size = larger(size, frame.size);
      const data = joined([chunk.data.subarray(0, frameHead), ...frame.kept]);
      kept.push(asBytes({ type: chunk.type, data }));
    } else kept.push(asBytes(cleaned(chunk)));
  }
  return { size, kept };
}

function chunksIn(bytes: Uint8Array): Chunk[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: Chunk[] = [];
  for (let at = 0; at + 8 <= bytes.length;) {
    const length = view.getUint32(at + 4, true);
    const next = at + 8 + length + (length % 2);
    if (next > bytes.length) return undefined;
    chunks.push({ type: text(bytes, at, 4), data: bytes.subarray(at + 8, at + 8 + length) });
    at = next;
  }
  return chunks;
}

function asBytes({ type, data }: Chunk): Uint8Array {
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, data.length, true);
  return joined([new TextEncoder().encode(type), length, data, new Uint8Array(data.length % 2)]);
}

function cleaned({ type, data }: Chunk): Chunk {
  const cut = data.subarray(0, lengths[type]);
  if (type !== 'VP8X') return { type, data: cut };
  const canvas = cut.slice();
  canvas[0] = (canvas[0] ?? 0) & keptFlags;
  return { type, data: canvas };
}

function larger(one: Size | undefined, other: Size | undefined): Size | undefined {
  if (!one || !other) return one ?? other;
  return {
    width: Math.max(one.width, other.width),
    height: Math.max(one.height, other.height),
  };
}

/** Of the canvas (VP8X), of a frame of an animation, or of the one picture there is. */
function sizeIn({ type, data }: Chunk): Size | undefined {
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
