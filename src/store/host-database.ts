import { CodedError } from '../protocol/codes.ts';
import { limits } from '../protocol/limits.ts';
import { overHttp } from './pouch.ts';
import type { Fetch, SpaceDatabase } from './ports.ts';
import { codedStoreError } from './store-error.ts';

/** Names the host in URLs; nothing ever resolves it, since every request goes into the tunnel. */
const hostUrl = 'http://network25-host.invalid';

/** The host's database of this name, made if it isn't there yet. */
export async function hostDatabase(fetch: Fetch, name: string): Promise<SpaceDatabase> {
  await hostRequest(fetch, 'PUT', pathOf(name), { alsoFine: [412] });
  return overHttp(hostUrl + pathOf(name), tunnelled(fetch));
}

/** Deletes it there; that it isn't there is no error. */
export async function destroyHostDatabase(fetch: Fetch, name: string): Promise<void> {
  await hostRequest(fetch, 'DELETE', pathOf(name), { alsoFine: [404] });
}

/** Erases documents there for good, those too that have yet to come; a database that isn't there has none. */
export async function eraseAtHost(
  fetch: Fetch,
  name: string,
  ids: readonly string[],
): Promise<void> {
  for (let at = 0; at < ids.length; at += limits.documentsPerBatch) {
    const batch = ids.slice(at, at + limits.documentsPerBatch);
    const body = Object.fromEntries(batch.map((id) => [id, []]));
    await hostRequest(fetch, 'POST', `${pathOf(name)}/_purge`, { body, alsoFine: [404] });
  }
}

export interface HostRequestOptions {
  /** Statuses that are no failure, beside 2xx. */
  readonly alsoFine?: readonly number[];
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

/** One request at the owner's door. Rejects with CodedError 'host-lost' without a host, and for any status that is neither 2xx nor `alsoFine`. */
export async function hostRequest(
  fetch: Fetch,
  method: string,
  path: string,
  { alsoFine = [], body, signal }: HostRequestOptions = {},
): Promise<Response> {
  const response = await tunnelled(fetch)(hostUrl + path, {
    method,
    ...(signal ? { signal } : {}),
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
  });
  if (response.ok || alsoFine.includes(response.status)) return response;
  throw codedStoreError({ status: response.status });
}

/** Says 'host-lost' where `fetch` gives no reason of its own. */
function tunnelled(fetch: Fetch): Fetch {
  return async (url, init) => {
    try {
      return await fetch(url, init);
    } catch (error) {
      throw error instanceof TypeError ? new CodedError('host-lost') : error;
    }
  };
}

function pathOf(name: string): string {
  return `/${encodeURIComponent(name)}`;
}
