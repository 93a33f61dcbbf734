import path from 'node:path';
import { CodedError } from '../../src/protocol/codes.ts';
import { createDatabase, type HostDatabase } from './database.ts';
import { isDatabaseName } from './database-name.ts';
import { diskRoom, type DiskRoom } from './disk-room.ts';
import { StoreError, translateError } from './errors.ts';
import { openFolders } from './folders.ts';
import { createOneAtATime } from './one-at-a-time.ts';
import { createOpener } from './open-checked.ts';
import { createPool } from './pool.ts';
import { hasRoomToOpen } from './room.ts';
import { openStoreFolder, type StoreFolder } from './store-folder.ts';
import { openUpdates, type Updates } from './updates.ts';
import { openUsage, type Usage } from './usage.ts';
import { formatOf } from '../upgrade/directory-format.ts';
import { upgrade } from '../upgrade/upgrade.ts';

/** The host's databases on disk. One process at a time has them. */
export interface HostStore {
  /** Constant for this folder; `GET /` says it. */
  readonly uuid: string;
  readonly updates: Updates;
  /** What others brought. */
  readonly usage: Usage;
  /** Names in order. */
  list(): string[];
  /** `undefined` if there is no such database. Its own calls throw `data-damaged` if it can't be opened. */
  database(name: string): HostDatabase | undefined;
  /** `false` if it is there already. Throws `StoreError` for a name CouchDB would not take either. */
  create(name: string): Promise<boolean>;
  /**
   * `false` if there was none. What is deleted is gone, except that the files of a damaged database
   * are kept beside the others, so that a person who deletes it to begin anew loses nothing.
   */
  destroy(name: string): Promise<boolean>;
  room(): Promise<DiskRoom>;
  close(): Promise<void>;
}

/** Beside it lie our own tor's files and others that are no databases. */
export const databasesFolder = 'databases';
/** Databases kept open while nobody uses them. */
const defaultMostOpen = 64;

/**
 * Open the store in its folder, making it if need be.
 *
 * Throws `CodedError` as `openStoreFolder` does, and `data-newer` with everything untouched. A damaged database does not keep
 * the others from being used: it throws `data-damaged` with its name when it is used itself, its files untouched.
 */
export async function openStore(
  root: string,
  { mostOpen = defaultMostOpen }: { mostOpen?: number } = {},
): Promise<HostStore> {
  await formatOf(root).catch((error: unknown) => {
    throw translateError(error, root);
  });
  const folder = await openStoreFolder(root);
  try {
    await upgrade(root);
    return await openDatabases(root, folder, mostOpen);
  } catch (error) {
    await folder.close();
    throw translateError(error, root);
  }
}

async function openDatabases(
  root: string,
  folder: StoreFolder,
  mostOpen: number,
): Promise<HostStore> {
  const folders = await openFolders(path.join(root, databasesFolder));
  const updates = await openUpdates(path.join(root, 'updates.json'));
  const usage = await openUsage(path.join(root, 'usage.json'));
  const pool = createPool({
    open: createOpener((name) => folders.level(name)),
    most: mostOpen,
    hasRoom: (name) => hasRoomToOpen(folders.level(name)),
  });
  const databases = new Map<string, HostDatabase>();
  /** Whether it is known to nobody under this incarnation. */
  const add = async (name: string): Promise<boolean> => {
    const { id: incarnation, isNew } = await folders.incarnation(name);
    const bytesOnDisk = () => folders.bytesOnDisk(name);
    const isCurrent = (database: HostDatabase) => databases.get(name) === database;
    databases.set(
      name,
      createDatabase({ name, incarnation, pool, updates, bytesOnDisk, isCurrent }),
    );
    return isNew;
  };
  for (const name of await folders.list()) {
    // What was saved came back with it, or tells of what is no longer there.
    if (await add(name)) updates.restart();
  }

  // A name is never being created and destroyed at once.
  const oneAtATime = createOneAtATime();
  const create = async (name: string): Promise<boolean> => {
    if (databases.has(name)) return false;
    await folders.create(name);
    await add(name);
    updates.touch(name, 'created');
    return true;
  };
  const destroy = async (name: string): Promise<boolean> => {
    const database = databases.get(name);
    if (database === undefined) return false;
    const damaged = await isDamaged(database);
    databases.delete(name);
    await pool.close(name);
    await (damaged ? folders.setAside(name) : folders.remove(name));
    updates.touch(name, 'deleted');
    usage.forget(name);
    return true;
  };
  const translated = (task: () => Promise<boolean>, name: string): Promise<boolean> =>
    task().catch((error: unknown) => {
      throw translateError(error, name);
    });

  return {
    uuid: folder.uuid,
    updates,
    usage,
    list: () => [...databases.keys()].toSorted(),
    database: (name) => databases.get(name),
    async create(name) {
      if (!isDatabaseName(name)) {
        throw new StoreError(
          400,
          'illegal_database_name',
          'Names begin with a lower-case letter, have at most 128 of a-z 0-9 _ $ ( ) + / - and nothing else.',
        );
      }
      return oneAtATime(() => translated(() => create(name), name));
    },
    destroy: (name) => oneAtATime(() => translated(() => destroy(name), name)),
    room: () => diskRoom(root),
    async close() {
      await pool.closeAll();
      // A full disk must not keep the lock; the next start then begins a new run.
      await updates.save().catch(() => undefined);
      await usage.save();
      await folder.close();
    },
  };
}

async function isDamaged(database: HostDatabase): Promise<boolean> {
  try {
    await database.info();
    return false;
  } catch (error) {
    return error instanceof CodedError && error.code === 'data-damaged';
  }
}
