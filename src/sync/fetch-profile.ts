import type { OnionAddress } from '../domain/address.ts';
import { publicKeyFromAddress } from '../domain/address.ts';
import { profileSpace } from '../domain/space/charter.ts';
import { CodedError } from '../protocol/codes.ts';
import { limits } from '../protocol/limits.ts';
import type { OnionFetch } from './onion-fetch.ts';
import { peerClient } from './peer-client.ts';

/** A profile space grows by one small document with each edit. */
const most = { documents: limits.documentsPerBatch - 1, bytes: 8_388_608 };

/**
 * Everything in somebody's profile space, unchecked, for the domain's `evaluateProfile`. Nothing is stored
 * and we go as a stranger. Rejects as `OnionFetch` does, and with 'profile-missing', 'peer-newer-version', or 'too-many'.
 */
export async function fetchProfile(
  fetch: OnionFetch,
  address: OnionAddress,
  signal?: AbortSignal,
): Promise<unknown[]> {
  const client = peerClient(fetch, { address, ...(signal ? { signal } : {}) });
  const { name } = profileSpace(publicKeyFromAddress(address));
  // Both at once, since each takes a round trip; whoever isn't Network25 is told so first.
  const [welcome, documents] = await Promise.allSettled([
    client.welcome(),
    client.everything(name, most),
  ]);
  if (welcome.status === 'rejected') throw welcome.reason;
  if (documents.status === 'fulfilled') return documents.value;
  const { reason } = documents as { reason: unknown };
  throw isMissing(reason) ? new CodedError('profile-missing') : reason;
}

function isMissing(error: unknown): boolean {
  return error instanceof CodedError && error.code === 'not-found';
}
