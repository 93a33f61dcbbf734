import { compareBytes, concat, equalBytes } from '../bytes.ts';
import { deriveKey, domainString } from '../hash.ts';
import { openBase, sealBase } from '../hpke.ts';
import { accept, refuse, type Result } from '../result.ts';
import { xchachaOpen, xchachaSeal, type Random } from '../sodium.ts';
import {
  commitmentTo,
  decodeEpoch,
  encodeEpoch,
  epochLimits,
  type Epoch,
  type Recipient,
  type SealedPast,
} from './epoch.ts';
import type { ForumPreKey } from './pre-key.ts';

export interface EpochMaking {
  readonly spaceId: Uint8Array;
  readonly generation: number;
  /** All members, the author too, with the pre-key that each has published last. */
  readonly members: readonly {
    readonly member: Uint8Array;
    readonly preKey: { readonly id: Uint8Array; readonly key: Uint8Array };
  }[];
  /** In a forum with history: the epochs that this one follows. */
  readonly past?: readonly { readonly id: Uint8Array; readonly secret: Uint8Array }[];
  /** After a removal: the log key until now. This epoch gives another. */
  readonly oldLogKey?: Uint8Array;
}

export interface EpochMade {
  /** The content of the membership operation that publishes it. */
  readonly bytes: Uint8Array;
  readonly epoch: Epoch;
  readonly secret: Uint8Array;
}

/**
 * A new epoch. Refused: `too-large` over the limits, `weak-key` for a member's key that is none,
 * `wrong-members` for nobody, or somebody twice.
 */
export function makeEpoch(making: EpochMaking, random: Random): Result<EpochMade> {
  const { spaceId, generation, members, past = [], oldLogKey } = making;
  if (members.length > epochLimits.recipients || past.length > epochLimits.history) {
    return refuse('too-large');
  }
  const secret = random(32);
  const commitment = commitmentTo(secret, spaceId);
  const recipients: Recipient[] = [];
  const sorted = members.toSorted((a, b) => compareBytes(a.member, b.member));
  for (const { member, preKey } of sorted) {
    const info = boxInfo(spaceId, member, preKey.id);
    const box = sealBase({ recipient: preKey.key, info, associated: commitment }, secret, random);
    if (!box.ok) return box;
    recipients.push({ member, preKeyId: preKey.id, box: box.value });
  }
  const history = past.map((one) => ({
    id: one.id,
    sealed: sealSecret(historyKey(secret, one.id), one.secret, random),
  }));
  const log = oldLogKey === undefined ? null : sealSecret(logWrap(secret), oldLogKey, random);
  const bytes = encodeEpoch({ generation, commitment, recipients, history, log });
  const epoch = decodeEpoch(bytes, spaceId);
  return epoch.ok ? accept({ bytes, epoch: epoch.value, secret }) : refuse('wrong-members');
}

export interface BoxOpening {
  readonly spaceId: Uint8Array;
  readonly member: Uint8Array;
  readonly preKeys: readonly ForumPreKey[];
}

/**
 * The epoch's secret from our own box. `wrong-members` if there is none for us; `unknown-pre-key` if it
 * is for a pre-key we don't hold; `bad-box` if it doesn't open or holds another secret than the epoch
 * commits to, and then a complaint is due.
 */
export function openBox(
  epoch: Epoch,
  { spaceId, member, preKeys }: BoxOpening,
): Result<Uint8Array> {
  const own = epoch.recipients.find((recipient) => equalBytes(recipient.member, member));
  if (own === undefined) return refuse('wrong-members');
  const preKey = preKeys.find(({ id }) => equalBytes(id, own.preKeyId));
  if (preKey === undefined) return refuse('unknown-pre-key');
  const info = boxInfo(spaceId, member, preKey.id);
  const opening = { recipient: preKey.keys, info, associated: epoch.commitment };
  const secret = openBase(opening, own.box);
  return secret.ok ? checked(epoch, spaceId, secret.value) : refuse('bad-box');
}

/** The secret of an earlier epoch, by way of a later one's. `unknown-epoch` if the later has not got it. */
export function openPast(
  earlier: Epoch,
  later: { readonly epoch: Epoch; readonly secret: Uint8Array },
  spaceId: Uint8Array,
): Result<Uint8Array> {
  const past = later.epoch.history.find(({ id }) => equalBytes(id, earlier.id));
  if (past === undefined) return refuse('unknown-epoch');
  const secret = openSecret(historyKey(later.secret, past.id), past.sealed);
  return secret === undefined ? refuse('bad-box') : checked(earlier, spaceId, secret);
}

/** The key that membership operations are sealed under from this epoch on, if it changes it. */
export function newLogKey({ log }: Epoch, secret: Uint8Array): Uint8Array | null {
  return log === null ? null : deriveKey(secret, 'log-key');
}

/** The log key before this epoch, for who has joined since: the log must be read from its beginning. */
export function oldLogKey({ log }: Epoch, logKey: Uint8Array): Result<Uint8Array> {
  if (log === null) return refuse('unknown-epoch');
  const old = openSecret(wrapOf(logKey), log);
  return old === undefined ? refuse('bad-box') : accept(old);
}

function checked(epoch: Epoch, spaceId: Uint8Array, secret: Uint8Array): Result<Uint8Array> {
  return equalBytes(commitmentTo(secret, spaceId), epoch.commitment)
    ? accept(secret)
    : refuse('bad-box');
}

function boxInfo(spaceId: Uint8Array, member: Uint8Array, preKeyId: Uint8Array): Uint8Array {
  return concat(domainString('epoch-box'), spaceId, member, preKeyId);
}

function historyKey(secret: Uint8Array, id: SealedPast['id']): Uint8Array {
  return deriveKey(secret, 'epoch-history', id);
}

/** The old log key is under the new one, so that an invitation needs to hold only the newest. */
function logWrap(secret: Uint8Array): Uint8Array {
  return wrapOf(deriveKey(secret, 'log-key'));
}

function wrapOf(logKey: Uint8Array): Uint8Array {
  return deriveKey(logKey, 'log-wrap');
}

const nonceBytes = 24;
const associated = domainString('epoch-secret');

function sealSecret(key: Uint8Array, secret: Uint8Array, random: Random): Uint8Array {
  const nonce = random(nonceBytes);
  return concat(nonce, xchachaSeal({ key, nonce, associated }, secret));
}

function openSecret(key: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
  const nonce = sealed.subarray(0, nonceBytes);
  return xchachaOpen({ key, nonce, associated }, sealed.subarray(nonceBytes));
}
