import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import leveldown, { type LevelDown } from 'leveldown';

export type Entry = readonly [key: string, value: string];

/** An engine as the host needs one: ordered keys, many read at once, and writes that are on the disk when they resolve. */
export interface Engine {
  readonly name: string;
  /** Throws if it is not to be had on this machine. */
  open(folder: string): Promise<OpenEngine>;
}

export interface OpenEngine {
  write(entries: readonly Entry[]): Promise<void>;
  many(keys: readonly string[]): Promise<(string | undefined)[]>;
  /** How many entries there are from here to there, each read. */
  scan(from: string, to: string): Promise<number>;
  compact(): Promise<void>;
  close(): Promise<void>;
}

const memory = { writeBufferSize: 2_097_152, cacheSize: 2_097_152 };
// From the project's root, where benchmarks run.
const required = createRequire(resolve('bench/engines/package.json'));

export const engines: readonly Engine[] = [
  { name: 'leveldown 6', open: openLeveldown },
  { name: 'classic-level 3', open: openClassicLevel },
  { name: 'better-sqlite3 12', open: openBetterSqlite },
  { name: 'node:sqlite', open: openNodeSqlite },
];

async function openLeveldown(folder: string): Promise<OpenEngine> {
  const db: LevelDown = leveldown(folder);
  const call = <T>(ask: (done: (error: unknown, value?: T) => void) => void): Promise<T> =>
    new Promise((done, fail) => {
      ask((error, value) => (error ? fail(error) : done(value as T)));
    });
  await call((done) => db.open({ createIfMissing: true, ...memory }, done));
  return {
    write: (entries) =>
      call((done) => {
        const batch = db.batch();
        for (const [key, value] of entries) batch.put(key, value);
        batch.write({ sync: true }, done);
      }),
    many: (keys) => call((done) => db.getMany(keys, { asBuffer: false }, done as () => void)),
    async scan(from, to) {
      const range = { gte: from, lt: to, keyAsBuffer: false, valueAsBuffer: false };
      const iterator = db.iterator({ ...range, highWaterMark: 262_144 });
      let count = 0;
      while ((await call((done) => iterator.next(done))) !== undefined) count += 1;
      await call((done) => iterator.end(done));
      return count;
    },
    compact: () => call((done) => db.compactRange('\0', '\u{10ffff}', done)),
    close: () => call((done) => db.close(done)),
  };
}

interface ClassicLevel {
  open(options: object): Promise<void>;
  batch(
    operations: readonly { type: 'put'; key: string; value: string }[],
    options: object,
  ): Promise<void>;
  getMany(keys: readonly string[]): Promise<(string | undefined)[]>;
  values(range: object): { nextv(count: number): Promise<string[]>; close(): Promise<void> };
  compactRange(from: string, to: string): Promise<void>;
  close(): Promise<void>;
}

async function openClassicLevel(folder: string): Promise<OpenEngine> {
  const { ClassicLevel } = required('classic-level') as {
    ClassicLevel: new (folder: string) => ClassicLevel;
  };
  const db = new ClassicLevel(folder);
  await db.open(memory);
  return {
    write: (entries) =>
      db.batch(
        entries.map(([key, value]) => ({ type: 'put', key, value })),
        { sync: true },
      ),
    many: (keys) => db.getMany(keys),
    async scan(from, to) {
      const values = db.values({ gte: from, lt: to, highWaterMarkBytes: 262_144 });
      let count = 0;
      for (;;) {
        const found = await values.nextv(1_000);
        count += found.length;
        if (found.length === 0) break;
      }
      await values.close();
      return count;
    },
    compact: () => db.compactRange('\0', '\u{10ffff}'),
    close: () => db.close(),
  };
}

interface Statement {
  run(...values: string[]): unknown;
  get(...values: string[]): unknown;
  iterate(...values: string[]): Iterable<unknown>;
}
interface Sqlite {
  exec(sql: string): unknown;
  prepare(sql: string): Statement;
  close(): void;
}
type SqliteClass = new (file: string) => Sqlite;

async function openBetterSqlite(folder: string): Promise<OpenEngine> {
  return openSqlite(required('better-sqlite3') as SqliteClass, folder);
}

/** From Node 22.5 on. */
async function openNodeSqlite(folder: string): Promise<OpenEngine> {
  const { DatabaseSync } = createRequire(import.meta.url)('node:sqlite') as {
    DatabaseSync: SqliteClass;
  };
  return openSqlite(DatabaseSync, folder);
}

/** One table of keys, with a log that is synced at each commit. */
function openSqlite(Database: SqliteClass, folder: string): OpenEngine {
  const db = new Database(join(folder, 'data.sqlite'));
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -2048');
  db.exec('CREATE TABLE entries (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID');
  const put = db.prepare('INSERT OR REPLACE INTO entries VALUES (?, ?)');
  const get = db.prepare('SELECT value FROM entries WHERE key = ?');
  const range = db.prepare('SELECT value FROM entries WHERE key >= ? AND key < ? ORDER BY key');
  return {
    async write(entries) {
      db.exec('BEGIN');
      for (const [key, value] of entries) put.run(key, value);
      db.exec('COMMIT');
    },
    async many(keys) {
      return keys.map((key) => (get.get(key) as { value: string } | undefined)?.value);
    },
    async scan(from, to) {
      let count = 0;
      for (const _ of range.iterate(from, to)) count += 1;
      return count;
    },
    async compact() {
      db.exec('VACUUM; PRAGMA wal_checkpoint(TRUNCATE)');
    },
    async close() {
      db.close();
    },
  };
}
