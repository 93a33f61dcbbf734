import indexeddbAdapter from 'pouchdb-adapter-indexeddb';
import { readDocuments } from './documents.ts';
import { localStores } from './local-stores.ts';
import type { SpaceStores } from './ports.ts';
import { PouchDB } from './pouch.ts';

PouchDB.plugin(indexeddbAdapter);

/** PouchDB's own, before the name of each of its IndexedDB databases. */
const prefix = '_pouch_';

/**
 * Databases in the browser's IndexedDB. Only where `probeIndexedDb` has said yes.
 *
 * @param factory the browser's `indexedDB`, asked for the names of databases only: PouchDB takes the global one
 */
export function openIndexedDbStores(factory: Pick<IDBFactory, 'databases'>): SpaceStores {
  return localStores({
    mode: 'indexeddb',
    // Compacting at once keeps the vault, whose documents change, from growing.
    open: async (name) => new PouchDB(name, { adapter: 'indexeddb', auto_compaction: true }),
    destroy: (_name, db) => db.destroy(),
    async erase(_name, db, ids) {
      for (const { _id, _rev } of await readDocuments(db, ids)) await db.purge(_id, _rev);
      // PouchDB keeps a list of what it has purged, which would tell the ids.
      const list = await db.get('_local/purges').catch(() => undefined);
      if (list) await db.remove(list);
    },
    async list() {
      const databases = await factory.databases();
      return databases.flatMap(({ name }) =>
        name?.startsWith(prefix) === true ? [name.slice(prefix.length)] : [],
      );
    },
  });
}
