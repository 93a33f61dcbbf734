// oxlint-disable no-underscore-dangle -- leveldown names the methods behind its public ones so.
import leveldown, {
  type LevelDown,
  type LevelIterator,
  type Operation,
  type RangeOptions,
} from 'leveldown';
import { createRecent } from './recent.ts';

/** The way to LevelDB beside PouchDB, in batches: PouchDB itself makes one trip per document, and can't erase. */
export interface Level {
  /** In the order of the keys, `undefined` where there is nothing. */
  getMany(keys: readonly string[]): Promise<(string | undefined)[]>;
  getBuffers(keys: readonly string[]): Promise<(Buffer | undefined)[]>;
  /** Entries of a range from one snapshot, in order. Leaving the loop early frees the iterator. */
  scan(range: RangeOptions): AsyncGenerator<{ key: string; value: string }>;
  /** All or nothing, and on the disk when it resolves. What PouchDB keeps in memory doesn't follow. */
  write(operations: Iterable<Operation>): Promise<void>;
  /** Give the room of what was deleted back to the disk. */
  compact(): Promise<void>;
}

/** A LevelDB for PouchDB's adapter to open (its `db` option), and our own way to the same handle. */
export interface Engine {
  (location: string): LevelDown;
  readonly level: Level;
}

const entriesHighWaterMark = 262_144;

/**
 * Make an engine for one database. Two things differ from plain leveldown: every write is on the disk
 * before it is acknowledged (a power cut must not undo what a friend was told is stored), and gets
 * asked for in one turn of the event loop become one call (PouchDB asks for each document by itself).
 */
export function createEngine(): Engine {
  let opened: LevelDown | undefined;
  let writing: Writing | undefined;
  const recent = createRecent();
  const db = (): LevelDown => {
    if (opened === undefined) throw new Error('the database is not open');
    return opened;
  };
  // PouchDB keeps one table of open databases per function name.
  function engine(location: string): LevelDown {
    opened = leveldown(location);
    writing = makeDurable(opened, gatherGets(opened), () => recent.forget());
    return opened;
  }
  const level: Level = {
    getMany: (keys) =>
      recent.getMany(
        keys,
        async () => (await getMany(db(), keys, false)) as (string | undefined)[],
      ),
    getBuffers: async (keys) => (await getMany(db(), keys, true)) as (Buffer | undefined)[],
    scan: (range) => scan(db(), range),
    write: (operations) =>
      new Promise((resolve, reject) => {
        const before = writing?.before();
        if (before) throw before;
        const batch = db().batch();
        for (const operation of operations) {
          if (operation.type === 'put') batch.put(operation.key, operation.value);
          else batch.del(operation.key);
        }
        batch.write({ sync: true }, (error) => {
          writing?.ended(error);
          if (error) reject(error);
          else resolve();
        });
      }),
    compact: () =>
      new Promise((resolve, reject) => {
        db().compactRange('\u0000', Buffer.from([0xff]), (error) =>
          error ? reject(error) : resolve(),
        );
      }),
  };
  return Object.assign(engine, { level });
}

interface Writing {
  /** What failed before, if anything did: nothing is to be written then. */
  before(): Error | undefined;
  /** A write came to its end. */
  ended(error: Error | null | undefined): void;
}

/**
 * After a write that failed, LevelDB goes on behind the part of it that reached its log; at the next start
 * it would find nonsense there and leave out whatever follows. So after one failure this handle only reads.
 */
function makeDurable(
  db: LevelDown,
  failedRead: () => Error | undefined,
  written: () => void,
): Writing {
  const batch = db._batch.bind(db);
  let failedWrite: Error | undefined;
  const writing: Writing = {
    before: () => failedRead() ?? failedWrite,
    ended(error) {
      written();
      failedWrite ??= error ?? undefined;
    },
  };
  db._batch = (operations, options, callback) => {
    const before = writing.before();
    if (before) {
      callback(before);
      return;
    }
    batch(operations, { ...options, sync: true }, (error, value) => {
      writing.ended(error);
      callback(error, value);
    });
  };
  return writing;
}

interface WaitingGet {
  key: string | Buffer;
  asBuffer: boolean;
  callback: (error: Error | null | undefined, value?: unknown) => void;
}

/**
 * Returns the first read that failed. PouchDB takes every failed read for "no such document" and would
 * write over what it could not read, so that from then on nothing is written.
 */
function gatherGets(db: LevelDown): () => Error | undefined {
  let waiting: WaitingGet[] = [];
  let failure: Error | undefined;
  const send = (gets: WaitingGet[], asBuffer: boolean): void => {
    if (gets.length === 0) return;
    const keys = gets.map((get) => get.key);
    db.getMany(keys, { asBuffer }, (error, values) => {
      failure ??= error ?? undefined;
      gets.forEach(({ callback }, index) => {
        const value = values?.[index];
        if (error) callback(error);
        else if (value === undefined) callback(new Error('NotFound'));
        else callback(null, value);
      });
    });
  };
  db._get = (key, options, callback) => {
    if (waiting.length === 0) {
      process.nextTick(() => {
        const gets = waiting;
        waiting = [];
        send(
          gets.filter((get) => get.asBuffer),
          true,
        );
        send(
          gets.filter((get) => !get.asBuffer),
          false,
        );
      });
    }
    waiting.push({ key, asBuffer: options.asBuffer !== false, callback });
  };
  return () => failure;
}

function getMany(db: LevelDown, keys: readonly string[], asBuffer: boolean): Promise<unknown[]> {
  if (keys.length === 0) return Promise.resolve([]);
  return new Promise((resolve, reject) => {
    db.getMany(keys, { asBuffer }, (error, values) =>
      error ? reject(error) : resolve(values ?? []),
    );
  });
}

async function* scan(
  db: LevelDown,
  range: RangeOptions,
): AsyncGenerator<{ key: string; value: string }> {
  const iterator = db.iterator({
    highWaterMark: entriesHighWaterMark,
    ...range,
    keyAsBuffer: false,
    valueAsBuffer: false,
  });
  const next = () =>
    new Promise<{ key: unknown; value: unknown }>((resolve, reject) => {
      iterator.next((error, key, value) => (error ? reject(error) : resolve({ key, value })));
    });
  try {
    for (;;) {
      const { key, value } = await next();
      if (typeof key !== 'string' || typeof value !== 'string') return;
      yield { key, value };
      yield* readAhead(iterator);
    }
  } finally {
    await new Promise<void>((resolve) => {
      iterator.end(() => resolve());
    });
  }
}

/** Entries that are in memory already: asked for by `next`, each takes a turn of the event loop. */
function* readAhead(iterator: LevelIterator): Generator<{ key: string; value: string }> {
  const cache = iterator.cache ?? [];
  while (cache.length > 0) {
    const [key, value] = [cache.pop(), cache.pop()];
    if (typeof key === 'string' && typeof value === 'string') yield { key, value };
  }
}
