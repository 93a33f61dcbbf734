import type { Refusal } from '../refusal.ts';
import type { MembershipCharter } from './charter.ts';
import type { ChainedNode, Node, VoteNode } from './node.ts';
import type { Operation, OperationName, PersonKey } from './operation.ts';

/**
 * What is known of a space's log of membership: a value that `addOperations` (add.ts) makes anew and never
 * changes. The same set of documents gives the same state, in whatever order and portions.
 */
export interface MembershipState {
  readonly charter: MembershipCharter;
  /** The valid operations. */
  readonly nodes: ReadonlyMap<OperationName, Node>;
  /** Operations of which something they build on has not come yet. */
  readonly waiting: ReadonlyMap<OperationName, Operation>;
  /** Operations that will never count, and why. */
  readonly invalid: ReadonlyMap<OperationName, Refusal>;
  /** Documents that are no operation at all, under the `_id` they came with. */
  readonly refused: ReadonlyMap<string, Refusal>;
  /** Documents that need not be opened again. */
  readonly opened: ReadonlySet<string>;
  /** Beginnings of the `_id`s of documents that a snapshot has counted and left out. */
  readonly passedOver: ReadonlySet<string>;
  readonly words: ReadonlyMap<PersonKey, readonly Node[]>;
  readonly votes: ReadonlyMap<string, readonly VoteNode[]>;
  /** The operations that name one as the operation before them: more than one is a fork. */
  readonly successors: ReadonlyMap<OperationName, readonly ChainedNode[]>;
  /** The decision of the snapshot this state began with; what lies before it is not all here. */
  readonly base: OperationName | undefined;
}

export function emptyMembership(charter: MembershipCharter): MembershipState {
  return {
    charter,
    nodes: new Map(),
    waiting: new Map(),
    invalid: new Map(),
    refused: new Map(),
    opened: new Set(),
    passedOver: new Set(),
    words: new Map(),
    votes: new Map(),
    successors: new Map(),
    base: undefined,
  };
}
