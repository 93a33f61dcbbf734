import { text } from './image-kind.ts';

const tag = 0x0112;
const short = 3;

/** How a camera says that its picture is to be turned (Exif 2.32, 4.6.4): 1 to 8; `undefined` where it doesn't. */
export function orientationIn(segment: Uint8Array): number | undefined {
  if (text(segment, 4, 4) !== 'Exif') return undefined;
  const tiff = segment.subarray(10);
  const little = text(tiff, 0, 2) === 'II';
  if ((!little && text(tiff, 0, 2) !== 'MM') || tiff.length < 14) return undefined;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  const directory = view.getUint32(4, little);
  if (directory + 2 > tiff.length) return undefined;
  const entries = view.getUint16(directory, little);
  for (let index = 0; index < entries; index += 1) {
    const at = directory + 2 + index * 12;
    if (at + 12 > tiff.length) return undefined;
    if (view.getUint16(at, little) !== tag || view.getUint16(at + 2, little) !== short) continue;
    const value = view.getUint16(at + 8, little);
    return value >= 1 && value <= 8 ? value : undefined;
  }
  return undefined;
}

/** A segment that says this and nothing else. */
export function orientationSegment(orientation: number): Uint8Array {
  const bytes = Uint8Array.from(turned);
  bytes[29] = orientation;
  return bytes;
}

// prettier-ignore
const turned = [
  0xff, 0xe1, 0x00, 0x22, 0x45, 0x78, 0x69, 0x66, 0x00, 0x00,
  // Big-endian, one directory of one entry, none after it.
  0x4d, 0x4d, 0x00, 0x2a, 0x00, 0x00, 0x00, 0x08, 0x00, 0x01,
  0x01, 0x12, 0x00, 0x03, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00,
  0x00, 0x00, 0x00, 0x00,
];
