import { randomBytes } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { syncFolder } from './folders.ts';

const updateSchema = v.strictObject({
  name: v.string(),
  type: v.picklist(['created', 'updated', 'deleted']),
  /** Grows by one with each change to any database. */
  number: v.pipe(v.number(), v.safeInteger()),
});

const savedSchema = v.strictObject({
  run: v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/)),
  last: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  updates: v.array(updateSchema),
});

/** The last thing that happened to a database. */
export type Update = Readonly<v.InferOutput<typeof updateSchema>>;
export type UpdateType = Update['type'];

interface Latest extends Update {
  /** Who did it, where that was one of those who may be told of it. */
  readonly by: string | undefined;
  /** The last update by anybody else; 0 if there was none. */
  readonly others: number;
}

/** Which databases changed: what long-polls wait on and `_db_updates` lists. */
export interface Updates {
  /** Numbers mean nothing outside one run: the time from a start after a crash to the next. */
  readonly run: string;
  readonly last: number;
  /** Begin a new run: what was saved is not how things stand. */
  restart(): void;
  /** The last update of each database after `number`, oldest first; without those that `reader` made. */
  after(number: number, reader?: string): Update[];
  touch(name: string, type: UpdateType, by?: string): void;
  /** Called at each change with who made it, until the returned function is. */
  listen(listener: (update: Update, by: string | undefined) => void): () => void;
  /** Write down where the run stands, so that friends need not look through everything after a restart. */
  save(): Promise<void>;
}

/**
 * Go on with the run that was saved in this file, else begin a new one. What is read is removed at
 * once: after a crash nobody knows which updates are missing from it.
 */
export async function openUpdates(file: string): Promise<Updates> {
  const saved = await takeSaved(file);
  let run = saved?.run ?? newRun();
  /** A touched name moves to the end of the map, so the newest are last. */
  const latest = new Map<string, Latest>();
  for (const update of saved?.updates ?? []) {
    latest.set(update.name, { ...update, by: undefined, others: 0 });
  }
  let last = saved?.last ?? 0;
  const listeners = new Set<(update: Update, by: string | undefined) => void>();
  return {
    get run() {
      return run;
    },
    get last() {
      return last;
    },
    restart() {
      run = newRun();
      last = 0;
      latest.clear();
    },
    after: (number, reader) =>
      [...latest.values()]
        .filter(({ number: at, by, others }) => (isBy(by, reader) ? others : at) > number)
        .map(asUpdate),
    touch(name, type, by) {
      const before = latest.get(name);
      const sameAgain = before !== undefined && isBy(before.by, by);
      const others = sameAgain ? before.others : (before?.number ?? 0);
      const update = { name, type, number: ++last };
      latest.delete(name);
      latest.set(name, { ...update, by, others });
      for (const listener of listeners) listener(update, by);
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async save() {
      // Who wrote what, and what there was once, is nobody's business who finds the disk.
      const known = [...latest.values()].filter(({ type }) => type !== 'deleted');
      const updates = known.map(asUpdate);
      await writeFile(file, JSON.stringify({ run, last, updates }), { mode: 0o600 });
    },
  };
}

const newRun = (): string => randomBytes(8).toString('hex');

const asUpdate = ({ name, type, number }: Latest): Update => ({ name, type, number });

/** What nobody in particular did is news to everybody. */
const isBy = (by: string | undefined, reader: string | undefined): boolean =>
  by !== undefined && by === reader;

async function takeSaved(file: string): Promise<v.InferOutput<typeof savedSchema> | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  await rm(file, { force: true });
  // Come back after a power cut, it would give numbers out twice, and friends would miss what they name.
  await syncFolder(path.dirname(file));
  try {
    return v.parse(savedSchema, JSON.parse(text));
  } catch {
    // Torn or not ours: a new run costs friends a look at each space, no more.
    return undefined;
  }
}
