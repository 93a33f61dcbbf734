import { equalBytes } from '../bytes.ts';
import { decodeFields, isHash, isTime } from '../fields.ts';
import { hashFor } from '../hash.ts';
import { accept, refuse, type Result } from '../result.ts';
import { x25519, x25519PublicKey, type KeyPair, type Random } from '../sodium.ts';
import { makeStatement, openStatement, type Speaker } from '../statement.ts';

/**
 * The X25519 key that epochs of one forum are sealed to for one member. It is changed often and its
 * secret destroyed after a bounded time, or one seized key would open every epoch there ever was.
 */
export interface ForumPreKey {
  readonly id: Uint8Array;
  readonly keys: KeyPair;
  readonly statement: Uint8Array;
  readonly until: number;
}

/** What the other members learn of it. */
export interface ForumPreKeyOffer {
  readonly id: Uint8Array;
  readonly key: Uint8Array;
  readonly from: number;
  readonly until: number;
}

const purpose = 'forum-pre-key';
const day = 24 * 3_600_000;
const offered = 7 * day;
const kept = 30 * day;
const probe = new Uint8Array(32).fill(9);

export interface ForumPreKeyMaking {
  readonly spaceId: Uint8Array;
  readonly owner: Uint8Array;
  readonly signer: KeyPair;
  readonly now: number;
}

export function makeForumPreKey(
  { spaceId, owner, signer, now }: ForumPreKeyMaking,
  random: Random,
): ForumPreKey {
  const secretKey = random(32);
  const publicKey = x25519PublicKey(secretKey);
  const until = now + offered;
  const content = { s: spaceId, k: publicKey, f: now, u: until };
  const statement = makeStatement(purpose, owner, signer, content);
  return {
    id: idOf(spaceId, owner, publicKey),
    keys: { publicKey, secretKey },
    statement,
    until,
  };
}

/** Refuses a pre-key of another forum (`wrong-space`) or device (`bad-signature`). */
export function openForumPreKey(
  statement: Uint8Array,
  speaker: Speaker,
  spaceId: Uint8Array,
): Result<ForumPreKeyOffer> {
  const content = openStatement(purpose, speaker, statement);
  if (!content.ok) return content;
  const fields = decodeFields(content.value, { s: isHash, k: isHash, f: isTime, u: isTime });
  if (!fields.ok) return fields;
  const { s: space, k: key, f: from, u: until } = fields.value;
  if (!equalBytes(space, spaceId)) return refuse('wrong-space');
  if (x25519(probe, key) === undefined) return refuse('weak-key');
  return accept({ id: idOf(spaceId, speaker.publicKey, key), key, from, until });
}

/** The pre-keys whose secrets are still to be kept. */
export function keptForumPreKeys(
  preKeys: readonly ForumPreKey[],
  now: number,
): readonly ForumPreKey[] {
  return preKeys.filter(({ until }) => now <= until + kept);
}

function idOf(spaceId: Uint8Array, owner: Uint8Array, key: Uint8Array): Uint8Array {
  return hashFor('forum-pre-key-id', spaceId, owner, key).slice(0, 8);
}
