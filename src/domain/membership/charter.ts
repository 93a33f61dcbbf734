/** How a space decides who belongs to it. Its charter says so once, for ever. */
export type DecisionRule = 'majority' | 'two-thirds' | 'owner';

/** What membership needs to know of a space's charter. */
export interface MembershipCharter {
  readonly spaceId: Uint8Array;
  /** The onion key that signs the genesis; where the owner admits, the owner. */
  readonly founder: Uint8Array;
  readonly rule: DecisionRule;
  /** Whether a smaller quorum may mark long-silent members dormant. */
  readonly dormancy: boolean;
}

/** What a proposal is about. */
export type Action = 'admit' | 'remove' | 'dormant';

/**
 * The yes votes a decision needs where `count` members are counted. More than half, or two thirds;
 * none where the owner's signature is the decision; more than a third to mark somebody dormant.
 */
export function requiredVotes(rule: DecisionRule, action: Action, count: number): number {
  if (rule === 'owner') return 0;
  if (action === 'dormant') return Math.floor(count / 3) + 1;
  return rule === 'majority' ? Math.floor(count / 2) + 1 : Math.ceil((count * 2) / 3);
}
