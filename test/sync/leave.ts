import { type OnionAddress, publicKeyFromAddress } from '../../src/domain/address.ts';
import { inboxSpace } from '../../src/domain/space/charter.ts';
import { systemClock } from '../../src/store/clock.ts';
import type { StoredDocument } from '../../src/store/ports.ts';
import { leaveLetter } from '../../src/sync/letter.ts';
import { createOnionFetch } from '../../src/sync/onion-fetch.ts';
import { peerClient } from '../../src/sync/peer-client.ts';
import type { Onions } from './onions.ts';

/** Leaves a document in somebody's inbox, paid for as a stranger's; whether it was taken. */
export async function leave(
  onions: Onions,
  address: OnionAddress,
  document: StoredDocument,
): Promise<boolean> {
  const ports = { fetch: onions.fetch, gate: async () => true, clock: systemClock };
  const client = peerClient(createOnionFetch(ports), { address });
  const space = inboxSpace(publicKeyFromAddress(address)).name;
  const { signal } = new AbortController();
  const way = { client, clock: systemClock, signal, working: () => undefined };
  const { result } = await leaveLetter({ address, space, document }, way);
  return result === 'stored';
}
