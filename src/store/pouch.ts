import './global-self.ts';
import PouchDB from 'pouchdb-browser';
import type { Fetch, SpaceDatabase } from './ports.ts';
import { codedStoreError } from './store-error.ts';

export { PouchDB };

/** A PouchDB whose every request goes through `fetch` and nowhere else. The database must exist. */
export function overHttp(url: string, fetch: Fetch): SpaceDatabase {
  const db = new PouchDB(url, {
    adapter: 'http',
    skip_setup: true,
    fetch: (input, init) => fetch(typeof input === 'string' ? input : input.url, init),
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
