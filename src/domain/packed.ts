import { fromUtf8, toHex, utf8 } from './bytes.ts';
import { accept, refuse, type Result } from './result.ts';

/**
 * Many small things in a row of bytes, for our own eyes: what is written here is sealed, read back by the version that wrote
 * it, and thrown away when it doesn't fit. CBOR would name every field of every row again.
 */
export class Packer {
  #bytes = new Uint8Array(4_096);
  #length = 0;
  /** By hex, from one: hashes that stand here already are told by their number. */
  readonly #hashes = new Map<string, number>();

  /** A whole number from 0 up to the largest safe one, the smaller the shorter. */
  number(value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.#byte((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    this.#byte(rest);
  }

  /** Bytes of a length that the reader knows. */
  fixed(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  bytes(bytes: Uint8Array): void {
    this.number(bytes.length);
    this.fixed(bytes);
  }

  text(text: string): void {
    this.bytes(utf8(text));
  }

  /** 32 bytes that may come again. */
  hash(hash: Uint8Array): void {
    const hex = toHex(hash);
    const known = this.#hashes.get(hex);
    this.number(known ?? 0);
    if (known !== undefined) return;
    this.#hashes.set(hex, this.#hashes.size + 1);
    this.fixed(hash);
  }

  list<T>(items: Iterable<T>, write: (item: T) => void): void {
    const all = [...items];
    this.number(all.length);
    for (const item of all) write(item);
  }

  done(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #byte(value: number): void {
    this.#room(1);
    this.#bytes[this.#length] = value;
    this.#length += 1;
  }

  #room(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + more));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}

/** Where the bytes are not what was written. Never leaves this file. */
class Unfit extends Error {}

export interface Hashed {
  readonly bytes: Uint8Array;
  /** The same object each time, so that a million names of one person are one. */
  readonly hex: string;
}

/** Reads what a `Packer` has written, in the same order. Throws for anything else: use `unpack`. */
export class Unpacker {
  readonly #bytes: Uint8Array;
  #at = 0;
  readonly #hashes: Hashed[] = [];

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  number(): number {
    let [value, unit] = [0, 1];
    for (;;) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined || unit > Number.MAX_SAFE_INTEGER) throw new Unfit();
      this.#at += 1;
      value += (byte % 128) * unit;
      if (byte < 128) break;
      unit *= 128;
    }
    if (!Number.isSafeInteger(value)) throw new Unfit();
    return value;
  }

  /** A part of what is read, not a copy. */
  fixed(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new Unfit();
    const bytes = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return bytes;
  }

  bytes(): Uint8Array {
    return this.fixed(this.number());
  }

  text(): string {
    const text = fromUtf8(this.bytes());
    if (!text.ok) throw new Unfit();
    return text.value;
  }

  hash(): Hashed {
    const number = this.number();
    if (number > 0) return this.#hashes[number - 1] ?? this.unfit();
    const bytes = this.fixed(32);
    const hashed = { bytes, hex: toHex(bytes) };
    this.#hashes.push(hashed);
    return hashed;
  }

  list<T>(read: () => T): T[] {
    const count = this.number();
    if (count > this.#bytes.length) throw new Unfit();
    return Array.from({ length: count }, read);
  }

  /** What was read doesn't fit together. */
  unfit(): never {
    throw new Unfit();
  }

  end(): void {
    if (this.#at !== this.#bytes.length) throw new Unfit();
  }
}

/** What `read` makes of all the bytes; `malformed` where they are not what was written. */
export function unpack<T>(bytes: Uint8Array, read: (from: Unpacker) => T): Result<T> {
  const from = new Unpacker(bytes);
  try {
    const value = read(from);
    from.end();
    return accept(value);
  } catch (error) {
    if (error instanceof Unfit) return refuse('malformed');
    throw error;
  }
}
