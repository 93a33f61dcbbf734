/**
 * Everything that comes from outside is either accepted or refused with one of these codes. The list
 * is closed, so that a caller can count refusals by reason and no text of a peer's ever travels on.
 */
export const refusals = [
  /** Not the shape the place calls for. */
  'malformed',
  /** Over one of the limits in `limits.ts`. */
  'too-large',
  /** A field this version does not know. */
  'unknown-field',
  /** Bytes that say the right thing in another way than the one allowed (base64url, base32, CBOR, padding). */
  'not-canonical',
  /** A format version other than ours. */
  'wrong-version',
  /** `_id` is not the hash of what the document holds. */
  'wrong-id',
  /** Any revision but the one that follows from `_id`; a tombstone, for instance. */
  'wrong-revision',
  /** A document of a kind that this database does not take. */
  'wrong-door',
  /** A type of signed document this version does not know. */
  'unknown-type',
  /** The signature does not hold, or its key is not a proper Ed25519 point. */
  'bad-signature',
  /** Signed by a device where the onion key must sign, or the other way round. */
  'wrong-signer',
  /** The charter is not the one that the space is named after. */
  'wrong-space',
  /** Somebody who may not write this here. */
  'wrong-author',
  /** A charter that names another owner than the one expected. */
  'wrong-owner',
  /** No document by which the author's onion key certifies the signing key. */
  'uncertified-key',
  /** A key that would make an agreement predictable (small order), or that is no key at all. */
  'weak-key',
  /** Text that holds no valid v3 onion address. */
  'bad-address',
  /** Sealed to somebody else, damaged, or not from whom we think. */
  'undecryptable',
  /** A profile space without a valid key bundle. */
  'no-bundle',
  /** A profile space without a valid profile document. */
  'no-profile',
  /** A message whose key is used up: it has been read before, or was given up on. */
  'already-read',
  /** A message that would make us keep more skipped keys than we are ready to. */
  'too-far-ahead',
  /** Nothing to send in: the other side has to start, or a start has to be made. */
  'no-session',
  /** Made for a pre-key that we don't hold, or no longer. */
  'unknown-pre-key',
  /** A start of a session that we have seen before and have since closed. */
  'replayed-start',
  /** A statement or key outside the time it is for. */
  'expired',
  /** Somebody who dials us and whom we do not know. */
  'unknown-peer',
  /** A proof of work that is for something else, or too little. */
  'too-little-work',
  /** An epoch's box that does not hold the secret which the epoch commits to. */
  'bad-box',
  /** An epoch whose recipients are not exactly the members. */
  'wrong-members',
  /** An epoch that we hold no key of. */
  'unknown-epoch',
  /** An operation that builds on an invalid one, on none, or on another genesis; or that names one of the wrong kind. */
  'bad-ancestry',
  /** Not a member in the operation's own past. */
  'not-a-member',
  /** Not the owner, where the owner decides. */
  'not-the-owner',
  /** A proposal about people it can't be about, or one that is decided already or overtaken. */
  'not-applicable',
  /** A decision without the votes its own past asks for. */
  'no-quorum',
  /** A decision that lists a vote which is withdrawn, foreign, or its voter's own cause. */
  'unusable-vote',
  /** Written beside the operation by which its author left or was removed. */
  'departed-meanwhile',
  /** No such decision here to hold as final. */
  'unknown-anchor',
] as const;

export type Refusal = (typeof refusals)[number];

const known: ReadonlySet<string> = new Set(refusals);

export function isRefusal(text: string): text is Refusal {
  return known.has(text);
}
