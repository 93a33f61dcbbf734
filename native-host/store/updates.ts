import { randomBytes } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import * as v from 'valibot';

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

/** Which databases changed: what long-polls wait on and `_db_updates` lists. */
export interface Updates {
  /** Numbers mean nothing outside one run: the time from a start after a crash to the next. */
  readonly run: string;
  readonly last: number;
  /** The last update of each database after `number`, oldest first. */
  after(number: number): Update[];
  touch(name: string, type: UpdateType): void;
  /** Called at each change, until the returned function is. */
  listen(listener: (update: Update) => void): () => void;
  /** Write down where the run stands, so that friends need not look through everything after a restart. */
  save(): Promise<void>;
}

/**
 * Go on with the run that was saved in this file, else begin a new one. What is read is removed at
 * once: after a crash nobody knows which updates are missing from it.
 */
export async function openUpdates(file: string): Promise<Updates> {
  const saved = await takeSaved(file);
  const run = saved?.run ?? randomBytes(8).toString('hex');
  /** A touched name moves to the end of the map, so the newest are last. */
  const latest = new Map(saved?.updates.map((update) => [update.name, update]));
  let last = saved?.last ?? 0;
  const listeners = new Set<(update: Update) => void>();
  return {
    run,
    get last() {
      return last;
    },
    after: (number) => [...latest.values()].filter((update) => update.number > number),
    touch(name, type) {
      const update = { name, type, number: ++last };
      latest.delete(name);
      latest.set(name, update);
      for (const listener of listeners) listener(update);
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async save() {
      const updates = [...latest.values()];
      await writeFile(file, JSON.stringify({ run, last, updates }), { mode: 0o600 });
    },
  };
}

async function takeSaved(file: string): Promise<v.InferOutput<typeof savedSchema> | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  await rm(file, { force: true });
  try {
    return v.parse(savedSchema, JSON.parse(text));
  } catch {
    // Torn or not ours: a new run costs friends a look at each space, no more.
    return undefined;
  }
}
