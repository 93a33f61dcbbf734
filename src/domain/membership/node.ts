import type { Action } from './charter.ts';
import type { OperationName, PersonKey } from './operation.ts';

/**
 * A valid operation in its place: with what it builds on. Nodes never change, and what a node says
 * depends on its own past only; so they are shared by every state that holds them.
 */
interface Placed {
  readonly name: OperationName;
  readonly author: PersonKey;
  /** The genesis it all began with. */
  readonly root: OperationName;
  readonly causes: readonly Node[];
  /** The operations of its past that change who belongs. */
  readonly effects: EffectSet;
}

interface Chained extends Placed {
  /** The operation before it in its key's chain. */
  readonly own: Node;
  readonly certificate: KeyNode;
}

export interface GenesisNode extends Placed {
  readonly kind: 'genesis';
  readonly members: readonly PersonKey[];
}

export interface KeyNode extends Placed {
  readonly kind: 'key';
  readonly device: string;
}

export interface ProposalNode extends Chained {
  readonly kind: 'propose';
  readonly action: Action;
  readonly subjects: readonly PersonKey[];
}

export interface VoteNode extends Chained {
  readonly kind: 'vote';
  readonly proposal: ProposalNode;
  readonly yes: boolean;
}

export interface DecisionNode extends Chained {
  readonly kind: 'decide';
  readonly proposal: ProposalNode;
  readonly quorum: number;
  readonly votes: readonly VoteNode[];
  /** From a snapshot, which leaves the votes out: whether they held at its decision. */
  readonly settled?: boolean;
}

export interface LeaveNode extends Chained {
  readonly kind: 'leave';
}

export interface AcceptNode extends Chained {
  readonly kind: 'accept';
  readonly decision: OperationName;
}

export type Node =
  GenesisNode | KeyNode | ProposalNode | VoteNode | DecisionNode | LeaveNode | AcceptNode;

export type ChainedNode = Exclude<Node, GenesisNode | KeyNode>;

/** The operations that can change who belongs. */
export type EffectNode = GenesisNode | DecisionNode | LeaveNode;

/** Sets are shared between operations with the same past, so that what follows from one is worked out once. */
export type EffectSet = ReadonlySet<EffectNode>;

export function isEffect(node: Node): node is EffectNode {
  return node.kind === 'genesis' || node.kind === 'decide' || node.kind === 'leave';
}

/** The effects of a past that consists of these operations and what they build on. */
export function effectsAfter(causes: readonly Node[]): EffectSet {
  let union: EffectSet = new Set<EffectNode>();
  const seen = new Set<EffectSet>();
  for (const cause of causes) {
    const own = effectsUpTo(cause);
    if (seen.has(own)) continue;
    seen.add(own);
    union = unionOf(union, own);
  }
  return union;
}

const withItself = new WeakMap<EffectNode, EffectSet>();

/** The effects of a node's past, and itself if it is one. */
export function effectsUpTo(node: Node): EffectSet {
  if (!isEffect(node)) return node.effects;
  const known = withItself.get(node);
  if (known !== undefined) return known;
  const effects: EffectSet = new Set([...node.effects, node]);
  withItself.set(node, effects);
  return effects;
}

function unionOf(a: EffectSet, b: EffectSet): EffectSet {
  const [larger, smaller] = a.size >= b.size ? [a, b] : [b, a];
  const missing = [...smaller].filter((effect) => !larger.has(effect));
  return missing.length === 0 ? larger : new Set([...larger, ...missing]);
}

const ancestors = new WeakMap<Node, ReadonlySet<Node>>();

/** Everything a node builds on. Costly for a long past, so asked only where effects don't answer. */
export function ancestorsOf(node: Node): ReadonlySet<Node> {
  const known = ancestors.get(node);
  if (known !== undefined) return known;
  const found = new Set<Node>();
  const open: Node[] = [...node.causes];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    open.push(...next.causes);
  }
  ancestors.set(node, found);
  return found;
}

/** Whether `earlier` is in the past of `later`. */
export function isBefore(earlier: Node, later: Node): boolean {
  return isEffect(earlier) ? later.effects.has(earlier) : ancestorsOf(later).has(earlier);
}

/** An order that agrees with causality and depends on the operations only. */
export function inCausalOrder<T extends EffectNode>(effects: Iterable<T>): T[] {
  return [...effects].toSorted(
    (a, b) => a.effects.size - b.effects.size || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
  );
}
