import { compareBytes } from '../bytes.ts';
import { decodeFields, isCount, isHash, isTruth, listOf, oneOf, type Check } from '../fields.ts';
import type { Result } from '../result.ts';
import type { Action } from './charter.ts';
import { membershipLimits } from './limits.ts';

/*
 * `x` of each type of operation, as it is signed. In all but `genesis`, `o` is the operation before
 * it in the chain of the key that signs; in the first one, the `key` operation that certifies it.
 */

export interface GenesisContent {
  readonly m: readonly Uint8Array[];
}

export interface ProposeContent {
  readonly o: Uint8Array;
  readonly a: Action;
  readonly s: readonly Uint8Array[];
}

export interface VoteContent {
  readonly o: Uint8Array;
  readonly p: Uint8Array;
  readonly y: boolean;
}

export interface DecideContent {
  readonly o: Uint8Array;
  readonly p: Uint8Array;
  readonly v: readonly Uint8Array[];
  readonly q: number;
}

export interface LeaveContent {
  readonly o: Uint8Array;
}

export interface AcceptContent {
  readonly o: Uint8Array;
  readonly d: Uint8Array;
}

/** Says that at decision `d` the log is what the snapshot with the hash `h` holds. */
export interface SnapshotContent {
  readonly d: Uint8Array;
  readonly h: Uint8Array;
}

export function decodeGenesis(content: unknown): Result<GenesisContent> {
  return decodeFields(content, { m: hashSetOf(1, membershipLimits.subjects) });
}

export function decodePropose(content: unknown): Result<ProposeContent> {
  return decodeFields(content, {
    o: isHash,
    a: oneOf<Action>('admit', 'remove', 'dormant'),
    s: hashSetOf(1, membershipLimits.subjects),
  });
}

export function decodeVote(content: unknown): Result<VoteContent> {
  return decodeFields(content, { o: isHash, p: isHash, y: isTruth });
}

export function decodeDecide(content: unknown): Result<DecideContent> {
  return decodeFields(content, {
    o: isHash,
    p: isHash,
    v: hashSetOf(0, membershipLimits.votes),
    q: isCount,
  });
}

export function decodeLeave(content: unknown): Result<LeaveContent> {
  return decodeFields(content, { o: isHash });
}

export function decodeAccept(content: unknown): Result<AcceptContent> {
  return decodeFields(content, { o: isHash, d: isHash });
}

export function decodeSnapshot(content: unknown): Result<SnapshotContent> {
  return decodeFields(content, { d: isHash, h: isHash });
}

/** Hashes in strictly rising order, so that one set is written in one way and names nobody twice. */
function hashSetOf(least: number, most: number): Check<readonly Uint8Array[]> {
  const isList = listOf(isHash, most);
  return (value): value is readonly Uint8Array[] =>
    isList(value) &&
    value.length >= least &&
    value.every((hash, index) => {
      const before = value[index - 1];
      return before === undefined || compareBytes(before, hash) < 0;
    });
}
