import PouchDB from 'pouchdb-core';
import type { Client } from './endpoint-world.ts';

export { inMemory as memory, type Replicating } from './replicating.ts';

/** A database at one of our doors, seen by PouchDB; `skipSetup` where it must not try to make it. */
export function remoteDatabase(
  client: Client,
  name: string,
  { token, skipSetup = false }: { token?: string; skipSetup?: boolean } = {},
): PouchDB.Database {
  return new PouchDB(`http://${client.host}/${name}`, {
    adapter: 'http',
    skip_setup: skipSetup,
    fetch: client.fetch(token),
  });
}
