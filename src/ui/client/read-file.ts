import type { FilePieces } from '../../protocol/page-calls/files.ts';

/** A whole file, read piece by piece. Rejects as the background does. */
export async function readFile(
  read: (from: number) => Promise<FilePieces>,
): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (;;) {
    const part = await read(at);
    pieces.push(...part.pieces);
    at = part.next;
    if (at >= part.of || part.pieces.length === 0) break;
  }
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let offset = 0;
  for (const piece of pieces) {
    whole.set(piece, offset);
    offset += piece.length;
  }
  return whole;
}

/** Has the browser save it. Of no type that anything would be done with. */
export function save(name: string, bytes: Uint8Array<ArrayBuffer>): void {
  saveBlob(name, new Blob([bytes], { type: 'application/octet-stream' }));
}

export function saveBlob(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
