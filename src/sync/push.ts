import type { SpaceName } from '../domain/space/name.ts';
import { type Code, codeOf } from '../protocol/codes.ts';
import { batchesOf } from '../store/documents.ts';
import type { StoredDocument } from '../store/ports.ts';
import type { PeerClient } from './peer-client.ts';
import type { PushOutcome } from './ports.ts';

/** Answers after which the same documents would be refused again. */
const final: ReadonlySet<Code> = new Set(['peer-refused', 'too-large', 'not-allowed']);

/** Sends documents to one friend in as few requests as they fit; `client` is undefined while not connected. Never rejects. */
export async function pushTo(
  address: string,
  client: PeerClient | undefined,
  space: SpaceName,
  documents: readonly StoredDocument[],
): Promise<PushOutcome> {
  if (!client) return { address, result: 'later', code: 'peer-unreachable' };
  try {
    let stored = true;
    for (const batch of batchesOf(documents)) stored = (await client.store(space, batch)) && stored;
    return { address, result: stored ? 'stored' : 'refused' };
  } catch (error) {
    return pushFailed(address, error);
  }
}

/** What a request that failed says of what it brought. */
export function pushFailed(address: string, error: unknown): PushOutcome {
  const code = codeOf(error);
  return final.has(code) ? { address, result: 'refused' } : { address, result: 'later', code };
}
