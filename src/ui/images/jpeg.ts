import type { ImageParts } from './image-parts.ts';
import { orientationIn, orientationSegment } from './orientation.ts';
import { text } from './image-kind.ts';

const startOfScan = 0xda;
const endOfImage = 0xd9;
const jfif = 0xe0;
const exif = 0xe1;
const adobe = 0xee;

/**
 * Cuts a JPEG into segments (ITU-T T.81, annex B). Of what cameras and programs put into it only how it is to be turned
 * stays, and Adobe's word on its colours, without which they would be wrong. What follows its end, as the film
 * behind a "live" photo, goes. `undefined` for what says its size twice, or has a marker without a length where a
 * decoder would go on elsewhere than we do: what it unpacks would not be what was looked at.
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
    if (hasNoLength(marker)) return undefined;
    const end = at + 2 + view.getUint16(at + 2);
    if (end < at + 4 || end > bytes.length) return undefined;
    const segment = bytes.subarray(at, end);
    if (isFrame(marker)) {
      if (size || segment.length < 9) return undefined;
      size = { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    }
    if (marker === exif) {
      const turned = orientationIn(segment);
      if (turned !== undefined) kept.push(orientationSegment(turned));
    } else kept.push(...shownOf(marker, segment));
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

/** The part of a segment that shows: tables, frames and scans whole; JFIF without the small picture it may hold. */
function shownOf(marker: number, segment: Uint8Array): readonly Uint8Array[] {
  if (marker === jfif && text(segment, 4, 5) === 'JFIF\0' && segment.length >= 18) {
    return [Uint8Array.of(0xff, jfif, 0, 16, ...segment.subarray(4, 16), 0, 0)];
  }
  if (marker === adobe && text(segment, 4, 5) === 'Adobe' && segment.length >= 16) {
    return [Uint8Array.of(0xff, adobe, 0, 14, ...segment.subarray(4, 16))];
  }
  const coded = (marker >= 0xc0 && marker <= 0xcf) || (marker >= startOfScan && marker <= 0xdf);
  return coded ? [segment] : [];
}

/** A restart, a beginning, or of no use outside of coded data. */
function hasNoLength(marker: number): boolean {
  return marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8);
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
