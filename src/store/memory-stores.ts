import memoryAdapter from 'pouchdb-adapter-memory';
import { localStores } from './local-stores.ts';
import { mirror, type Mirror } from './mirrored-database.ts';
import { PouchDB } from './pouch.ts';
import type { SessionArea, SpaceStores } from './ports.ts';
import { itemsUnder, setItems } from './session-items.ts';

PouchDB.plugin(memoryAdapter);

/** The adapter keeps databases of one name together for as long as the process lives. */
let opened = 0;

const prefix = 'database/';
const prefixOf = (name: string) => `${prefix}${name}/`;

/**
 * Databases in memory, with the session area as their image: they live until the browser closes.
 * A write that no longer fits rejects with CodedError 'session-storage-full' and changes nothing.
 */
export function openMemoryStores(area: SessionArea): SpaceStores {
  const mirrors = new Map<string, Mirror>();
  return localStores({
    mode: 'memory',
    async open(name) {
      opened += 1;
      const db = new PouchDB(`${opened}/${name}`, { adapter: 'memory' });
      // Checkpoints are kept with the database, so it must be the same to the replicator after a reload.
      Object.assign(db, { id: async () => name });
      mirrors.set(name, await mirror(db, area, prefixOf(name)));
      await setItems(area, { [prefixOf(name)]: true });
      return db;
    },
    async destroy(name, db) {
      const items = await itemsUnder(area, prefixOf(name));
      await area.remove(items.map(([rest]) => prefixOf(name) + rest));
      await db.destroy();
    },
    async erase(name, _db, ids) {
      await mirrors.get(name)?.erase(ids);
    },
    async list() {
      const items = await itemsUnder(area, prefix);
      return items.flatMap(([rest]) => (/^[^/]+\/$/.test(rest) ? [rest.slice(0, -1)] : []));
    },
  });
}
