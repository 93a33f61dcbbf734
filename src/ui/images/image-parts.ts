/** A picture's container taken apart. */
export interface ImageParts {
  /** In pixels, as it says itself. */
  readonly size: { readonly width: number; readonly height: number };
  /** The parts that show; one after the other they are the same picture without what it tells besides. */
  readonly kept: readonly Uint8Array[];
}
