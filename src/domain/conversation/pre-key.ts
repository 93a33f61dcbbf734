import { bytesOf, decodeFields, isHash, isTime } from '../fields.ts';
import { hashFor } from '../hash.ts';
import { accept, refuse, type Result } from '../result.ts';
import {
  isXwingKey,
  x25519,
  x25519PublicKey,
  xwingKeyPair,
  type KeyPair,
  type Random,
} from '../sodium.ts';
import { makeStatement, openStatement, type Speaker } from '../statement.ts';

/**
 * A pre-key lets a friend start a conversation while its owner is away. Its owner makes a new one each
 * week; friends may use it for a month, and its secret is destroyed a month after that, so that a key
 * seized afterwards opens no start made with it.
 */
export interface PreKey {
  /** What a start names it by. */
  readonly id: Uint8Array;
  readonly agreement: KeyPair;
  /** X-Wing; the secret key is its 32-byte seed. */
  readonly encapsulation: KeyPair;
  /** What friends are shown. */
  readonly statement: Uint8Array;
  readonly made: number;
  /** When friends cease to use it. */
  readonly until: number;
}

/** What a friend learns of it. */
export interface PreKeyOffer {
  readonly id: Uint8Array;
  readonly agreement: Uint8Array;
  readonly encapsulation: Uint8Array;
  readonly from: number;
  readonly until: number;
}

const purpose = 'pre-key';
const day = 24 * 3_600_000;
/** Starts of one week are lost together if one secret is. */
const renewed = 7 * day;
/** A friend who was away for some weeks has an old one, and must still be able to write. */
const offered = 30 * day;
/** A friend's clock may be this much slower than ours. */
const behind = day;
/** Documents may take this long to reach us after a start was made on the last day. */
const kept = 30 * day;
const probe = new Uint8Array(32).fill(9);

export interface PreKeyMaking {
  readonly owner: Uint8Array;
  readonly signer: KeyPair;
  readonly now: number;
}

export function makePreKey({ owner, signer, now }: PreKeyMaking, random: Random): PreKey {
  const secretKey = random(32);
  const agreement = { publicKey: x25519PublicKey(secretKey), secretKey };
  const encapsulation = xwingKeyPair(random(32));
  const until = now + offered;
  const statement = makeStatement(purpose, owner, signer, {
    p: agreement.publicKey,
    w: encapsulation.publicKey,
    f: Math.max(now - behind, 0),
    u: until,
  });
  const id = idOf(owner, agreement.publicKey, encapsulation.publicKey);
  return { id, agreement, encapsulation, statement, made: now, until };
}

/** Refuses a pre-key that the speaker's device has not signed, or one that is no key. */
export function openPreKey(statement: Uint8Array, speaker: Speaker): Result<PreKeyOffer> {
  const content = openStatement(purpose, speaker, statement);
  if (!content.ok) return content;
  const fields = decodeFields(content.value, {
    p: isHash,
    w: bytesOf(1_216),
    f: isTime,
    u: isTime,
  });
  if (!fields.ok) return fields;
  const { p: agreement, w: encapsulation, f: from, u: until } = fields.value;
  if (x25519(probe, agreement) === undefined || !isXwingKey(encapsulation))
    return refuse('weak-key');
  const id = idOf(speaker.publicKey, agreement, encapsulation);
  return accept({ id, agreement, encapsulation, from, until });
}

/** The pre-keys whose secrets are still to be kept. The caller writes the others off for good. */
export function keptPreKeys(preKeys: readonly PreKey[], now: number): readonly PreKey[] {
  return preKeys.filter(({ until }) => now <= until + kept);
}

/** Whether it is time for the next one: a week has passed, or the clock was far from right. */
export function isPreKeyDue({ made }: Pick<PreKey, 'made'>, now: number): boolean {
  return Math.abs(now - made) >= renewed;
}

function idOf(owner: Uint8Array, agreement: Uint8Array, encapsulation: Uint8Array): Uint8Array {
  return hashFor('pre-key-id', owner, agreement, encapsulation);
}
