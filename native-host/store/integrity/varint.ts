/** A number of seven bits a byte, the lowest first; `undefined` where none can be read. */
export function readVarint(
  bytes: Uint8Array,
  from: number,
): { readonly value: number; readonly next: number } | undefined {
  let value = 0;
  // Numbers above 2^53 appear in no file of ours.
  for (let nth = 0; nth < 8; nth += 1) {
    const byte = bytes[from + nth];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 2 ** (7 * nth);
    if (byte < 0x80) return { value, next: from + nth + 1 };
  }
  return undefined;
}

/** Reads one number after the other; `undefined` once the bytes are no longer what they should be. */
export class Cursor {
  readonly #bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes;
    this.at = at;
  }

  get ended(): boolean {
    return this.at >= this.#bytes.length;
  }

  number(): number | undefined {
    const read = readVarint(this.#bytes, this.at);
    if (read) this.at = read.next;
    return read?.value;
  }

  /** Bytes behind their length. */
  bytes(): Uint8Array | undefined {
    const length = this.number();
    return length === undefined ? undefined : this.take(length);
  }

  take(length: number): Uint8Array | undefined {
    if (this.at + length > this.#bytes.length) return undefined;
    this.at += length;
    return this.#bytes.subarray(this.at - length, this.at);
  }
}
