import { compareBytes, equalBytes, toHex } from '../bytes.ts';
import { newLogKey, oldLogKey } from '../forum-keys/boxes.ts';
import { knows } from '../membership/evaluate.ts';
import { bytesOfName } from '../membership/operation.ts';
import type { MembershipView } from '../membership/view.ts';
import { pastOfWriter } from '../membership/writing.ts';
import { complaintsIn } from './key-words.ts';
import { logKeyFrom, type LogKey } from './log-key.ts';
import { epochNameOf, type EpochNode, type ForumState } from './state.ts';

/** What one writes in the log with, and the epoch that brought it; none for the first key. */
export interface LogKeyInUse {
  readonly key: LogKey;
  readonly by: EpochNode | undefined;
}

/**
 * The newest key that all members have. Of the epochs that changed it, and about which nobody complains,
 * those come first that know of every departure; then the highest generation, then the lowest id. So
 * nobody who is out can have the others use a key of theirs again. Else what the invitation said.
 */
export function logKeyInUse(state: ForumState, view: MembershipView): LogKeyInUse {
  const complaints = complaintsIn(state, view);
  const changing = [...state.epochs.values()]
    .filter(({ epoch }) => epoch.log !== null)
    .filter(({ epoch }) => !complaints.some((one) => equalBytes(one.epoch, epoch.id)))
    .map((node) => ({ node, stale: Number(knowsTooLittle(node, state, view)) }))
    .toSorted((a, b) => a.stale - b.stale || byRank(a.node, b.node))
    .map(({ node }) => node);
  for (const by of changing) {
    const key = logKeyOf(by, state);
    if (key !== undefined) return { key, by };
  }
  const [key] = state.logKeys.values();
  if (key === undefined) throw new TypeError('a forum was joined without a log key');
  return { key, by: undefined };
}

/** Without history an epoch's secret is gone; the key it gave is among ours, and it sealed the older one. */
function logKeyOf({ epoch }: EpochNode, { keys, logKeys, space }: ForumState): LogKey | undefined {
  const secret = keys.get(epochNameOf(epoch.id))?.secret ?? null;
  const made = secret === null ? null : newLogKey(epoch, secret);
  if (made !== null) return logKeys.get(toHex(logKeyFrom(made, space.id).gate.hint));
  return [...logKeys.values()].find(({ secret: one }) => oldLogKey(epoch, one).ok);
}

/** Whether somebody who holds the key in use has gone since it came into use. */
export function isLogKeyStale(
  { by }: LogKeyInUse,
  state: ForumState,
  view: MembershipView,
): boolean {
  if (by !== undefined) return knowsTooLittle(by, state, view);
  return [...view.membership.departures.values()].some((departures) => departures.length > 0);
}

function byRank({ epoch: a }: EpochNode, { epoch: b }: EpochNode): number {
  return b.generation - a.generation || compareBytes(a.id, b.id);
}

/** Whether there is a departure that an epoch does not build on. */
function knowsTooLittle(
  node: EpochNode,
  { membership }: ForumState,
  view: MembershipView,
): boolean {
  const parents = node.parents.filter((name) => membership.nodes.has(name));
  const past = pastOfWriter({ ...node, parents }, membership);
  const departures = [...view.membership.departures.values()].flat();
  return !past.ok || departures.some((one) => !knows(past.value.effects, one));
}

/** Everybody who belongs now. */
export function membersOf(view: MembershipView): readonly Uint8Array[] {
  return [...view.members].map(bytesOfName);
}
