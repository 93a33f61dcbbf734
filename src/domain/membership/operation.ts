import { fromHex, toHex } from '../bytes.ts';
import type { SignedDocument } from '../document/signed.ts';
import { refuse, type Result, accept } from '../result.ts';
import { readKey } from '../types/key.ts';
import type { Action } from './charter.ts';
import {
  decodeAccept,
  decodeDecide,
  decodeGenesis,
  decodeLeave,
  decodePropose,
  decodeVote,
} from './content.ts';

declare const operationName: unique symbol;
declare const personKey: unique symbol;

/** An operation's document hash, in hex: what others name it by. */
export type OperationName = string & { readonly [operationName]: true };

/** A person's onion public key, in hex: what membership belongs to. */
export type PersonKey = string & { readonly [personKey]: true };

interface Common {
  readonly name: OperationName;
  readonly author: PersonKey;
  /** The signing key, in hex. */
  readonly key: string;
  readonly parents: readonly OperationName[];
}

interface Chained extends Common {
  readonly own: OperationName;
}

export interface GenesisOperation extends Common {
  readonly kind: 'genesis';
  readonly members: readonly PersonKey[];
}

export interface KeyOperation extends Common {
  readonly kind: 'key';
  readonly device: string;
}

export interface ProposeOperation extends Chained {
  readonly kind: 'propose';
  readonly action: Action;
  readonly subjects: readonly PersonKey[];
}

export interface VoteOperation extends Chained {
  readonly kind: 'vote';
  readonly proposal: OperationName;
  readonly yes: boolean;
}

export interface DecideOperation extends Chained {
  readonly kind: 'decide';
  readonly proposal: OperationName;
  readonly votes: readonly OperationName[];
  readonly quorum: number;
}

export interface LeaveOperation extends Chained {
  readonly kind: 'leave';
}

export interface AcceptOperation extends Chained {
  readonly kind: 'accept';
  readonly decision: OperationName;
}

/** One entry of a space's log of membership, its signature already checked. */
export type Operation =
  | GenesisOperation
  | KeyOperation
  | ProposeOperation
  | VoteOperation
  | DecideOperation
  | LeaveOperation
  | AcceptOperation;

export function nameOf(hash: Uint8Array): OperationName {
  return toHex(hash) as OperationName;
}

export function personOf(publicKey: Uint8Array): PersonKey {
  return toHex(publicKey) as PersonKey;
}

/** The bytes that a name is made of: a hash, or an onion key. */
export function bytesOfName(name: OperationName | PersonKey): Uint8Array {
  const bytes = fromHex(name);
  if (!bytes.ok) throw new TypeError('a name was made without bytes');
  return bytes.value;
}

/** The operation that an opened document is; `unknown-type` for documents that are none. */
export function readOperation(document: SignedDocument): Result<Operation> {
  const common: Common = {
    name: nameOf(document.hash),
    author: personOf(document.author),
    key: toHex(document.key),
    parents: document.parents.map(nameOf),
  };
  const { content } = document;
  switch (document.type) {
    case 'genesis':
      return map(decodeGenesis(content), ({ m }) => ({
        ...common,
        kind: 'genesis',
        members: m.map(personOf),
      }));
    case 'key':
      return map(readKey(document), (key) => ({ ...common, kind: 'key', device: toHex(key) }));
    case 'propose':
      return map(decodePropose(content), ({ o, a, s }) => ({
        ...common,
        kind: 'propose',
        own: nameOf(o),
        action: a,
        subjects: s.map(personOf),
      }));
    case 'vote':
      return map(decodeVote(content), ({ o, p, y }) => ({
        ...common,
        kind: 'vote',
        own: nameOf(o),
        proposal: nameOf(p),
        yes: y,
      }));
    case 'decide':
      return map(decodeDecide(content), ({ o, p, v, q }) => ({
        ...common,
        kind: 'decide',
        own: nameOf(o),
        proposal: nameOf(p),
        votes: v.map(nameOf),
        quorum: q,
      }));
    case 'leave':
      return map(decodeLeave(content), ({ o }) => ({ ...common, kind: 'leave', own: nameOf(o) }));
    case 'accept':
      return map(decodeAccept(content), ({ o, d }) => ({
        ...common,
        kind: 'accept',
        own: nameOf(o),
        decision: nameOf(d),
      }));
    default:
      return refuse('unknown-type');
  }
}

/**
 * What an operation builds on: its parents, and every operation it names. An acceptance does not
 * build on what it accepts, which nobody may build on until it is accepted.
 */
export function causesOf(operation: Operation): readonly OperationName[] {
  const named = new Set(operation.parents);
  if ('own' in operation) named.add(operation.own);
  if ('proposal' in operation) named.add(operation.proposal);
  if (operation.kind === 'decide') for (const vote of operation.votes) named.add(vote);
  return [...named];
}

function map<T>(decoded: Result<T>, make: (value: T) => Operation): Result<Operation> {
  return decoded.ok ? accept(make(decoded.value)) : decoded;
}
