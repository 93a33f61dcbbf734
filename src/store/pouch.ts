import './global-self.ts';
import PouchDB from 'pouchdb-browser';
import type { Fetch, SpaceDatabase } from './ports.ts';
import { codedStoreError } from './store-error.ts';

export { PouchDB };

/**
 * What such a database calls its adapter. Of one called `http` the replicator explains in the console that
 * a request for a checkpoint may end in 404, as a browser shows of its own requests; of ours it shows none.
 */
export const behindFetch = 'network25-fetch';

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
  return Object.assign(db, { bulkGet, adapter: behindFetch });
}
