import { gifParts } from './gif.ts';
import { imageKind, type ImageKind } from './image-kind.ts';
import type { ImageParts } from './image-parts.ts';
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

/** What a picture is and how large, without unpacking it. `undefined` for what is none, or is not whole. */
export function lookAtImage(bytes: Uint8Array): ImageLook | undefined {
  return takenApart(bytes)?.look;
}

/**
 * The same picture, pixel by pixel, without where, when and with what it was taken: no EXIF but how it is turned, no XMP, IPTC,
 * comments, embedded previews, colour profiles, and nothing behind its end. `undefined` as above.
 */
export function cleanImage(
  bytes: Uint8Array,
): { readonly look: ImageLook; readonly bytes: Uint8Array } | undefined {
  const taken = takenApart(bytes);
  if (!taken) return undefined;
  const { look, kept } = taken;
  const clean = new Uint8Array(kept.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of kept) {
    clean.set(part, at);
    at += part.length;
  }
  return { look, bytes: clean };
}

function takenApart(
  bytes: Uint8Array,
): { readonly look: ImageLook; readonly kept: readonly Uint8Array[] } | undefined {
  const kind = imageKind(bytes);
  const found = kind && parts[kind](bytes);
  if (!kind || !found) return undefined;
  const { width, height } = found.size;
  if (width === 0 || height === 0) return undefined;
  return { look: { kind, width, height, fits: width * height <= mostPixels }, kept: found.kept };
}
