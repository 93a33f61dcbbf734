import { equalBytes } from '../bytes.ts';
import { deriveKey } from '../hash.ts';
import { accept, refuse, type Result } from '../result.ts';
import type { Epoch } from './epoch.ts';
import {
  chainLimits,
  chainOf,
  reach,
  reachAny,
  replaceChain,
  type SenderChain,
  type SkippedForumKey,
} from './sender-chain.ts';

/** Chosen in the forum's charter. */
export type ForumMode = 'history' | 'ephemeral';

/**
 * What a member holds of one epoch, as a value. With history it holds the secret, and any message can
 * be read again. In an ephemeral forum the secret is gone at once, and each key as it is used.
 */
export interface EpochKeys {
  readonly id: Uint8Array;
  readonly generation: number;
  /** Eight bytes by which messages say which epoch they are of; says nothing to others. */
  readonly hint: Uint8Array;
  readonly headerKey: Uint8Array;
  /** Lent to the host, which lets in only what a member has made. */
  readonly gateKey: Uint8Array;
  readonly secret: Uint8Array | null;
  /** One for each recipient of the epoch; in an ephemeral forum not for ourselves. */
  readonly chains: readonly SenderChain[];
  /** Where our own messages go on. What it has passed, an ephemeral forum's member has only in the journal. */
  readonly own: SenderChain;
  readonly skipped: readonly SkippedForumKey[];
}

/** `wrong-members` if we are not among the epoch's recipients. */
export function keysOfEpoch(
  epoch: Epoch,
  secret: Uint8Array,
  { mode, me }: { readonly mode: ForumMode; readonly me: Uint8Array },
): Result<EpochKeys> {
  const { id, generation, recipients } = epoch;
  const chains = recipients.map(({ member }) => chainOf(secret, id, member));
  const own = chains.find(({ sender }) => equalBytes(sender, me));
  if (own === undefined) return refuse('wrong-members');
  return accept({
    id,
    generation,
    hint: deriveKey(secret, 'epoch-hint', id).slice(0, 8),
    headerKey: deriveKey(secret, 'epoch-header', id),
    gateKey: deriveKey(secret, 'epoch-gate', id),
    secret: mode === 'history' ? secret : null,
    chains: mode === 'history' ? chains : chains.filter((chain) => chain !== own),
    own,
    skipped: [],
  });
}

/** What a newcomer holds of an epoch from before: enough to read it, nothing to write in it. */
export function keysOfPast(epoch: Epoch, secret: Uint8Array): Result<EpochKeys> {
  const [first] = epoch.recipients;
  if (first === undefined) return refuse('wrong-members');
  const keys = keysOfEpoch(epoch, secret, { mode: 'history', me: first.member });
  // A chain at its end, so that nothing is ever sent in another member's name.
  return keys.ok
    ? accept({ ...keys.value, own: { ...keys.value.own, next: chainLimits.messages } })
    : keys;
}

/**
 * The key of one message, and what to hold once it is used. Refused: `wrong-author` for a sender who is
 * no recipient of the epoch, `too-large`, `too-far-ahead`, `already-read` (ephemeral forums only).
 */
export function takeKey(
  keys: EpochKeys,
  sender: Uint8Array,
  number: number,
): Result<{ readonly keys: EpochKeys; readonly messageKey: Uint8Array }> {
  const chain = keys.chains.find((one) => equalBytes(one.sender, sender));
  if (chain === undefined) {
    return refuse(equalBytes(keys.own.sender, sender) ? 'already-read' : 'wrong-author');
  }
  return keys.secret === null
    ? takeOnce(keys, chain, number)
    : takeAny(keys, keys.secret, chain, number);
}

/**
 * What to go on with after a backup was restored: in an ephemeral forum others have used up the keys of
 * whatever we sent after it, and would pass over what comes under the same numbers.
 */
export function afterRestore(keys: EpochKeys): EpochKeys {
  if (keys.secret !== null) return keys;
  const last = Math.min(keys.own.next + chainLimits.leftOutAfterRestore, chainLimits.messages) - 1;
  const reached = reach(keys.own, last, chainLimits.leftOutAfterRestore);
  return reached.ok ? { ...keys, own: reached.value.chain } : keys;
}

/** Where the secret is kept any message can be read at any time, and no key is used up. */
function takeAny(keys: EpochKeys, secret: Uint8Array, { sender }: SenderChain, number: number) {
  const messageKey = reachAny(secret, keys.id, sender, number);
  return messageKey.ok ? accept({ keys, messageKey: messageKey.value }) : messageKey;
}

function takeOnce(keys: EpochKeys, chain: SenderChain, number: number) {
  if (number < chain.next) {
    const index = keys.skipped.findIndex(
      (one) => one.number === number && equalBytes(one.sender, chain.sender),
    );
    const kept = keys.skipped[index];
    if (kept === undefined) return refuse('already-read');
    return accept({
      keys: { ...keys, skipped: keys.skipped.toSpliced(index, 1) },
      messageKey: kept.key,
    });
  }
  const reached = reach(chain, number, chainLimits.skippedAtOnce);
  if (!reached.ok) return reached;
  const { messageKey, chain: after, passed } = reached.value;
  const skipped = [...keys.skipped, ...passed].slice(-chainLimits.skippedKept);
  return accept({
    keys: { ...keys, chains: replaceChain(keys.chains, after), skipped },
    messageKey,
  });
}
