import { compareBytes } from '../bytes.ts';
import { hashFor } from '../hash.ts';
import { accept, refuse, type Result } from '../result.ts';
import { dormantIn } from './dormancy.ts';
import { evaluate, type Membership } from './evaluate.ts';
import { finalDecision } from './final.ts';
import {
  effectsUpTo,
  isEffect,
  type EffectNode,
  type EffectSet,
  type GenesisNode,
} from './node.ts';
import { bytesOfName, nameOf, type OperationName, type PersonKey } from './operation.ts';
import { awake } from './past.ts';
import { quarantineFor, type AnchorNode, type Quarantine } from './quarantine.ts';
import type { MembershipState } from './state.ts';

/** Who belongs, as one replica sees it: a function of the set of operations and of its anchor. */
export interface MembershipView {
  /** What it is a view of. */
  readonly state: MembershipState;
  readonly anchor: AnchorNode;
  readonly membership: Membership;
  readonly members: ReadonlySet<PersonKey>;
  /** The members who are counted in a quorum: all but those who sleep. */
  readonly electorate: ReadonlySet<PersonKey>;
  readonly quarantine: Quarantine;
  /** The operations that have effect. */
  readonly effects: EffectSet;
  /** The operations to name as parents of the next one. */
  readonly heads: readonly EffectNode[];
  /** The decision that could be held as final now: it moves on, and changes nothing by it. */
  readonly final: AnchorNode;
  /** Equal exactly where anchor and members are: two replicas that differ can tell. */
  readonly digest: Uint8Array;
  /** Whether operations wait for others, or a lifted quarantine asks for history that a snapshot left out. */
  readonly incomplete: boolean;
}

/**
 * The view from an anchor: the hash of the decision that this replica, or its invitation, holds as
 * final; `null` where it is still the genesis. Refuses with `unknown-anchor`.
 */
export function viewFrom(
  state: MembershipState,
  anchorHash: Uint8Array | null,
): Result<MembershipView> {
  const anchor = anchorHash === null ? firstGenesis(state) : anchorNamed(nameOf(anchorHash), state);
  if (anchor === undefined || !isWithinReach(anchor, state)) return refuse('unknown-anchor');
  const nodes = [...state.nodes.values()].filter((node) => node.root === anchor.root);
  const quarantine = quarantineFor(anchor, {
    charter: state.charter,
    effects: nodes.filter(isEffect),
    accepts: nodes.filter((node) => node.kind === 'accept'),
    successors: state.successors,
  });
  const effects = new Set<EffectNode>();
  for (const node of nodes)
    if (isEffect(node) && !isQuarantined(node, quarantine)) effects.add(node);
  const membership = evaluate(effects, effectsUpTo(anchor));
  const dormant = dormantIn(effects, (person) => state.words.get(person) ?? []);
  return accept({
    state,
    anchor,
    membership,
    members: membership.members,
    electorate: awake(membership.members, dormant),
    quarantine,
    effects,
    heads: headsOf(effects),
    final: finalDecision(anchor, effects),
    digest: digestOf(anchor, membership),
    incomplete: state.waiting.size > 0 || (state.base !== undefined && quarantine.lifted.size > 0),
  });
}

/** Founders who sign more than one genesis make more than one group; without an anchor the lowest name counts. */
function firstGenesis(state: MembershipState): GenesisNode | undefined {
  let first: GenesisNode | undefined;
  for (const node of state.nodes.values()) {
    if (node.kind !== 'genesis') continue;
    if (first === undefined || node.name < first.name) first = node;
  }
  return first;
}

function anchorNamed(name: OperationName, state: MembershipState): AnchorNode | undefined {
  const node = state.nodes.get(name);
  return node?.kind === 'decide' || node?.kind === 'genesis' ? node : undefined;
}

/** What lies before a snapshot is settled by it, and can't be the end of what is final. */
function isWithinReach(anchor: AnchorNode, { base, nodes }: MembershipState): boolean {
  if (base === undefined || base === anchor.name) return true;
  const start = nodes.get(base);
  return start?.kind === 'decide' && anchor.effects.has(start);
}

function isQuarantined(node: EffectNode, { reasons }: Quarantine): boolean {
  return node.kind === 'decide' && reasons.has(node);
}

function headsOf(effects: EffectSet): readonly EffectNode[] {
  const built = new Set<EffectNode>();
  for (const effect of effects) for (const earlier of effect.effects) built.add(earlier);
  return [...effects].filter((effect) => !built.has(effect));
}

function digestOf(anchor: AnchorNode, { members }: Membership): Uint8Array {
  const people = [...members].map(bytesOfName).toSorted(compareBytes);
  return hashFor('membership-view', bytesOfName(anchor.name), ...people);
}
