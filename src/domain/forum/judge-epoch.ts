import { checkGeneration, checkRecipients } from '../forum-keys/epoch.ts';
import { bytesOfName, personOf, type OperationName } from '../membership/operation.ts';
import type { MembershipState } from '../membership/state.ts';
import { pastOfWriter } from '../membership/writing.ts';
import type { Refusal } from '../refusal.ts';
import type { EpochNode } from './state.ts';

/** What an epoch is judged by: only what lies in its own past is asked about. */
export interface EpochIndex {
  readonly membership: MembershipState;
  readonly epochs: ReadonlyMap<OperationName, EpochNode>;
  /** Everything of the log that is here. */
  readonly log: Pick<ReadonlySet<OperationName>, 'has'>;
  readonly pending: ReadonlyMap<OperationName, EpochNode>;
}

/**
 * An epoch counts, for ever, if its author was a member in the past that it names (where the owner
 * admits: the owner), if it is for exactly the members of that past, and if its generation follows
 * from the epochs in it. `waiting` while something that it names is not here.
 */
export function judgeEpoch(node: EpochNode, index: EpochIndex): 'counts' | 'waiting' | Refusal {
  const { membership, epochs, log, pending } = index;
  const operations: OperationName[] = [];
  const before: EpochNode[] = [];
  for (const parent of node.parents) {
    const earlier = epochs.get(parent);
    if (membership.nodes.has(parent)) operations.push(parent);
    else if (earlier !== undefined) before.push(earlier);
    else if (!log.has(parent) || pending.has(parent) || membership.waiting.has(parent)) {
      return 'waiting';
    } else return 'bad-ancestry';
  }
  const { founder, rule } = membership.charter;
  if (rule === 'owner' && node.author !== personOf(founder)) return 'not-the-owner';
  const past = pastOfWriter({ ...node, parents: operations }, membership);
  if (!past.ok) return past.code;
  const members = [...past.value.membership.members].map(bytesOfName);
  const recipients = checkRecipients(node.epoch, members);
  if (!recipients.ok) return recipients.code;
  const generation = checkGeneration(
    node.epoch,
    before.map(({ epoch }) => epoch),
  );
  return generation.ok ? 'counts' : generation.code;
}
