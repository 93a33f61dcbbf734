import PouchDB from 'pouchdb-core';
import httpAdapter from 'pouchdb-adapter-http';
import replication from 'pouchdb-replication';
import type { Fetch, SpaceDatabase } from './ports.ts';
import { codedStoreError } from './store-error.ts';

PouchDB.plugin(httpAdapter);
PouchDB.plugin(replication);

export { PouchDB };

/** A PouchDB whose every request goes through `fetch` and nowhere else. The database must exist. */
export function overHttp(url: string, fetch: Fetch): SpaceDatabase {
  const db = new PouchDB(url, {
    adapter: 'http',
    skip_setup: true,
    fetch: (input, init) => fetch(typeof input === 'string' ? input : input.url, plainInit(init)),
  });
  // PouchDB's own falls back to one request per document, until the process ends, after any failure.
  const bulkGet = async ({ docs }: { docs: unknown[] }): Promise<unknown> => {
    const response = await fetch(`${url}/_bulk_get?revs=true&latest=true`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ docs }),
    });
    if (!response.ok) throw codedStoreError({ status: response.status });
    return response.json();
  };
  return Object.assign(db, { bulkGet });
}

/** In Node, PouchDB hands over the headers of `node-fetch`, which no other `fetch` understands. */
function plainInit(init: RequestInit | undefined): RequestInit {
  const headers = new Headers();
  const given: unknown = init?.headers;
  if (isIterable(given)) for (const [name, value] of given) headers.set(name, value);
  return { ...init, headers };
}

function isIterable(value: unknown): value is Iterable<[string, string]> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}
