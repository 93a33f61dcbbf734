/** The parts we use of packages that ship no types of their own. */

declare module 'pouchdb-adapter-leveldb' {
  const plugin: PouchDB.Plugin;
  export default plugin;
}

declare module 'leveldown' {
  type Callback<T = void> = (error: Error | null | undefined, value?: T) => void;

  export interface ReadOptions {
    asBuffer?: boolean;
    [option: string]: unknown;
  }

  export interface RangeOptions {
    gt?: string | Buffer;
    gte?: string | Buffer;
    lt?: string | Buffer;
    lte?: string | Buffer;
    reverse?: boolean;
    limit?: number;
    keyAsBuffer?: boolean;
    valueAsBuffer?: boolean;
    highWaterMark?: number;
  }

  export type Operation =
    | { readonly type: 'put'; readonly key: string; readonly value: string }
    | { readonly type: 'del'; readonly key: string };

  export interface LevelIterator {
    next(
      callback: (error: Error | null | undefined, key?: unknown, value?: unknown) => void,
    ): unknown;
    end(callback: Callback): void;
    /** What was read ahead, last first: value, key, value, key. */
    cache?: unknown[] | null;
  }

  /** Copies what it is given at once. */
  export interface LevelBatch {
    put(key: string, value: string): void;
    del(key: string): void;
    write(options: { readonly sync: boolean }, callback: Callback): void;
  }

  export interface LevelDown {
    open(options: Record<string, unknown>, callback: Callback): void;
    close(callback: Callback): void;
    getMany(
      keys: readonly (string | Buffer)[],
      options: ReadOptions,
      callback: Callback<unknown[]>,
    ): void;
    iterator(options: RangeOptions): LevelIterator;
    compactRange(start: string | Buffer, end: string | Buffer, callback: Callback): void;
    batch(): LevelBatch;
    _get(key: string | Buffer, options: ReadOptions, callback: Callback<unknown>): void;
    _batch(operations: unknown, options: Record<string, unknown>, callback: Callback): void;
  }

  export default function leveldown(location: string): LevelDown;
}
