import type { HostDatabase } from '../../native-host/store/database.ts';
import type { NewDocument } from '../../native-host/store/write.ts';
import type { HostStore } from '../../native-host/store/store.ts';

/** The database, where the test itself is wrong if there is none. */
export function databaseOf(store: HostStore, name: string): HostDatabase {
  const database = store.database(name);
  if (database === undefined) throw new Error(`no database ${name}`);
  return database;
}

export async function newDatabase(store: HostStore, name: string): Promise<HostDatabase> {
  await store.create(name);
  return databaseOf(store, name);
}

/** Documents of one revision, as ours are. */
export function finished(count: number, from = 0): NewDocument[] {
  return Array.from({ length: count }, (_, index) => ({
    _id: `d${String(from + index).padStart(6, '0')}`,
    _rev: `1-${(from + index).toString(16).padStart(32, '0')}`,
    text: 'x'.repeat(500),
  }));
}
