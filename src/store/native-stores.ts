import * as v from 'valibot';
import { CodedError } from '../protocol/codes.ts';
import type { Clock } from './clock.ts';
import { assertDatabaseName } from './database-name.ts';
import { destroyHostDatabase, eraseAtHost, hostDatabase, hostRequest } from './host-database.ts';
import { followHostUpdates } from './host-updates.ts';
import type { Fetch, SpaceDatabase, SpaceStores } from './ports.ts';
import { Watchers } from './watchers.ts';

/**
 * Databases in the host, reached through `fetch` (the tunnel). The same databases that friends see
 * through the onion door, as far as the access list lets them.
 */
export function openNativeStores(fetch: Fetch, clock: Clock): SpaceStores {
  const open = new Map<string, Promise<SpaceDatabase>>();
  const watchers = new Watchers();
  const closing = new AbortController();
  let following: Promise<void> | undefined;

  const openOnce = async (name: string): Promise<SpaceDatabase> => {
    assertDatabaseName(name);
    if (closing.signal.aborted) throw new CodedError('not-ready', 'stores are closed');
    const known = open.get(name);
    if (known) return known;
    const opening = hostDatabase(fetch, name);
    open.set(name, opening);
    opening.catch(() => open.delete(name));
    return opening;
  };

  return {
    mode: 'native',
    open: openOnce,
    async erase(name, ids) {
      // A database that isn't there would remember nothing.
      await openOnce(name);
      await eraseAtHost(fetch, name, ids);
    },
    async destroy(name) {
      assertDatabaseName(name);
      open.delete(name);
      await destroyHostDatabase(fetch, name);
    },
    async list() {
      const response = await hostRequest(fetch, 'GET', '/_all_dbs');
      return v.parse(v.array(v.string()), await response.json()).toSorted();
    },
    watch(onChange) {
      const end = watchers.add(onChange);
      following ??= followHostUpdates(fetch, clock, closing.signal, (names) => {
        for (const name of names) watchers.tell(name);
      });
      return end;
    },
    async close() {
      closing.abort();
      watchers.clear();
      const opened = await Promise.allSettled(open.values());
      open.clear();
      for (const db of opened) if (db.status === 'fulfilled') await db.value.close();
    },
  };
}
