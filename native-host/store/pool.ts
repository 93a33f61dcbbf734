import { CodedError } from '../../src/protocol/codes.ts';
import { translateError } from './errors.ts';
import type { OpenDatabase } from './pouch.ts';

/** Open databases, opened when used and closed when others are used more. */
export interface Pool {
  /**
   * Run a task on the open database; it stays open until the task ends. `check` is called at the very
   * moment the database is taken or opened and may throw: by then it may have been destroyed.
   * @param writes whether the task needs a database that can be written to
   */
  use<T>(
    name: string,
    check: () => void,
    task: (database: OpenDatabase) => Promise<T>,
    writes?: boolean,
  ): Promise<T>;
  /** Wait for what is under way in this database and close it. */
  close(name: string): Promise<void>;
  /** For good: whoever comes later is refused with CodedError `host-lost`. */
  closeAll(): Promise<void>;
}

interface Entry {
  readonly opening: Promise<OpenDatabase>;
  users: number;
  /** After a failure nothing can be written until it is opened anew; `full`: but it can still be read. */
  failed: 'full' | 'failed' | undefined;
  whenIdle: (() => void)[];
}

export interface PoolOptions {
  readonly open: (name: string) => Promise<OpenDatabase>;
  /** So many idle databases stay open; each costs about a megabyte and a few files. */
  readonly most: number;
  /** Whether the disk has room for the database to be opened. */
  readonly hasRoom: (name: string) => Promise<boolean>;
}

/**
 * What a task throws comes out under its code, with the database's name. A database that failed is opened
 * anew before its next use; on a full disk only once there is room, because LevelDB can't be opened
 * without writing and what is open can still be read.
 */
export function createPool({ open, most, hasRoom }: PoolOptions): Pool {
  /** Least recently used first. */
  const entries = new Map<string, Entry>();
  const closing = new Map<string, Promise<void>>();
  let isClosed = false;

  /** Whether what failed is now to be opened anew for this use. */
  const isToOpenAnew = async (name: string, entry: Entry, writes: boolean): Promise<boolean> =>
    entry.failed === 'failed' || (entry.failed === 'full' && writes && (await hasRoom(name)));

  const acquire = async (name: string, check: () => void, writes: boolean): Promise<Entry> => {
    let looked: Entry | undefined;
    for (;;) {
      const entry = entries.get(name);
      if (closing.has(name)) await closing.get(name);
      else if (entry?.failed && looked !== entry) {
        looked = entry;
        if ((await isToOpenAnew(name, entry, writes)) && entries.get(name) === entry) {
          void shut(name, entry);
        }
      } else break;
    }
    if (isClosed) throw new CodedError('host-lost', 'closing');
    // Nothing may come between the check and the count of users: PouchDB never answers for a folder that is gone.
    check();
    const entry = entries.get(name) ?? {
      opening: open(name),
      users: 0,
      failed: undefined,
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
    if (entry.failed === 'failed') void shut(name, entry);
    for (const [other, idle] of entries) {
      if (entries.size <= most) break;
      if (idle.users === 0) void shut(other, idle);
    }
  };

  /** Whoever comes meanwhile waits, so that those who have it come to an end. */
  const shut = (name: string, entry: Entry): Promise<void> => {
    entries.delete(name);
    const idle =
      entry.users === 0
        ? Promise.resolve()
        : new Promise<void>((resolve) => entry.whenIdle.push(resolve));
    const done = Promise.all([entry.opening, idle])
      .then(([{ pouch }]) => pouch.close())
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
    async use(name, check, task, writes = false) {
      const entry = await acquire(name, check, writes);
      let isOpen = false;
      try {
        const opened = await entry.opening;
        isOpen = true;
        return await task(opened);
      } catch (error) {
        const translated = translateError(error, name);
        const full = translated instanceof CodedError && translated.code === 'disk-full';
        if (!isExpected(translated)) entry.failed ??= full && isOpen ? 'full' : 'failed';
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
