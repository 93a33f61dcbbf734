import { concat } from '../bytes.ts';

/** Bytes that come in pieces of one size and are taken in pieces of another; each is copied once. */
export class Pieces {
  #pieces: Uint8Array[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#pieces.push(bytes);
    this.#length += bytes.length;
  }

  /** The first so many, which must be there. */
  take(count: number): Uint8Array {
    const taken: Uint8Array[] = [];
    let missing = count;
    let at = 0;
    for (; missing > 0; at += 1) {
      const piece = this.#pieces[at];
      if (piece === undefined) throw new TypeError('count: more than there is');
      taken.push(piece.subarray(0, missing));
      if (piece.length > missing) {
        this.#pieces[at] = piece.subarray(missing);
        missing = 0;
        break;
      }
      missing -= piece.length;
    }
    this.#pieces.splice(0, at);
    this.#length -= count;
    return concat(...taken);
  }
}
