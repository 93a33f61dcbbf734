/** Everything the simulation takes for granted. What is measured and what is assumed is in docs/simulation.md. */

export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

/** How people know each other. */
export const society = {
  friends: 30,
  /** Friends who are not from one's own neighbourhood. */
  farFriends: 0.15,
  neighbourhood: 60,
  /** How many forums one is in, on average. */
  forums: 3,
  smallestForum: 3,
  largestForum: 500,
  /** Of sizes: how much rarer large forums are. */
  forumExponent: 1.6,
  /** Members who come from the neighbourhood, where their friends are. */
  nearMembers: 0.6,
} as const;

/** When people are online. */
export const presence = {
  /** Their host runs day and night. */
  alwaysOn: 0.1,
  /** At a desk for most of the day. */
  desk: 0.2,
  /** An hour, about every second day. */
  seldom: 0.15,
  /** The others: now and then, mostly in the evening. In all: evenings of how many people fall together. */
  sameTimeZone: 0.6,
} as const;

/** How much people write in a day. */
export const writing = {
  posts: 0.5,
  messages: 5,
  /** In each forum. */
  forumPosts: 0.1,
} as const;

/** Tor's circuits to onion services: medians in milliseconds and bytes a second, with the sigma of their logarithm. */
export const links = {
  roundTrip: { median: 600, sigma: 0.5 },
  bytesPerSecond: { median: 100_000, sigma: 0.8 },
  /** People with a bad line: every circuit of theirs is slower. */
  slowPeople: 0.1,
  slowRoundTrip: 2,
  slowBandwidth: 0.2,
  /** From the wish to the circuit, six hops and a descriptor. */
  dial: { median: 5_000, sigma: 0.6 },
  /** Until a dial to somebody who is not there is given up; never longer than `patience.connect`. */
  vainDial: { median: 20_000, sigma: 0.7, most: 90_000 },
  /** Dials that fail although the other is there. */
  dialFails: 0.05,
  /** Circuits break, on average after this. */
  circuitLife: 4 * hour,
  /** Of those who leave, how many close the door behind them; the others are missed by their heartbeat. */
  cleanEnd: 0.7,
  missedAfter: 65_000,
} as const;

/** Bytes of HTTP, headers included, as measured; and what a dial costs in Tor's own cells, assumed. */
export const sizes = {
  /** Both requests. */
  handshake: { up: 720, down: 720 },
  welcome: { up: 290, down: 340 },
  updates: { up: 300, down: 560 },
  longPoll: { up: 360, down: 350 },
  changes: { up: 400, down: 250 },
  changesRow: 150,
  bulkGet: { up: 410, down: 180 },
  bulkGetRow: { up: 105, down: 830 },
  bulkDocs: { up: 390, down: 180 },
  bulkDocsRow: 700,
  cell: 514,
  cellPayload: 498,
  /** Descriptor and circuits, on the side that dials; on the other one. */
  dialCells: 60,
  answerCells: 25,
  vainCells: 50,
} as const;

/** Header and body of a post of 600 characters, or a message. */
export const documentsOfPost = 2;
export const documentsOfMessage = 1;

/** How well members of a forum have met before the simulation begins. */
export const past = {
  /** Pairs who have exchanged before. */
  known: 0.5,
  /** When that was, on average. */
  ago: 5 * day,
  /** How old forums are. */
  forumAge: 365 * day,
} as const;

/** When what is written is counted; and how long all of it must have been followed that counts among those for all readers. */
export const course = {
  warmUp: 2 * hour,
  counted: day,
  whole: 28 * hour,
  followed: 12 * hour,
} as const;

export const tokenLife = 58 * minute;
export const heartbeat = 25 * second;
