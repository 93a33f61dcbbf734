/**
 * The domain's own limits. Those on what a person types are the same as in `src/protocol/limits.ts`
 * (a test compares them); those on bytes keep one document far below a database's own limits.
 */
export const limits = {
  /** The CBOR header of a signed document: a full profile is about 40 kB. */
  headerBytes: 65_536,
  /** More than any charter of this version is long. */
  charterBytes: 1_024,
  /** The CBOR of a body: a post of 10,000 characters is at most 30 kB. */
  bodyBytes: 65_536,
  /** The ciphertext of a sealed document. */
  sealedBytes: 65_536,
  /** The same in a space with members: an epoch for 500 of them, or a piece of a file. */
  gatedBytes: 69_760,
  /** The ciphertext a stranger may leave in an inbox: 16,000 characters of base64url, under 16 KiB of JSON. */
  inboxBytes: 12_000,
  /** What a device says about a key of its owner's; a pre-key's is 1.4 kB. */
  statementBytes: 2_048,
  /** Documents one document may name as its parents. */
  parents: 64,
  titleCharacters: 60,
  nameCharacters: 60,
  aboutCharacters: 1_000,
  interestCharacters: 40,
  interests: 30,
  shownFriends: 100,
  feeds: 100,
  /** Public forums that a profile lists. */
  forums: 40,
  postCharacters: 10_000,
  /** People one post may speak of. */
  mentions: 32,
  /** A sign of several code points, with its variants. */
  reactionCharacters: 16,
  messageCharacters: 10_000,
  /** The CBOR of what a message says, below `sealedBytes` with all that goes around it: 10,000 characters take at most 30 kB. */
  contentBytes: 49_152,
  noteCharacters: 500,
  /** Text in which an onion address is looked for. */
  linkCharacters: 2_000,
  /** The `href` that carries a key bundle on a public page: a bundle takes about 5,300. */
  linkBundleCharacters: 16_384,
  /** The latest time ECMAScript can name, in milliseconds. */
  latestTime: 8_640_000_000_000_000,
} as const;
