import { accept, refuse, type Result } from '../result.ts';
import { nextKey, type Chain } from './chain-keys.ts';

/** Keys of messages that others have overtaken, the oldest first. */
export type Skipped = readonly SkippedKey[];

export interface SkippedKey {
  readonly headerKey: Uint8Array;
  readonly number: number;
  readonly key: Uint8Array;
}

export const skipLimits = {
  /** One message may leave this many behind it: more is a sender who wants us to work for nothing. */
  atOnce: 1_000,
  /** All that are kept. Beyond it the oldest go, and their messages can't be read any more. */
  kept: 2_000,
} as const;

export const emptySkipped: Skipped = [];

/** The chain at `number`, with the keys on the way kept for those who come late. */
export function advance(
  skipped: Skipped,
  chain: Chain,
  number: number,
): Result<{ readonly chain: Chain; readonly skipped: Skipped }> {
  if (number - chain.next > skipLimits.atOnce) return refuse('too-far-ahead');
  const keys: SkippedKey[] = [];
  let reached = chain;
  while (reached.next < number) {
    const { messageKey, chain: after } = nextKey(reached);
    keys.push({ headerKey: reached.headerKey, number: reached.next, key: messageKey });
    reached = after;
  }
  const all = keys.length === 0 ? skipped : [...skipped, ...keys].slice(-skipLimits.kept);
  return accept({ chain: reached, skipped: all });
}

/** The kept key of a message, and the others. `numberUnder` says the message's number under a header key. */
export function takeSkipped(
  skipped: Skipped,
  numberUnder: (headerKey: Uint8Array) => number | undefined,
): { readonly key: Uint8Array; readonly rest: Skipped } | undefined {
  // Keys of one chain share one header key object, or equal ones: each is tried once.
  let tried: Uint8Array | undefined;
  let number: number | undefined;
  for (const [index, one] of skipped.entries()) {
    if (one.headerKey !== tried) {
      tried = one.headerKey;
      number = numberUnder(tried);
    }
    if (number === one.number) return { key: one.key, rest: skipped.toSpliced(index, 1) };
  }
  return undefined;
}
