import { decidedIn, knows } from '../membership/evaluate.ts';
import type { EffectSet } from '../membership/node.ts';
import type { MembershipView } from '../membership/view.ts';
import { pastOfWriter } from '../membership/writing.ts';
import type { EpochNode, ForumState } from './state.ts';

/**
 * Whether an epoch was made after every change of members that has effect. The same people as before may
 * belong again: then the keys of that time are not used again. With history, whoever was in between was handed
 * them; and who was out in between is handed on what others wrote meanwhile only by a later epoch.
 */
export function isUpToDate(
  node: EpochNode,
  { membership }: ForumState,
  view: MembershipView,
): boolean {
  const parents = node.parents.filter((name) => membership.nodes.has(name));
  const past = pastOfWriter({ ...node, parents }, membership);
  return past.ok && knowsAll(past.value.effects, view);
}

function knowsAll(effects: EffectSet, { membership, anchor }: MembershipView): boolean {
  if (anchor.kind === 'decide' && !effects.has(anchor)) return false;
  const decided = decidedIn(effects);
  const departures = [...membership.departures.values()].flat();
  return (
    [...membership.standing].every((admission) => decided.has(admission.proposal)) &&
    departures.every((departure) => knows(effects, departure))
  );
}
