import { checkAtDoor } from '../domain/document/door.ts';
import type { StoredDocument } from '../domain/document/envelope.ts';
import { checkSealedAtDoor } from '../domain/document/gated.ts';
import type { Result } from '../domain/result.ts';
import { spaceIdFromName } from '../domain/space/name.ts';
import { CodedError } from '../protocol/codes.ts';
import { checkedTarget } from '../store/checked-target.ts';
import type { SpaceDatabase } from '../store/ports.ts';
import { replicate } from '../store/replicate.ts';
import type { PeerClient } from './peer-client.ts';
import { peerSource } from './peer-source.ts';
import type { PeerSpace } from './ports.ts';

export interface PullReport {
  stored(ids: readonly string[]): void;
  refused(code: string, count: number): void;
}

/**
 * What a member offers under a key that we don't have yet is stored as it is: PouchDB would never ask for
 * it again, and what it is shows when the key is there.
 */
function checkPulled({ door, name, gates }: PeerSpace, document: unknown): Result<StoredDocument> {
  const shaped = checkAtDoor(door, document, name);
  if (!shaped.ok || door !== 'gated') return shaped;
  const gated = checkSealedAtDoor(document, spaceIdFromName(name), gates ?? []);
  return gated.ok || gated.code === 'unknown-epoch' ? shaped : gated;
}

/** A friend whose documents fail the door check this often in one pull is not worth the rest. */
const refusalsPerPull = 1_000;

/**
 * Brings what a friend has of a space and we don't, from the checkpoint in our own database on.
 * What fails the door check is dropped and reported. Rejects with CodedError as the client and the
 * database do, 'too-many' when nearly nothing passes the door, and 'cancelled' by `signal`.
 *
 * @param uuid of the friend's endpoint, as it said at `welcome`
 * @param round names another run through it, from the beginning; without, it goes on where the last stopped
 */
export async function pullSpace(
  {
    client,
    uuid,
    space,
    db,
    round,
  }: {
    client: PeerClient;
    uuid: string;
    space: PeerSpace;
    db: SpaceDatabase;
    round?: number | undefined;
  },
  report: PullReport,
  signal: AbortSignal,
): Promise<void> {
  const flooded = new AbortController();
  let refusals = 0;
  const target = checkedTarget(db, {
    check: (document) => checkPulled(space, document),
    wanted: space.wanted,
    stored: (ids) => report.stored(ids),
    refused(code, count) {
      report.refused(code, count);
      refusals += count;
      if (refusals > refusalsPerPull) flooded.abort();
    },
  });
  try {
    const source = peerSource(
      client,
      space.name,
      uuid + space.name + (round === undefined ? '' : `#${round}`),
    );
    await replicate(source, target, 'target', AbortSignal.any([signal, flooded.signal]));
  } catch (error) {
    throw flooded.signal.aborted && !signal.aborted
      ? new CodedError('too-many', 'refusals')
      : error;
  }
}
