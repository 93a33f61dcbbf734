/**
 * Every limit that crosses a boundary, in one place, so that both ends agree and a person can be
 * told which one was passed. Sizes are bytes of UTF-8 unless the name says characters.
 */
export const limits = {
  /** A native message either way. Firefox refuses more than 1 MiB from the host; we keep a margin. */
  nativeMessageBytes: 1_000_000,
  /** One chunk of a tunnelled HTTP body, in UTF-16 units; JSON escaping may make it up to six times longer. */
  tunnelChunkCharacters: 131_072,
  /** Tunnelled requests answered at once; those that wait for something to happen don't count. */
  tunnelRequestsInFlight: 64,
  /** Tunnelled requests that are answered or wait for their turn. */
  tunnelRequestsOpen: 1_000,
  /** Tunnelled requests with a body of more than one chunk that are sent or answered at once. */
  tunnelLargeBodies: 4,
  /** Chunks of one such body that are on their way: the native port itself takes any number. */
  tunnelWindowChunks: 4,
  /** The body of one request to the endpoint. */
  requestBodyBytes: 16_777_216,
  /** One request or answer of the peers' handshake. */
  handshakeBytes: 2_048,
  /** One stored document as JSON. */
  documentBytes: 1_048_576,
  /** Documents in one `_bulk_docs`, `_bulk_get` or `_revs_diff`. */
  documentsPerBatch: 2_000,
  /** A sealed document pushed to an inbox by anyone. */
  inboxDocumentBytes: 16_384,
  /** Documents an inbox holds before it refuses more. */
  inboxDocuments: 1_000,
  postCharacters: 10_000,
  reactionCharacters: 16,
  messageCharacters: 10_000,
  noteCharacters: 500,
  nameCharacters: 60,
  titleCharacters: 60,
  /** Public blogs of one person: a profile lists so many. */
  blogs: 100,
  /** Whom one asks, or proposes, at once. */
  peopleAtOnce: 64,
  aboutCharacters: 1_000,
  interestCharacters: 40,
  interests: 30,
  shownFriends: 100,
  friends: 5_000,
  /** Of one space, lent to the host: those of its late epochs and logs. */
  gateKeys: 64,
  feedPageItems: 100,
  searchCharacters: 200,
  searchResults: 200,
  /** Databases named in one answer of `_db_updates`: a friend's, or all of our own. */
  updatesPerAnswer: 20_000,
} as const;
