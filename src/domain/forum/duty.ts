import type { Departure } from '../membership/evaluate.ts';
import { knows } from '../membership/evaluate.ts';
import type { DecisionNode, KeyNode, Node } from '../membership/node.ts';
import { standingProposals, type OpenProposal } from '../membership/standing-proposals.ts';
import { personOf, type PersonKey } from '../membership/operation.ts';
import type { MembershipState } from '../membership/state.ts';
import { pastOfWriter } from '../membership/writing.ts';
import type { Assembly } from '../space/assembly.ts';
import { equalBytes, toHex } from '../bytes.ts';
import type { Writer } from '../document/chain.ts';
import { isHeard, offersIn } from './key-words.ts';
import { epochNameOf, type EpochNode } from './state.ts';
import type { PrivateForum } from './view.ts';

/** What a member's add-on does without being asked. `ours`: at once; else a random while later, if nobody else has. */
export type Duty =
  | { readonly what: 'bring-device' }
  | { readonly what: 'offer-pre-key' }
  | { readonly what: 'complain'; readonly epoch: Uint8Array }
  | { readonly what: 'decide'; readonly proposal: OpenProposal; readonly ours: boolean }
  | { readonly what: 'say-farewell'; readonly decision: DecisionNode }
  | { readonly what: 'issue-epoch'; readonly ours: boolean };

export interface Dutiful {
  readonly writer: Writer;
  readonly now: number;
  /** Whose pre-keys we were told when they agreed to be let in. */
  readonly told: ReadonlySet<PersonKey>;
}

/** An epoch is used for so long, and a pre-key offered: what is seized later opens no more than that. */
const week = 7 * 24 * 3_600_000;

/** The next thing to do for the space; what comes after it shows once that is done. */
export function nextDuty(forum: PrivateForum, self: Dutiful): Duty | undefined {
  const me = personOf(self.writer.author);
  if (!forum.membership.members.has(me)) return undefined;
  if (deviceWord(forum, self.writer) === undefined) return { what: 'bring-device' };
  const farewell = farewellDue(forum, me);
  if (farewell !== undefined) return { what: 'say-farewell', decision: farewell };
  if (isPreKeyDue(forum, me, self.now)) return { what: 'offer-pre-key' };
  if (forum.complaintDue !== undefined) {
    return { what: 'complain', epoch: forum.complaintDue.epoch.id };
  }
  return decisionDue(forum, self) ?? epochDue(forum, self);
}

/** The operation that brought this device into the membership of now. */
export function deviceWord(
  { membership: { state, membership, members } }: Pick<Assembly, 'membership'>,
  { author, signer }: Writer,
): KeyNode | undefined {
  const me = personOf(author);
  const device = toHex(signer.publicKey);
  if (!members.has(me)) return undefined;
  const departures = membership.departures.get(me) ?? [];
  return (state.words.get(me) ?? []).findLast(
    (word): word is KeyNode =>
      word.kind === 'key' &&
      word.device === device &&
      departures.every((departure) => knows(word.effects, departure)),
  );
}

/** Of the pre-keys that we hold the secrets of, the log has one whose time is not over. */
function isPreKeyDue({ state, membership }: PrivateForum, me: PersonKey, now: number): boolean {
  return ![...state.words.values()].some(
    (word) =>
      word.kind === 'pre-key' &&
      word.author === me &&
      word.offer.until >= now &&
      word.offer.from <= now + week &&
      state.preKeys.some(({ id }) => equalBytes(id, word.offer.id)) &&
      isHeard(word, state, membership),
  );
}

/** A removal that we decided, of people who have written, and about which we haven't said what we had seen. */
function farewellDue(forum: PrivateForum, me: PersonKey): DecisionNode | undefined {
  const { state, membership, chains } = forum;
  const authors = new Set(chains.map(({ author }) => author));
  for (const effect of membership.effects) {
    if (effect.kind !== 'decide' || effect.author !== me) continue;
    const { action, subjects } = effect.proposal;
    if (action !== 'remove' || !subjects.some((one) => authors.has(one))) continue;
    const isSaid = [...state.words.values()].some(
      (word) => word.kind === 'farewell' && word.farewell.decision === effect.name,
    );
    // Once there are keys for those who stay, what the others write is no longer what we had seen.
    if (!isSaid && !isFollowedByEpoch(effect, forum)) return effect;
  }
  return undefined;
}

function isFollowedByEpoch(departure: Departure, { state }: PrivateForum): boolean {
  return [...state.epochs.values()].some((node) => {
    const parents = node.parents.filter((name) => state.membership.nodes.has(name));
    const past = pastOfWriter({ ...node, parents }, state.membership);
    return past.ok && knows(past.value.effects, departure);
  });
}

/**
 * Whose votes suffice. To let somebody in takes their pre-key, which those know whom they have told it; where
 * one votes, who casts the deciding vote decides a removal.
 */
export function decisionDue(
  { membership }: Pick<Assembly, 'membership'>,
  { writer, told }: Dutiful,
): Extract<Duty, { what: 'decide' }> | undefined {
  const me = personOf(writer.author);
  const { rule, founder } = membership.state.charter;
  if (rule === 'owner' && me !== personOf(founder)) return undefined;
  let later: OpenProposal | undefined;
  for (const open of standingProposals(membership)) {
    const { proposal, yes, required } = open;
    if (yes.size < required) continue;
    if (proposal.action === 'admit') {
      if (!proposal.subjects.every((one) => told.has(one))) continue;
      return { what: 'decide', proposal: open, ours: true };
    }
    if (proposal.subjects.includes(me)) continue;
    if (rule === 'owner' || isLastVoter(open, me, membership.state)) {
      return { what: 'decide', proposal: open, ours: true };
    }
    later ??= open;
  }
  return later && { what: 'decide', proposal: later, ours: false };
}

/** Whether, as things came here, ours is the last of the votes that count. */
function isLastVoter({ yes }: OpenProposal, me: PersonKey, { nodes }: MembershipState): boolean {
  const votes = new Set<Node>(yes.values());
  return [...nodes.values()].findLast((node) => votes.has(node))?.author === me;
}

function epochDue(forum: PrivateForum, self: Dutiful): Duty | undefined {
  const { membership, epoch, state } = forum;
  const me = personOf(self.writer.author);
  const { rule, founder } = membership.state.charter;
  const isOwner = rule === 'owner' && me === personOf(founder);
  if (rule === 'owner' && !isOwner) return undefined;
  const isDue =
    epoch === undefined ||
    (state.keys.has(epochNameOf(epoch.epoch.id)) && isOld(epoch, forum, self.now));
  if (!isDue || !canSealToAll(forum, self)) return undefined;
  const isAfterOurs = epoch === undefined && membership.heads.some(({ author }) => author === me);
  return { what: 'issue-epoch', ours: isOwner || isAfterOurs };
}

/** Whether there is a pre-key of everybody: in the log, or told to us. */
export function canSealToAll(forum: PrivateForum, { told }: Pick<Dutiful, 'told'>): boolean {
  const offers = offersIn(forum.state, forum.membership);
  return [...forum.membership.members].every((one) => offers.has(one) || told.has(one));
}

/** By the time its author claims; one that comes from the future is old, too. */
function isOld({ name }: EpochNode, { state }: PrivateForum, now: number): boolean {
  const made = state.log.get(name) ?? 0;
  return made < now - week || made > now + week;
}
