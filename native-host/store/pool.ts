import { CodedError } from '../../src/protocol/codes.ts';
import { translateError } from './errors.ts';
import type { OpenDatabase } from './pouch.ts';

/** Open databases, opened when used and closed when others are used more. */
export interface Pool {
  /**
   * Run a task on the open database; it stays open until the task ends. `check` is called at the very
   * moment the database is taken or opened and may throw: by then it may have been destroyed.
   */
  use<T>(name: string, check: () => void, task: (database: OpenDatabase) => Promise<T>): Promise<T>;
  /** Wait for what is under way in this database and close it. */
  close(name: string): Promise<void>;
  /** For good: whoever comes later is refused with CodedError `host-lost`. */
  closeAll(): Promise<void>;
}

interface Entry {
  readonly opening: Promise<OpenDatabase>;
  users: number;
  /** LevelDB refuses every write after one that failed, until it is opened again. */
  failed: boolean;
  whenIdle: (() => void)[];
}

/**
 * At most `most` idle databases stay open (each costs about a megabyte and a few files). What a task
 * throws comes out under its code, with the database's name.
 */
export function createPool(open: (name: string) => Promise<OpenDatabase>, most: number): Pool {
  /** Least recently used first. */
  const entries = new Map<string, Entry>();
  const closing = new Map<string, Promise<void>>();
  let isClosed = false;

  const acquire = async (name: string, check: () => void): Promise<Entry> => {
    while (closing.has(name)) await closing.get(name);
    if (isClosed) throw new CodedError('host-lost', 'closing');
    // Nothing may come between the check and the count of users: PouchDB never answers for a folder that is gone.
    check();
    const entry = entries.get(name) ?? {
      opening: open(name),
      users: 0,
      failed: false,
      whenIdle: [],
    };
    entries.delete(name);
    entries.set(name, entry);
    entry.users += 1;
    return entry;
  };

  const release = (name: string, entry: Entry): void => {
    entry.users -= 1;
    if (entry.users > 0) return;
    for (const resume of entry.whenIdle.splice(0)) resume();
    if (entries.get(name) !== entry) return;
    if (entry.failed) void shut(name, entry);
    for (const [other, idle] of entries) {
      if (entries.size <= most) break;
      if (idle.users === 0) void shut(other, idle);
    }
  };

  const shut = (name: string, entry: Entry): Promise<void> => {
    entries.delete(name);
    const done = entry.opening
      .then(({ pouch }) => pouch.close())
      // It never opened, or LevelDB could not close cleanly: there is nothing left to release.
      .catch(() => undefined)
      .finally(() => closing.delete(name));
    closing.set(name, done);
    return done;
  };

  const close = async (name: string): Promise<void> => {
    for (;;) {
      const entry = entries.get(name);
      if (entry === undefined) return closing.get(name);
      if (entry.users === 0) return shut(name, entry);
      // Somebody may have taken it again by the time we go on.
      await new Promise<void>((resolve) => entry.whenIdle.push(resolve));
    }
  };

  return {
    async use(name, check, task) {
      const entry = await acquire(name, check);
      try {
        return await task(await entry.opening);
      } catch (error) {
        const translated = translateError(error, name);
        entry.failed ||= translated instanceof CodedError || !isExpected(translated);
        throw translated;
      } finally {
        release(name, entry);
      }
    },
    close,
    async closeAll() {
      isClosed = true;
      await Promise.all([...entries.keys(), ...closing.keys()].map(close));
    },
  };
}

/** PouchDB's own refusals (a conflict, a missing document) say nothing about the disk. */
function isExpected(error: unknown): boolean {
  return error instanceof Error && error.name === 'StoreError';
}
