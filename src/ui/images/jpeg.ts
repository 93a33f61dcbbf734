import type { ImageParts } from './image-parts.ts';
import { orientationIn, orientationSegment } from './orientation.ts';
import { text } from './image-kind.ts';

const startOfScan = 0xda;
const endOfImage = 0xd9;
const comment = 0xfe;
const jfif = 0xe0;
const exif = 0xe1;
const adobe = 0xee;

/**
 * Cuts a JPEG into segments (ITU-T T.81, annex B). Of what cameras and programs put into it only how it is to be turned
 * stays, and Adobe's word on its colours, without which they would be wrong. What follows its end, as the film
 * behind a "live" photo, goes.
 */
export function jpegParts(bytes: Uint8Array): ImageParts | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kept: Uint8Array[] = [bytes.subarray(0, 2)];
  let size: ImageParts['size'] | undefined;
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === endOfImage) return size && { size, kept: [...kept, bytes.subarray(at, at + 2)] };
    const end = at + 2 + view.getUint16(at + 2);
    if (end < at + 4 || end > bytes.length) return undefined;
    const segment = bytes.subarray(at, end);
    if (isFrame(marker)) {
      if (segment.length < 9) return undefined;
      size ??= { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    }
    if (marker === exif) {
      const turned = orientationIn(segment);
      if (turned !== undefined) kept.push(orientationSegment(turned));
    } else if (isShown(marker, segment)) kept.push(segment);
    at = end;
    if (marker !== startOfScan) continue;
    const scanEnd = afterScan(bytes, at);
    kept.push(bytes.subarray(at, scanEnd));
    at = scanEnd;
  }
  // Many a camera leaves the end out; then what there is counts.
  const last =
    bytes[at] === 0xff && bytes[at + 1] === endOfImage ? [bytes.subarray(at, at + 2)] : [];
  return size && { size, kept: [...kept, ...last] };
}

function isShown(marker: number, segment: Uint8Array): boolean {
  if (marker === comment) return false;
  if (marker === jfif) return text(segment, 4, 4) === 'JFIF';
  if (marker === adobe) return text(segment, 4, 5) === 'Adobe';
  return marker < 0xe0 || marker > 0xef;
}

/** Start of frame, of whatever process; not the tables that have numbers among them. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** Behind the coded data: at the next marker that is neither a stuffed byte nor a restart. */
function afterScan(bytes: Uint8Array, from: number): number {
  for (let at = from; at + 1 < bytes.length; at += 1) {
    if (bytes[at] !== 0xff) continue;
    const next = bytes[at + 1] ?? 0;
    if (next !== 0x00 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
  return bytes.length;
}
