import { membershipLimits } from './limits.ts';
import { inCausalOrder, type DecisionNode, type EffectSet } from './node.ts';
import type { AnchorNode } from './quarantine.ts';

/**
 * The last decision that three others have been built on, one on the other, and that no decision in
 * effect is concurrent with. So holding it as final takes effect from nothing that has effect now.
 */
export function finalDecision(anchor: AnchorNode, effects: EffectSet): AnchorNode {
  const decisions = inCausalOrder(effects).filter(isDecision);
  const depth = new Map<DecisionNode, number>();
  let final = anchor;
  for (const decision of decisions.toReversed()) {
    const above = decisions.filter((later) => later.effects.has(decision));
    const counted = above.filter(isAtFullQuorum);
    depth.set(
      decision,
      counted.reduce((most, later) => Math.max(most, depthOf(later, depth)), 0),
    );
    const isAhead = decision.effects.has(final);
    const isDeep = (depth.get(decision) ?? 0) >= membershipLimits.finalDepth;
    if (isAhead && isDeep && isOnEveryPath(decision, decisions)) final = decision;
  }
  return final;
}

function depthOf(later: DecisionNode, depth: ReadonlyMap<DecisionNode, number>): number {
  return (depth.get(later) ?? 0) + 1;
}

function isDecision(effect: { readonly kind: string }): effect is DecisionNode {
  return effect.kind === 'decide';
}

/** A smaller quorum, which only marks sleepers, makes nothing final. */
function isAtFullQuorum(decision: DecisionNode): boolean {
  return decision.proposal.action !== 'dormant';
}

function isOnEveryPath(decision: DecisionNode, decisions: readonly DecisionNode[]): boolean {
  return decisions.every(
    (other) => other === decision || other.effects.has(decision) || decision.effects.has(other),
  );
}
