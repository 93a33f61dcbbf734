import { cleanImage } from './clean-image.ts';
import { type ImageKind, mediaTypes } from './image-kind.ts';

/** The longer side of a small version, in pixels: twice what a page gives it. */
const longest = 640;
/** Smaller pictures are their own preview. */
const worthIt = 100_000;
/** It is one piece of a file. */
const mostBytes = 65_536;
const qualities = [0.75, 0.55, 0.35];

/**
 * A small version of a picture whose size was looked at, for pages to show before the whole is fetched; `undefined`
 * where it would save nothing, or the browser makes none. It has no more in it than pixels.
 */
export async function previewOf(
  bytes: Uint8Array<ArrayBuffer>,
  { kind, width, height }: { kind: ImageKind; width: number; height: number },
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (bytes.length <= worthIt) return undefined;
  try {
    const scale = Math.min(1, longest / Math.max(width, height));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: mediaTypes[kind] }), {
      resizeWidth: Math.max(1, Math.round(width * scale)),
      resizeHeight: Math.max(1, Math.round(height * scale)),
      resizeQuality: 'high',
    });
    // Tor Browser has no OffscreenCanvas.
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
    bitmap.close();
    for (const quality of qualities) {
      const blob = await jpegOf(canvas, quality);
      const small = blob && cleanImage(new Uint8Array(await blob.arrayBuffer()));
      if (small && small.bytes.length <= mostBytes) return small.bytes;
    }
  } catch {
    // A browser that refuses leaves the picture without one.
  }
  return undefined;
}

const jpegOf = (canvas: HTMLCanvasElement, quality: number): Promise<Blob | null> =>
  new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality));
