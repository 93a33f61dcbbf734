import type { Clock } from './clock.ts';
import { openIndexedDbStores } from './indexeddb-stores.ts';
import { openMemoryStores } from './memory-stores.ts';
import { openNativeStores } from './native-stores.ts';
import type { Fetch, SessionArea, SpaceStores } from './ports.ts';
import { probeIndexedDb } from './probe-indexeddb.ts';

export interface Places {
  /** The browser's `indexedDB`, where there is one. */
  readonly indexedDB: IDBFactory | undefined;
  /** The tunnel to the host, when the host is there. */
  readonly host: Fetch | undefined;
  readonly session: SessionArea;
}

/** The first place that will really keep our databases: IndexedDB, the host, memory (see DESIGN, "The parts"). */
export async function chooseStores(places: Places, clock: Clock): Promise<SpaceStores> {
  if (places.indexedDB && (await probeIndexedDb(places.indexedDB, clock))) {
    return openIndexedDbStores(places.indexedDB);
  }
  if (places.host) return openNativeStores(places.host, clock);
  return openMemoryStores(places.session);
}
