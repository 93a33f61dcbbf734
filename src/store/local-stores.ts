import { CodedError } from '../protocol/codes.ts';
import type { StorageMode } from '../protocol/page-calls.ts';
import { assertDatabaseName } from './database-name.ts';
import { GoneSet, passOverGone } from './gone.ts';
import type { SpaceDatabase, SpaceStores } from './ports.ts';
import { Watchers } from './watchers.ts';

/** What the two ways of keeping databases in the browser itself do differently. */
export interface LocalHome {
  readonly mode: StorageMode;
  open(name: string): Promise<SpaceDatabase>;
  /** Deletes what is kept under the name, whose database is `db`. */
  destroy(name: string, db: SpaceDatabase): Promise<void>;
  list(): Promise<string[]>;
  /** Removes the bytes of those of these documents that are there. */
  erase(name: string, db: SpaceDatabase, ids: readonly string[]): Promise<void>;
}

/** Databases inside the browser: each is opened once and its changes are listened to. */
export function localStores(home: LocalHome): SpaceStores {
  const open = new Map<string, Promise<SpaceDatabase>>();
  const watchers = new Watchers();
  const gone = new Map<string, GoneSet>();
  const feeds = new Map<string, { cancel(): void }>();
  let closed = false;

  const openOnce = (name: string): Promise<SpaceDatabase> => {
    const known = open.get(name);
    if (known) return known;
    const opening = openAndListen(name);
    open.set(name, opening);
    opening.catch(() => open.delete(name));
    return opening;
  };

  const openAndListen = async (name: string): Promise<SpaceDatabase> => {
    const db = await home.open(name);
    const erased = await GoneSet.open(db);
    passOverGone(db, erased);
    gone.set(name, erased);
    // Not `since: 'now'`, which is looked up later and would miss a write that follows at once.
    const { update_seq: since } = await db.info();
    const feed = db.changes({ since, live: true, return_docs: false });
    void feed.on('change', () => watchers.tell(name));
    // It ends with the database; there is nobody to tell.
    feed.catch(() => undefined);
    feeds.set(name, feed);
    return db;
  };

  return {
    mode: home.mode,
    async open(name) {
      assertDatabaseName(name);
      if (closed) throw new CodedError('not-ready', 'stores are closed');
      return openOnce(name);
    },
    async destroy(name) {
      assertDatabaseName(name);
      const db = await openOnce(name);
      open.delete(name);
      feeds.get(name)?.cancel();
      await home.destroy(name, db);
    },
    async erase(name, ids) {
      assertDatabaseName(name);
      const db = await openOnce(name);
      // First what keeps them from coming back, so that nothing comes in between.
      await gone.get(name)?.add(ids);
      await home.erase(name, db, ids);
    },
    async list() {
      return (await home.list()).toSorted();
    },
    watch: (onChange) => watchers.add(onChange),
    async close() {
      closed = true;
      watchers.clear();
      const opened = await Promise.allSettled(open.values());
      open.clear();
      for (const feed of feeds.values()) feed.cancel();
      for (const db of opened) if (db.status === 'fulfilled') await db.value.close();
    },
  };
}
