import type { Refusal } from '../refusal.ts';
import type { ChainedNode, Node } from './node.ts';
import { causesOf, type Operation, type OperationName, type PersonKey } from './operation.ts';
import type { Index } from './past.ts';
import type { MembershipState } from './state.ts';
import { judge } from './validity.ts';

type Mutable<T> =
  T extends ReadonlyMap<infer K, infer V> ? Map<K, V> : T extends ReadonlySet<infer V> ? Set<V> : T;

/** A state in the making: only ever seen while documents are added. */
export type Draft = { readonly [K in keyof MembershipState]: Mutable<MembershipState[K]> } & {
  /** The operations that wait for each one that is missing. */
  readonly waiters: Map<OperationName, Set<OperationName>>;
  readonly index: Index;
};

export function draftOf(state: MembershipState): Draft {
  const nodes = new Map(state.nodes);
  const words = new Map(state.words);
  const votes = new Map(state.votes);
  const draft: Draft = {
    charter: state.charter,
    base: state.base,
    nodes,
    words,
    votes,
    waiting: new Map(state.waiting),
    invalid: new Map(state.invalid),
    refused: new Map(state.refused),
    opened: new Set(state.opened),
    passedOver: new Set(state.passedOver),
    successors: new Map(state.successors),
    waiters: new Map(),
    index: {
      nodes,
      wordsOf: (person) => words.get(person) ?? [],
      votesOn: (proposal, voter) => votes.get(voteKey(proposal, voter)) ?? [],
    },
  };
  for (const operation of state.waiting.values()) wait(operation, draft);
  return draft;
}

export function finish(draft: Draft): MembershipState {
  const { waiters: _waiters, index: _index, ...state } = draft;
  return state;
}

/** Judges an operation if all it builds on is here, and then those that waited for it. */
export function place(operation: Operation, draft: Draft): void {
  const open: Operation[] = [operation];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (draft.nodes.has(next.name) || draft.invalid.has(next.name)) continue;
    const verdict = settle(next, draft);
    if (verdict === 'waiting') continue;
    draft.waiting.delete(next.name);
    for (const name of draft.waiters.get(next.name) ?? []) {
      const waiter = draft.waiting.get(name);
      if (waiter !== undefined) open.push(waiter);
    }
    draft.waiters.delete(next.name);
  }
}

function settle(operation: Operation, draft: Draft): 'settled' | 'waiting' {
  const causes: Node[] = [];
  let missing = false;
  for (const name of causesOf(operation)) {
    const node = draft.nodes.get(name);
    if (node !== undefined) causes.push(node);
    else if (draft.invalid.has(name)) return invalid(operation, 'bad-ancestry', draft);
    else missing = true;
  }
  if (missing) {
    wait(operation, draft);
    return 'waiting';
  }
  const verdict = judge(operation, causes, draft.index, draft.charter);
  if (!verdict.ok) return invalid(operation, verdict.code, draft);
  note(verdict.value, draft);
  return 'settled';
}

function invalid(operation: Operation, code: Refusal, draft: Draft): 'settled' {
  draft.invalid.set(operation.name, code);
  return 'settled';
}

function wait(operation: Operation, draft: Draft): void {
  draft.waiting.set(operation.name, operation);
  for (const name of causesOf(operation)) {
    if (draft.nodes.has(name)) continue;
    const waiters = draft.waiters.get(name) ?? new Set();
    draft.waiters.set(name, waiters.add(operation.name));
  }
}

/** Enters a valid operation in the index. */
function note(node: Node, draft: Draft): void {
  draft.nodes.set(node.name, node);
  append<PersonKey, Node>(draft.words, node.author, node);
  if (node.kind === 'vote') append(draft.votes, voteKey(node.proposal.name, node.author), node);
  if ('own' in node) append<OperationName, ChainedNode>(draft.successors, node.own.name, node);
}

/** Lists are made anew, as other states hold the old ones. */
export function append<K, V>(lists: Map<K, readonly V[]>, key: K, item: V): void {
  lists.set(key, [...(lists.get(key) ?? []), item]);
}

export function voteKey(proposal: OperationName, voter: PersonKey): string {
  return `${proposal} ${voter}`;
}
