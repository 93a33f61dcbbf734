import * as v from 'valibot';
import { CodedError } from '../protocol/codes.ts';
import { type Clock, sleep } from './clock.ts';
import { assertDatabaseName } from './database-name.ts';
import { decodeUpdates, updatesPath } from './database-updates.ts';
import { overHttp } from './pouch.ts';
import type { Fetch, SpaceDatabase, SpaceStores } from './ports.ts';
import { codedStoreError } from './store-error.ts';
import { Watchers } from './watchers.ts';

/** Names the host in URLs; nothing ever resolves it, since every request goes into the tunnel. */
export const hostUrl = 'http://network25-host.invalid';

/** After the tunnel failed, until the changes of all databases are asked for again. */
const retryAfter = 3_000;
/** Seldom: the tunnel says by itself when it breaks. */
const heartbeat = 60_000;

/**
 * Databases in the host, reached through `fetch` (the tunnel). The same databases that friends see
 * through the onion door, as far as the access list lets them.
 */
export function openNativeStores(fetch: Fetch, clock: Clock): SpaceStores {
  const open = new Map<string, Promise<SpaceDatabase>>();
  const watchers = new Watchers();
  const closing = new AbortController();
  let watching = false;

  const watchHost = async () => {
    let since: string | undefined;
    while (!closing.signal.aborted && watchers.size > 0) {
      try {
        const path = updatesPath(since, since === undefined ? undefined : { heartbeat });
        const response = await request(fetch, 'GET', path, [], closing.signal);
        const page = decodeUpdates(await response.json());
        since = page.since;
        for (const name of page.names) watchers.tell(name);
      } catch {
        await sleep(clock, retryAfter, closing.signal);
      }
    }
    watching = false;
  };

  return {
    mode: 'native',
    async open(name) {
      assertDatabaseName(name);
      if (closing.signal.aborted) throw new CodedError('not-ready', 'stores are closed');
      const known = open.get(name);
      if (known) return known;
      const opening = create(fetch, name);
      open.set(name, opening);
      opening.catch(() => open.delete(name));
      return opening;
    },
    async destroy(name) {
      assertDatabaseName(name);
      open.delete(name);
      await request(fetch, 'DELETE', `/${encodeURIComponent(name)}`, [404]);
    },
    async list() {
      const response = await request(fetch, 'GET', '/_all_dbs');
      return v.parse(v.array(v.string()), await response.json()).toSorted();
    },
    watch(onChange) {
      const end = watchers.add(onChange);
      if (!watching) {
        watching = true;
        void watchHost();
      }
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

async function create(fetch: Fetch, name: string): Promise<SpaceDatabase> {
  await request(fetch, 'PUT', `/${encodeURIComponent(name)}`, [412]);
  return overHttp(`${hostUrl}/${encodeURIComponent(name)}`, fetch);
}

async function request(
  fetch: Fetch,
  method: string,
  path: string,
  alsoFine: readonly number[] = [],
  signal?: AbortSignal,
): Promise<Response> {
  const response = await fetch(hostUrl + path, signal ? { method, signal } : { method });
  if (response.ok || alsoFine.includes(response.status)) return response;
  throw codedStoreError({ status: response.status });
}
