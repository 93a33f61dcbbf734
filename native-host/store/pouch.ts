// oxlint-disable no-underscore-dangle -- PouchDB names what it keeps in its handle so.
import PouchDB from 'pouchdb-core';
import leveldbAdapter from 'pouchdb-adapter-leveldb';
import { revsLimitKey } from './layout.ts';
import { createEngine, type Engine, type Level } from './level.ts';

PouchDB.plugin(leveldbAdapter);

export interface OpenDatabase {
  readonly pouch: PouchDB.Database;
  readonly level: Level;
  readonly counts: Counts;
}

/** What PouchDB keeps in memory of a database: whoever writes beside it has to tell it. */
export interface Counts {
  /** The number of the last change. */
  sequence: number;
  living: number;
}

/** PouchDB's own handle, with the names it has there. */
interface Handle {
  _updateSeq: number;
  _docCount: number;
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
  migrate: Migrate;
} & typeof memory;

/** PouchDB's way to bring databases of 2013 into today's form. We have none; it is handed PouchDB's handle. */
interface Migrate {
  doMigrationOne(name: string, handle: Handle, done: () => void): void;
  doMigrationTwo(handle: Handle, stores: unknown, done: () => void): void;
}

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
  let opened: Handle | undefined;
  const options: LevelOptions = {
    adapter: 'leveldb',
    db: engine,
    createIfMissing: create,
    revs_limit: limit,
    migrate: {
      doMigrationOne(_, handle, done) {
        opened = handle;
        done();
      },
      doMigrationTwo: (_, __, done) => done(),
    },
    ...memory,
  };
  const pouch = new PouchDB(folder, options);
  await pouch.info();
  if (opened === undefined) throw new Error('PouchDB did not hand out its handle');
  return { pouch, level: engine.level, counts: countsOf(opened) };
}

function countsOf(handle: Handle): Counts {
  return {
    get sequence() {
      return handle._updateSeq;
    },
    set sequence(sequence) {
      handle._updateSeq = sequence;
    },
    get living() {
      return handle._docCount;
    },
    set living(living) {
      handle._docCount = living;
    },
  };
}
