import { gifParts } from './gif.ts';
import { imageKind, type ImageKind } from './image-kind.ts';
import { joined, type ImageParts } from './image-parts.ts';
import { jpegParts } from './jpeg.ts';
import { pngParts } from './png.ts';
import { webpParts } from './webp.ts';

const parts: Readonly<Record<ImageKind, (bytes: Uint8Array) => ImageParts | undefined>> = {
  png: pngParts,
  jpeg: jpegParts,
  gif: gifParts,
  webp: webpParts,
};

/** Pixels. More takes a browser hundreds of megabytes to unpack, from a file that may be small. */
export const mostPixels = 50_000_000;

export interface ImageLook {
  readonly kind: ImageKind;
  readonly width: number;
  readonly height: number;
  /** It may be unpacked. */
  readonly fits: boolean;
}

export interface CleanImage {
  readonly look: ImageLook;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * The same picture, pixel by pixel, without where, when and with what it was taken: no EXIF but how it is turned, no XMP, IPTC,
 * comments, embedded previews, colour profiles, and nothing behind its end. Nothing is unpacked. `undefined` for what is no picture, or is not whole.
 */
export function cleanImage(bytes: Uint8Array): CleanImage | undefined {
  const kind = imageKind(bytes);
  const found = kind && parts[kind](bytes);
  if (!kind || !found) return undefined;
  const { width, height } = found.size;
  if (width === 0 || height === 0) return undefined;
  const look = { kind, width, height, fits: width * height <= mostPixels };
  return { look, bytes: joined(found.kept) };
}
