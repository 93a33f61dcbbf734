import { accept, refuse, type Result } from '../result.ts';
import { membersUpTo } from './evaluate.ts';
import {
  ancestorsOf,
  type ChainedNode,
  type DecisionNode,
  type KeyNode,
  type Node,
} from './node.ts';
import type { OperationName } from './operation.ts';
import type { MembershipState } from './state.ts';

/** What is left of a log at a decision when the votes that are counted for good are left out. */
export interface Skeleton {
  readonly decision: DecisionNode;
  /** What is kept, each after what it builds on. */
  readonly kept: readonly Node[];
  /** The last operations of each chain. */
  readonly tips: ReadonlySet<Node>;
  /** What is left out. */
  readonly dropped: readonly Node[];
  /** The nearest kept operations that one builds on. */
  readonly causesOf: (node: Node) => readonly Node[];
  /** Whether an admission's votes still held at the decision. */
  readonly held: (admission: DecisionNode) => boolean;
}

/**
 * Of the past of a decision, everything but votes on what is decided; and of those the last of each chain,
 * so that chains go on. Refuses with `unknown-anchor`.
 */
export function skeletonAt(name: OperationName, state: MembershipState): Result<Skeleton> {
  const decision = state.nodes.get(name);
  if (decision?.kind !== 'decide') return refuse('unknown-anchor');
  const past = [...ancestorsOf(decision), decision];
  const decided = new Set(past.map((node) => (node.kind === 'decide' ? node.proposal : undefined)));
  const tips = tipsOf(past);
  const isKept = (node: Node) =>
    node.kind !== 'vote' || tips.has(node) || !decided.has(node.proposal);
  const { standing } = membersUpTo(decision);
  return accept({
    decision,
    kept: afterCauses(past).filter(isKept),
    tips,
    dropped: past.filter((node) => !isKept(node)),
    causesOf: (node) => nearestKept(node, isKept),
    held: (admission) => standing.has(admission),
  });
}

export function certificateOf(node: ChainedNode | KeyNode): KeyNode {
  return node.kind === 'key' ? node : node.certificate;
}

function tipsOf(past: readonly Node[]): ReadonlySet<Node> {
  const tips = new Set<Node>(past.filter((node) => 'own' in node));
  for (const node of past) if ('own' in node) tips.delete(node.own);
  return tips;
}

function nearestKept(node: Node, isKept: (node: Node) => boolean): readonly Node[] {
  const found = new Set<Node>();
  const seen = new Set<Node>();
  const open = [...node.causes];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    if (isKept(next)) found.add(next);
    else open.push(...next.causes);
  }
  return [...found];
}

/** Every node after all it builds on; of those that could come next, the lowest name first. */
function afterCauses(past: readonly Node[]): readonly Node[] {
  const ordered: Node[] = [];
  const placed = new Set<Node>();
  const open = past.toSorted((a, b) => (a.name < b.name ? 1 : -1));
  while (open.length > 0) {
    const node = open.at(-1);
    if (node === undefined) break;
    const missing = placed.has(node) ? [] : node.causes.filter((cause) => !placed.has(cause));
    if (missing.length > 0) {
      open.push(...missing.toSorted((a, b) => (a.name < b.name ? 1 : -1)));
      continue;
    }
    open.pop();
    if (placed.has(node)) continue;
    placed.add(node);
    ordered.push(node);
  }
  return ordered;
}
