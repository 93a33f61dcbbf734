import { equalBytes, toHex } from '../bytes.ts';
import { nextKey, type Steps } from '../conversation/chain-keys.ts';
import { deriveKey } from '../hash.ts';
import { accept, refuse, type Result } from '../result.ts';

/** The keys of one sender's messages in one epoch, from some number on. */
export interface SenderChain extends Steps {
  /** An onion key. */
  readonly sender: Uint8Array;
}

/** The key of a message that others of the same sender have overtaken; ephemeral forums only. */
export interface SkippedForumKey {
  readonly sender: Uint8Array;
  readonly number: number;
  readonly key: Uint8Array;
}

export const chainLimits = {
  /** Messages of one sender in one epoch: reaching any costs at most a fifth of a second. */
  messages: 65_536,
  /** One message may leave this many keys behind it in an ephemeral forum. */
  skippedAtOnce: 1_000,
  /** So many numbers a restored member leaves out, for what they sent after the backup; half of what others pass at once. */
  leftOutAfterRestore: 500,
  /** All that are kept for an epoch. Beyond it the oldest go. */
  skippedKept: 2_000,
} as const;

export function chainOf(secret: Uint8Array, epochId: Uint8Array, sender: Uint8Array): SenderChain {
  return { sender, key: deriveKey(secret, 'sender-chain', epochId, sender), next: 0 };
}

export interface Reached {
  readonly chain: SenderChain;
  readonly messageKey: Uint8Array;
  /** Keys passed on the way. */
  readonly passed: readonly SkippedForumKey[];
}

/** The key of message `number`, which the chain has not passed yet. */
export function reach(chain: SenderChain, number: number, most: number): Result<Reached> {
  if (number >= chainLimits.messages) return refuse('too-large');
  if (number - chain.next > most) return refuse('too-far-ahead');
  const passed: SkippedForumKey[] = [];
  let step = nextKey(chain);
  while (step.chain.next <= number) {
    passed.push({ sender: chain.sender, number: step.chain.next - 1, key: step.messageKey });
    step = nextKey(step.chain);
  }
  return accept({ chain: step.chain, messageKey: step.messageKey, passed });
}

const between = 32;

/** Points on the way, for each epoch's secret and sender: only where the secret itself is kept. */
const points = new WeakMap<Uint8Array, Map<string, SenderChain[]>>();

/** The key of any message from the secret; the way to it is walked once, not once a message. */
export function reachAny(
  secret: Uint8Array,
  epochId: Uint8Array,
  sender: Uint8Array,
  number: number,
): Result<Uint8Array> {
  if (number >= chainLimits.messages) return refuse('too-large');
  const known = points.get(secret) ?? new Map<string, SenderChain[]>();
  points.set(secret, known);
  const name = toHex(sender);
  const passed = known.get(name) ?? [chainOf(secret, epochId, sender)];
  known.set(name, passed);
  let chain = passed[Math.min(Math.floor(number / between), passed.length - 1)];
  if (chain === undefined) throw new TypeError('a chain has a beginning');
  while (chain.next < number) {
    ({ chain } = nextKey(chain));
    if (chain.next === passed.length * between) passed.push(chain);
  }
  return accept(nextKey(chain).messageKey);
}

export function replaceChain(
  chains: readonly SenderChain[],
  chain: SenderChain,
): readonly SenderChain[] {
  return chains.map((one) => (equalBytes(one.sender, chain.sender) ? chain : one));
}
