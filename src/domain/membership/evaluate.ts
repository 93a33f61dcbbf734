import {
  effectsUpTo,
  inCausalOrder,
  isBefore,
  type DecisionNode,
  type EffectNode,
  type EffectSet,
  type GenesisNode,
  type LeaveNode,
  type Node,
  type ProposalNode,
  type VoteNode,
} from './node.ts';
import type { PersonKey } from './operation.ts';

/** An operation by which somebody stops being a member. */
export type Departure = DecisionNode | LeaveNode;

/** Who belongs, as a set of operations says. */
export interface Membership {
  readonly members: ReadonlySet<PersonKey>;
  readonly departures: ReadonlyMap<PersonKey, readonly Departure[]>;
  /** The operations by which each person was let in, and which nothing has made void. */
  readonly admissions: ReadonlyMap<PersonKey, readonly (DecisionNode | GenesisNode)[]>;
  /** The admissions whose votes still make their quorum. */
  readonly standing: ReadonlySet<DecisionNode>;
}

const evaluated = new WeakMap<EffectSet, Membership>();

/** Who belonged in a past. The same for everybody, for ever. */
export function membershipIn(effects: EffectSet): Membership {
  const known = evaluated.get(effects);
  if (known !== undefined) return known;
  const membership = evaluate(effects);
  evaluated.set(effects, membership);
  return membership;
}

export function membersUpTo(node: Node): Membership {
  return membershipIn(effectsUpTo(node));
}

/**
 * Who belongs according to a set of valid operations. What stands at `final` (the anchor's past) is
 * settled there and not counted again.
 */
export function evaluate(effects: EffectSet, final?: EffectSet): Membership {
  const settled = final === undefined ? undefined : membershipIn(final);
  const departures = departuresIn(effects);
  const admissions = new Map<PersonKey, (DecisionNode | GenesisNode)[]>();
  const standing = new Set<DecisionNode>();
  const draft = { departures, admissions, standing, members: new Set<PersonKey>() };
  for (const effect of inCausalOrder(effects)) {
    if (effect.kind === 'leave' || !admits(effect)) continue;
    if (effect.kind === 'decide') {
      const holds = final?.has(effect)
        ? settled?.standing.has(effect) === true
        : votesHold(effect, draft);
      if (!holds) continue;
      standing.add(effect);
    }
    for (const person of admittedBy(effect)) {
      if (isAdmissionVoid(person, effect, departures)) continue;
      admissions.set(person, [...(admissions.get(person) ?? []), effect]);
    }
  }
  for (const [person, theirs] of admissions) {
    if (theirs.some((admission) => staysIn(person, admission, departures))) {
      draft.members.add(person);
    }
  }
  return draft;
}

/** Every valid removal and leave takes effect, concurrent ones too: two who remove each other are both out. */
function departuresIn(effects: EffectSet): ReadonlyMap<PersonKey, readonly Departure[]> {
  const departures = new Map<PersonKey, Departure[]>();
  for (const effect of effects) {
    if (effect.kind === 'genesis') continue;
    const leaving =
      effect.kind === 'leave'
        ? [effect.author]
        : effect.proposal.action === 'remove'
          ? effect.proposal.subjects
          : [];
    for (const person of leaving) {
      departures.set(person, [...(departures.get(person) ?? []), effect]);
    }
  }
  return departures;
}

function admits(effect: GenesisNode | DecisionNode): boolean {
  return effect.kind === 'genesis' || effect.proposal.action === 'admit';
}

function admittedBy(effect: GenesisNode | DecisionNode): readonly PersonKey[] {
  return effect.kind === 'genesis' ? effect.members : effect.proposal.subjects;
}

/** An admission is void if a departure of the same person is concurrent with it. */
function isAdmissionVoid(
  person: PersonKey,
  admission: EffectNode,
  departures: Membership['departures'],
): boolean {
  return (departures.get(person) ?? []).some((departure) => areConcurrent(departure, admission));
}

/** Nobody stays in whose departure comes after their admission. */
function staysIn(
  person: PersonKey,
  admission: EffectNode,
  departures: Membership['departures'],
): boolean {
  return !(departures.get(person) ?? []).some((departure) => isBefore(admission, departure));
}

/** An admission is void if the votes that are not void fall below its quorum. */
function votesHold(decision: DecisionNode, membership: Membership): boolean {
  if (decision.settled !== undefined) return decision.settled;
  const counted = decision.votes.filter((vote) => !isVoteVoid(vote, membership));
  return counted.length >= decision.quorum;
}

/** A vote is void when its author was removed concurrently with it, or was never rightly let in. */
function isVoteVoid(vote: VoteNode, membership: Membership): boolean {
  return wasRemovedMeanwhile(vote, membership) || areAdmissionsVoid(vote, membership);
}

function wasRemovedMeanwhile(vote: VoteNode, { departures }: Membership): boolean {
  return (departures.get(vote.author) ?? []).some(
    (departure) => departure.kind === 'decide' && areConcurrent(departure, vote),
  );
}

/** All the admissions by which the voter could vote are void. */
function areAdmissionsVoid(vote: VoteNode, { admissions }: Membership): boolean {
  return !(admissions.get(vote.author) ?? []).some((admission) => vote.effects.has(admission));
}

function areConcurrent(departure: Departure, node: Node): boolean {
  return node !== departure && !knows(node.effects, departure) && !isBefore(node, departure);
}

/**
 * Whether a past holds a departure. Deciding twice on one proposal is deciding once: or anybody could
 * keep a second decision on old votes, and throw out who has since come back.
 */
export function knows(effects: EffectSet, departure: Departure): boolean {
  if (effects.has(departure)) return true;
  return departure.kind === 'decide' && decidedIn(effects).has(departure.proposal);
}

const decided = new WeakMap<EffectSet, ReadonlySet<ProposalNode>>();

/** The proposals that a past has decided. */
export function decidedIn(effects: EffectSet): ReadonlySet<ProposalNode> {
  const known = decided.get(effects);
  if (known !== undefined) return known;
  const proposals = new Set<ProposalNode>();
  for (const effect of effects) if (effect.kind === 'decide') proposals.add(effect.proposal);
  decided.set(effects, proposals);
  return proposals;
}
