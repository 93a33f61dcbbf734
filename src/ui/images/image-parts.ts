/** A picture's container taken apart. */
export interface ImageParts {
  /** In pixels, as it says itself. */
  readonly size: { readonly width: number; readonly height: number };
  /** The parts that show; one after the other they are the same picture without what it tells besides. */
  readonly kept: readonly Uint8Array[];
}

/** One after the other. */
export function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
