import type { ImageParts } from './image-parts.ts';
import { text } from './image-kind.ts';

const signatureBytes = 8;
/** What is needed to show the picture, or the animation, as it was made (PNG 3rd edition, sections 11 and 13). */
const shown = new Set([
  'IHDR',
  'PLTE',
  'IDAT',
  'IEND',
  'tRNS',
  'gAMA',
  'sRGB',
  'cHRM',
  'acTL',
  'fcTL',
  'fdAT',
]);

/**
 * Cuts a PNG into chunks. `undefined` for what is not whole, or says its size elsewhere than at its beginning and once, as
 * nobody knows then which one a decoder takes; what follows its end is nothing of it.
 */
export function pngParts(bytes: Uint8Array): ImageParts | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kept: Uint8Array[] = [bytes.subarray(0, signatureBytes)];
  let size: ImageParts['size'] | undefined;
  for (let at = signatureBytes; at + 12 <= bytes.length;) {
    const length = view.getUint32(at);
    const end = at + 12 + length;
    const type = text(bytes, at + 4, 4);
    if (end > bytes.length) return undefined;
    if ((type === 'IHDR') !== (at === signatureBytes)) return undefined;
    if (type === 'IHDR') {
      if (length !== 13) return undefined;
      size = { width: view.getUint32(at + 8), height: view.getUint32(at + 12) };
    }
    if (shown.has(type)) kept.push(bytes.subarray(at, end));
    if (type === 'IEND') return size && { size, kept };
    at = end;
  }
  return undefined;
}
