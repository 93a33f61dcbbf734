import PouchDB from 'pouchdb-core';
import leveldbAdapter from 'pouchdb-adapter-leveldb';
import { revsLimitKey } from './layout.ts';
import { createEngine, type Engine, type Level } from './level.ts';

PouchDB.plugin(leveldbAdapter);

export interface OpenDatabase {
  readonly pouch: PouchDB.Database;
  readonly level: Level;
}

/** As in CouchDB. */
export const defaultRevsLimit = 1_000;

/**
 * Many databases may be open at once: LevelDB's own 4 MB and 8 MB for each would be most of the host's
 * memory. With a write buffer of 1 MB the store took a tenth more of the processor in a push.
 */
const memory = { writeBufferSize: 2_097_152, cacheSize: 2_097_152 };

type LevelOptions = PouchDB.Configuration.LocalDatabaseConfiguration & {
  db: Engine;
  createIfMissing: boolean;
} & typeof memory;

/**
 * Open the PouchDB database in this folder. Only `create` may make a new one: a database whose files
 * are gone must fail here and not come up empty.
 */
export async function openPouch(folder: string, create: boolean): Promise<OpenDatabase> {
  const open = await openLimited(folder, create);
  const [limit] = await open.level.getMany([revsLimitKey]);
  if (limit === undefined) return open;
  // It is in the database that PouchDB is to be opened with it for.
  await open.pouch.close();
  return openLimited(folder, false, Number(limit));
}

async function openLimited(
  folder: string,
  create: boolean,
  limit = defaultRevsLimit,
): Promise<OpenDatabase> {
  const engine = createEngine();
  const options: LevelOptions = {
    adapter: 'leveldb',
    db: engine,
    createIfMissing: create,
    revs_limit: limit,
    ...memory,
  };
  const pouch = new PouchDB(folder, options);
  await pouch.info();
  return { pouch, level: engine.level };
}
