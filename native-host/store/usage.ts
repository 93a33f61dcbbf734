import { createHash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import * as v from 'valibot';

const bytesField = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const savedSchema = v.record(
  v.string(),
  v.strictObject({ incarnation: v.string(), by: v.record(v.string(), bytesField) }),
);

/** A database as it is counted: one made anew under an old name begins at nothing. */
export interface Counted {
  readonly name: string;
  readonly incarnation: string;
}

/** How many bytes of documents others than the owner brought, by database and by who it was. */
export interface Usage {
  inDatabase(database: Counted): number;
  /** In all databases. */
  byPeer(peer: string): number;
  /** The databases this peer brought something into. */
  databasesOf(peer: string): string[];
  /** Negative bytes give back what was not written after all. */
  add(database: Counted, peer: string, bytes: number): void;
  /** The database holds no more than so much now: each one's part shrinks alike. */
  shrink(database: Counted, bytes: number): void;
  /** It is gone, and what was brought into it with it. */
  forget(name: string): void;
  /** Writes down what was counted and is not written yet. */
  save(): Promise<void>;
}

interface Entry {
  readonly incarnation: string;
  readonly by: Map<string, number>;
}

/** What a host that is killed may lose of the count. */
const saveAfter = 5_000;

/** Goes on with the counts in this file. One that can't be read counts from nothing: it bounds, it doesn't bill. */
export async function openUsage(file: string): Promise<Usage> {
  const entries = await load(file);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let saving: Promise<void> = Promise.resolve();

  const save = (): Promise<void> => {
    if (timer === undefined) return saving;
    clearTimeout(timer);
    timer = undefined;
    saving = saving.then(() => write(file, entries));
    return saving;
  };
  const changed = (): void => {
    timer ??= setTimeout(() => void save(), saveAfter).unref();
  };
  const entryOf = ({ name, incarnation }: Counted): Entry => {
    const known = entries.get(name);
    if (known?.incarnation === incarnation) return known;
    const entry: Entry = { incarnation, by: new Map() };
    entries.set(name, entry);
    return entry;
  };
  return {
    inDatabase: (database) => sum(entryOf(database).by.values()),
    byPeer(peer) {
      const key = keyOf(peer);
      return sum([...entries.values()].map(({ by }) => by.get(key) ?? 0));
    },
    databasesOf(peer) {
      const key = keyOf(peer);
      return [...entries].filter(([, { by }]) => by.has(key)).map(([name]) => name);
    },
    add(database, peer, bytes) {
      const { by } = entryOf(database);
      const key = keyOf(peer);
      by.set(key, Math.max(0, (by.get(key) ?? 0) + bytes));
      changed();
    },
    shrink(database, bytes) {
      const { by } = entryOf(database);
      const all = sum(by.values());
      if (all <= bytes) return;
      for (const [key, theirs] of by) by.set(key, Math.floor((theirs / all) * bytes));
      changed();
    },
    forget(name) {
      if (entries.delete(name)) changed();
    },
    save,
  };
}

/** The file need not list addresses: who knows one can look for it, who knows none learns none. */
const keyOf = (peer: string): string =>
  createHash('sha256').update(`n25/usage/v1\0${peer}`).digest('base64url').slice(0, 22);

const sum = (numbers: Iterable<number>): number => {
  let all = 0;
  for (const number of numbers) all += number;
  return all;
};

async function load(file: string): Promise<Map<string, Entry>> {
  try {
    const saved = v.parse(savedSchema, JSON.parse(await readFile(file, 'utf8')));
    return new Map(
      Object.entries(saved).map(([name, { incarnation, by }]) => [
        name,
        { incarnation, by: new Map(Object.entries(by)) },
      ]),
    );
  } catch {
    return new Map();
  }
}

/** Whole or not at all. That a full disk keeps it from being written must stop nobody. */
async function write(file: string, entries: ReadonlyMap<string, Entry>): Promise<void> {
  const saved = Object.fromEntries(
    [...entries].map(([name, { incarnation, by }]) => [
      name,
      { incarnation, by: Object.fromEntries(by) },
    ]),
  );
  try {
    await writeFile(`${file}.new`, JSON.stringify(saved), { mode: 0o600 });
    await rename(`${file}.new`, file);
  } catch {
    // The next change tries again.
  }
}
