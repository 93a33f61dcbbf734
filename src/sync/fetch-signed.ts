import type { SpaceLink } from '../domain/space/link.ts';
import type { Since } from '../store/documents.ts';
import type { StoredDocument } from '../store/ports.ts';
import type { OnionFetch } from './onion-fetch.ts';
import { peerClient } from './peer-client.ts';

const portion = 100;
/** A charter is among the first documents, or nearly: whoever has passed a space on may have had another one first. */
const portions = 20;

/**
 * The first signed documents of a public space, read as a stranger: unchecked, stored by nobody. Throws as `OnionFetch`
 * does, `not-found` where there is no such space to see.
 */
export async function* fetchSigned(
  fetch: OnionFetch,
  { host, space }: SpaceLink,
): AsyncGenerator<StoredDocument[]> {
  const client = peerClient(fetch, { address: host });
  await client.welcome();
  let since: Since = 0;
  for (let asked = 0; asked < portions; asked += 1) {
    const { rows, last } = await client.changes(space, since, portion);
    if (rows.length === 0) return;
    const wanted = rows
      .filter(({ id }) => id.startsWith('d'))
      .flatMap(({ id, revisions: [rev] }) => (rev === undefined ? [] : [{ id, rev }]));
    if (wanted.length > 0) yield await client.documents(space, wanted);
    since = last;
  }
}
