import { concat, utf8 } from '../bytes.ts';
import { hkdfExpand, hkdfExtract } from '../hash.ts';
import { accept, refuse, type Result } from '../result.ts';
import { type AeadInput, chachaOpen, chachaSeal } from '../sodium.ts';
import { Pieces } from './pieces.ts';

/** What is sealed at once. Each chunk knows its number and whether it is the last: none can be left out or moved. */
const chunkBytes = 65_536;
const tagBytes = 16;
export const payloadNonceBytes = 16;

/** Seals what is pushed, chunk by chunk. What comes out, in order and after header and nonce, is the file. */
export class PayloadSealer {
  readonly #chunks: Chunks;
  readonly #held = new Pieces();

  constructor(fileKey: Uint8Array, nonce: Uint8Array) {
    this.#chunks = new Chunks(fileKey, nonce);
  }

  push(bytes: Uint8Array): Uint8Array[] {
    this.#held.push(bytes);
    const sealed: Uint8Array[] = [];
    // The last chunk is sealed by `finish`, full or not.
    while (this.#held.length > chunkBytes) {
      sealed.push(chachaSeal(this.#chunks.next(false), this.#held.take(chunkBytes)));
    }
    return sealed;
  }

  /** Nothing may be pushed after it. */
  finish(): Uint8Array {
    return chachaSeal(this.#chunks.next(true), this.#held.take(this.#held.length));
  }
}

/** Opens what follows the header, in pieces of any size. Nothing of a chunk comes out before all of it was checked. */
export class PayloadOpener {
  readonly #fileKey: Uint8Array;
  readonly #held = new Pieces();
  #chunks: Chunks | undefined;
  #count = 0;

  constructor(fileKey: Uint8Array) {
    this.#fileKey = fileKey;
  }

  /** Refuses `undecryptable` for what was changed. */
  push(bytes: Uint8Array): Result<Uint8Array[]> {
    this.#held.push(bytes);
    if (!this.#chunks) {
      if (this.#held.length < payloadNonceBytes) return accept([]);
      this.#chunks = new Chunks(this.#fileKey, this.#held.take(payloadNonceBytes));
    }
    const opened: Uint8Array[] = [];
    while (this.#held.length > chunkBytes + tagBytes) {
      const chunk = chachaOpen(this.#chunks.next(false), this.#held.take(chunkBytes + tagBytes));
      if (chunk === undefined) return refuse('undecryptable');
      this.#count += 1;
      opened.push(chunk);
    }
    return accept(opened);
  }

  /** The last chunk. Refuses `undecryptable` where the file was cut or added to. */
  finish(): Result<Uint8Array> {
    const last = this.#held.take(this.#held.length);
    const chunk = this.#chunks && last.length >= tagBytes && this.#open(this.#chunks, last);
    if (!chunk || (chunk.length === 0 && this.#count > 0)) return refuse('undecryptable');
    return accept(chunk);
  }

  #open(chunks: Chunks, last: Uint8Array): Uint8Array | undefined {
    return chachaOpen(chunks.next(true), last);
  }
}

/** The key of a payload, and the number of the next chunk. */
class Chunks {
  readonly #key: Uint8Array;
  readonly #nonce = new Uint8Array(12);

  constructor(fileKey: Uint8Array, nonce: Uint8Array) {
    this.#key = hkdfExpand(hkdfExtract(nonce, fileKey), utf8('payload'), 32);
  }

  next(isLast: boolean): AeadInput {
    const nonce = concat(this.#nonce.subarray(0, 11), Uint8Array.of(isLast ? 1 : 0));
    for (let at = 10; at >= 0; at -= 1) {
      this.#nonce[at] = ((this.#nonce[at] ?? 0) + 1) % 256;
      if (this.#nonce[at] !== 0) break;
    }
    return { key: this.#key, nonce, associated: new Uint8Array(0) };
  }
}
