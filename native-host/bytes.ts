/**
 * Node's buffers and plain bytes, each as the other without copying: here their types aren't one another's,
 * because PouchDB's types say something else of `Buffer`.
 */
export function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

export function asBytes({ buffer, byteOffset, byteLength }: Buffer): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
