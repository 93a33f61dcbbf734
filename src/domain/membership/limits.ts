/** Sizes of membership operations; 512 votes are 17 kB of a header's 64. */
export const membershipLimits = {
  /** Members a genesis may name, and subjects of one proposal. */
  subjects: 64,
  /** Votes one decision may list: more than half of a thousand members. */
  votes: 512,
  /** Decisions that must have been built on a decision before it is final. */
  finalDepth: 3,
  /** Decisions after which a member who was marked dormant, and has said nothing since, is. */
  dormantAfter: 3,
  /** A snapshot's bytes: 500 members take about 150 kB. */
  snapshotBytes: 4_194_304,
} as const;
