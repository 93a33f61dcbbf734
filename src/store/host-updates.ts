import { type Clock, sleep } from './clock.ts';
import { decodeUpdates, updatesPath } from './database-updates.ts';
import { hostRequest } from './host-database.ts';
import type { Fetch } from './ports.ts';

/** After the tunnel failed, until it is tried again. */
const retryAfter = 3_000;
/** Seldom: the tunnel says by itself when it breaks. */
const heartbeat = 60_000;

/**
 * Tells which of the host's databases changed, with one long-poll for all: first every one there is,
 * then each change soon after it happened. Goes on through failures until `signal` aborts; never rejects.
 */
export async function followHostUpdates(
  fetch: Fetch,
  clock: Clock,
  signal: AbortSignal,
  onChanged: (names: readonly string[]) => void,
): Promise<void> {
  let since: string | undefined;
  while (!signal.aborted) {
    try {
      const path = updatesPath(since, since === undefined ? undefined : { heartbeat });
      const response = await hostRequest(fetch, 'GET', path, { signal });
      const page = decodeUpdates(await response.json());
      since = page.since;
      if (page.names.length > 0) onChanged(page.names);
    } catch {
      await sleep(clock, retryAfter, signal);
    }
  }
}
