import httpAdapter from 'pouchdb-adapter-http';
import memoryAdapter from 'pouchdb-adapter-memory';
import PouchDB from 'pouchdb-core';
import replication from 'pouchdb-replication';
import type { Client } from './endpoint-world.ts';

PouchDB.plugin(httpAdapter);
PouchDB.plugin(memoryAdapter);
PouchDB.plugin(replication);

/** What PouchDB's replicator returns, as far as these tests look. */
export interface Outcome {
  readonly docs_written: number;
  readonly doc_write_failures: number;
  readonly errors: readonly { readonly reason?: string }[];
}

export interface Running extends Promise<Outcome> {
  on(event: string, heard: (event: unknown) => void): void;
  cancel(): void;
}

export interface Replicating extends PouchDB.Database {
  readonly replicate: {
    to(other: unknown, options?: object): Running;
    from(other: unknown, options?: object): Running;
  };
  sync(other: unknown, options?: object): Running;
}

let count = 0;

/** An empty PouchDB in memory, as a friend has it. */
export const memory = (): Replicating =>
  new PouchDB(`memory-${(count += 1)}`, { adapter: 'memory' }) as Replicating;

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
