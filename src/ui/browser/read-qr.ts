import { decodeQR } from 'qr/decode.js';

/** Larger pictures are made smaller first: a code that fills a picture needs no more. */
const mostPixels = 1_600;

/** What the QR code in a picture says; `undefined` where there is none to be read, or no picture. */
export async function readQr(file: Blob): Promise<string | undefined> {
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, mostPixels / Math.max(picture.width, picture.height));
    const width = Math.max(1, Math.round(picture.width * scale));
    const height = Math.max(1, Math.round(picture.height * scale));
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext('2d');
    if (!context) return undefined;
    context.drawImage(picture, 0, 0, width, height);
    const { data } = context.getImageData(0, 0, width, height);
    return decodeQR({ width, height, data });
  } catch {
    return undefined;
  }
}
