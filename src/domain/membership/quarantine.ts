import { requiredVotes, type MembershipCharter } from './charter.ts';
import { membersUpTo } from './evaluate.ts';
import {
  effectsUpTo,
  inCausalOrder,
  type AcceptNode,
  type ChainedNode,
  type DecisionNode,
  type EffectNode,
  type EffectSet,
  type Node,
} from './node.ts';
import { personOf, type OperationName, type PersonKey } from './operation.ts';

/** Where a replica stands: the decision (or genesis) it holds as final. */
export type AnchorNode = DecisionNode | Extract<Node, { kind: 'genesis' }>;

export type QuarantineReason = 'beside-anchor' | 'forked-author' | 'builds-on-quarantined';

/** What quarantine looks at, beside the anchor. */
export interface Log {
  readonly charter: MembershipCharter;
  readonly effects: readonly EffectNode[];
  readonly accepts: readonly AcceptNode[];
  readonly successors: ReadonlyMap<OperationName, readonly ChainedNode[]>;
}

export interface Quarantine {
  readonly reasons: ReadonlyMap<DecisionNode, QuarantineReason>;
  /** Decisions that would be in quarantine, but that a majority under the anchor has accepted. */
  readonly lifted: ReadonlySet<DecisionNode>;
}

/**
 * A former majority can sign a history that branches off before everybody else came, and nothing in the
 * set tells the branches apart. So every replica has an anchor, and what does not go with it has no
 * effect until a majority of the anchor's members accept it.
 */
export function quarantineFor(anchor: AnchorNode, log: Log): Quarantine {
  const final = effectsUpTo(anchor);
  const acceptedNames = acceptedUnder(anchor, log);
  const accepted = new Set<EffectNode>();
  for (const effect of log.effects) {
    if (!acceptedNames.has(effect.name)) continue;
    // Who accepts a decision accepts what it builds on.
    for (const earlier of effectsUpTo(effect)) accepted.add(earlier);
  }
  const reasons = new Map<DecisionNode, QuarantineReason>();
  const lifted = new Set<DecisionNode>();
  for (const effect of inCausalOrder(log.effects)) {
    if (effect.kind !== 'decide' || final.has(effect)) continue;
    const reason = reasonFor(effect, anchor, final, log, reasons);
    if (reason === undefined) continue;
    if (accepted.has(effect)) lifted.add(effect);
    else reasons.set(effect, reason);
  }
  return { reasons, lifted };
}

function reasonFor(
  decision: DecisionNode,
  anchor: AnchorNode,
  final: EffectSet,
  log: Log,
  reasons: Quarantine['reasons'],
): QuarantineReason | undefined {
  if (isBesideAnchor(decision, anchor)) return 'beside-anchor';
  if (isOnForkedChain(decision, log)) return 'forked-author';
  return buildsOnQuarantined(decision, final, reasons) ? 'builds-on-quarantined' : undefined;
}

/** A decision that is not final already counts only if it builds on the anchor. */
function isBesideAnchor(decision: DecisionNode, anchor: AnchorNode): boolean {
  return !decision.effects.has(anchor);
}

/** A decision by a device that has written two operations in one place counts for nothing by itself. */
function isOnForkedChain(decision: DecisionNode, { successors }: Log): boolean {
  for (let node: Node = decision; 'own' in node; node = node.own) {
    if ((successors.get(node.own.name)?.length ?? 0) > 1) return true;
  }
  return false;
}

/** No honest operation names a parent in quarantine. */
function buildsOnQuarantined(
  decision: DecisionNode,
  final: EffectSet,
  reasons: Quarantine['reasons'],
): boolean {
  for (const earlier of decision.effects) {
    if (earlier.kind === 'decide' && !final.has(earlier) && reasons.has(earlier)) return true;
  }
  return false;
}

/** A majority (by the charter's rule) of those who are members under the anchor lifts a quarantine. */
function acceptedUnder(anchor: AnchorNode, { accepts, charter }: Log): ReadonlySet<OperationName> {
  const { members } = membersUpTo(anchor);
  const voices = new Map<OperationName, Set<PersonKey>>();
  for (const { decision, author } of accepts) {
    if (members.has(author)) voices.set(decision, (voices.get(decision) ?? new Set()).add(author));
  }
  const names = [...voices]
    .filter(([, who]) => isEnough(who, members, charter))
    .map(([decision]) => decision);
  return new Set(names);
}

function isEnough(
  who: ReadonlySet<PersonKey>,
  members: ReadonlySet<PersonKey>,
  charter: MembershipCharter,
): boolean {
  if (charter.rule === 'owner') return who.has(personOf(charter.founder));
  return who.size >= requiredVotes(charter.rule, 'admit', members.size);
}
