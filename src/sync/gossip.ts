import { type Schedule, type Standings, standingsOf } from './scheduler.ts';

/**
 * Whom of the many members of shared spaces to exchange with. Each space needs a few partners only: who
 * dials a partner hears from it whatever it hears, so what one member writes runs through all of them. Friends
 * who are connected are partners anyway. Pure, as the scheduler is: all it knows is in its arguments.
 */
export interface GossipRules {
  /** So many partners each shared space should have. */
  readonly perSpace: number;
  /** So many more are kept, since friends come and go. */
  readonly spare: number;
  /** A member connected for longer, in milliseconds, is replaced as soon as another one is found. */
  readonly rotateAfter: number;
  /** Members connected or being dialled, over all spaces: each costs us one long-poll. */
  readonly members: number;
  /** Members being dialled at once, beside the friends who are. */
  readonly dialsAtOnce: number;
}

/** Chosen by simulation: docs/simulation.md. */
export const gossipRules: GossipRules = {
  perSpace: 3,
  spare: 2,
  rotateAfter: 21_600_000,
  members: 64,
  dialsAtOnce: 3,
};

/** What gossip has to know of a peer. */
export interface Partner {
  readonly address: string;
  readonly kind: 'friend' | 'member';
  readonly spaces: readonly { readonly name: string }[];
}

/** All peers with whom we share spaces, in the order in which we'd choose them. Made anew when they change. */
export interface Circle {
  /** Those with members to choose from. */
  readonly spaces: readonly string[];
  /** By space, without friends; those we'd choose first first. */
  readonly candidates: ReadonlyMap<string, readonly string[]>;
  readonly spacesOf: ReadonlyMap<string, readonly string[]>;
  readonly isMember: (address: string) => boolean;
}

export interface CircleOptions {
  /** Ours alone, so that each node has an order of its own which nobody else can foresee. */
  readonly seed: number;
  /** Exchanged with before: then there is a checkpoint, and the exchange goes on where it was. */
  readonly isKnown: (address: string) => boolean;
}

/** How much earlier known members come in the order than others: one is met anew now and then, which costs most. */
const knownShare = 1 / 10;

export function circleOf(peers: readonly Partner[], { seed, isKnown }: CircleOptions): Circle {
  const spacesOf = new Map<string, readonly string[]>();
  const ranked: { address: string; spaces: readonly string[]; rank: number }[] = [];
  // Most peers share the same few spaces with us: one list of names for each such combination.
  const named = new Map<Partner['spaces'], readonly string[]>();
  for (const { address, kind, spaces } of peers) {
    const names = named.get(spaces) ?? spaces.map(({ name }) => name);
    named.set(spaces, names);
    spacesOf.set(address, names);
    if (kind === 'friend') continue;
    const rank = fraction(seed, address) * (isKnown(address) ? knownShare : 1);
    ranked.push({ address, spaces: names, rank });
  }
  const candidates = new Map<string, string[]>();
  for (const { address, spaces } of ranked.toSorted((a, b) => a.rank - b.rank)) {
    for (const name of spaces) {
      const others = candidates.get(name);
      if (others) others.push(address);
      else candidates.set(name, [address]);
    }
  }
  const members = new Set(ranked.map(({ address }) => address));
  const spaces = [...candidates.keys()].toSorted((a, b) => fraction(seed, a) - fraction(seed, b));
  return { spaces, candidates, spacesOf, isMember: (address) => members.has(address) };
}

export interface GossipTurn {
  /** Members to be dialled now. */
  readonly dial: readonly string[];
  /** Members whose connection is needed no more. */
  readonly drop: readonly string[];
  /** When to look again although nothing has happened: somebody will have been connected for long. */
  readonly again: number | undefined;
}

/**
 * What to do now. First each space gets its first partner, then its second and so on. A partner who has been
 * connected for long doesn't count any more, but stays until there is another. Who has failed least comes
 * first, then our own order: so everybody is tried before anybody is tried again.
 */
export function gossipTurn(
  circle: Circle,
  schedule: Schedule,
  now: number,
  rules: GossipRules,
  standings: Standings = standingsOf(schedule, now),
): GossipTurn {
  const { spacesOf } = circle;
  const { connected, dialling, partners } = present(circle, standings);
  const isOld = ({ since }: Connected) => now >= since + rules.rotateAfter;
  const drop = superfluous(circle, connected, partners, (each) =>
    isOld(each) ? rules.perSpace : rules.perSpace + rules.spare,
  );
  const kept = connected.filter(({ address }) => !drop.includes(address));
  const old = kept.filter(isOld);
  const counting = new Map(partners);
  for (const { address } of old) count(counting, spacesOf.get(address), -1);
  for (const address of dialling) count(counting, spacesOf.get(address), 1);

  const places = rules.members - kept.length - dialling.length;
  const most = Math.min(rules.dialsAtOnce - dialling.length, places);
  const dial: string[] = [];
  const spaces = inTurn(circle, schedule, rules);
  for (let level = 0; level < rules.perSpace && dial.length < most; level += 1) {
    for (const space of spaces) {
      if (dial.length >= most) break;
      if ((counting.get(space) ?? 0) > level) continue;
      const chosen = firstFree(circle.candidates.get(space) ?? [], schedule, now, dial);
      if (chosen === undefined) continue;
      dial.push(chosen);
      count(counting, spacesOf.get(chosen), 1);
    }
  }
  const [oldest] = old;
  // There are more spaces than places: the one who has been there longest makes room.
  if (oldest && places <= 0 && spaces.some((space) => !partners.get(space))) {
    drop.push(oldest.address);
  }
  const next = kept[old.length];
  return { dial, drop, again: next && next.since + rules.rotateAfter };
}

type Connected = Standings['connected'][number];

/** Members connected (longest first) and being dialled; and all who are connected, friends too, by space. */
function present({ spacesOf, isMember }: Circle, standings: Standings) {
  const partners = new Map<string, number>();
  for (const { address } of standings.connected) count(partners, spacesOf.get(address), 1);
  const connected = standings.connected
    .filter(({ address }) => isMember(address))
    .toSorted((a, b) => a.since - b.since);
  return { connected, dialling: standings.dialing.filter(isMember), partners };
}

/** Where there are more spaces than places, those come first that have gone longest without a partner. */
function inTurn({ spaces, spacesOf }: Circle, schedule: Schedule, rules: GossipRules) {
  if (spaces.length <= rules.members) return spaces;
  const served = new Map<string, number>();
  for (const [address, { phase, lastSeen }] of schedule) {
    const at = phase === 'waiting' ? lastSeen : Infinity;
    for (const space of spacesOf.get(address) ?? []) {
      served.set(space, Math.max(served.get(space) ?? 0, at));
    }
  }
  const when = (space: string) => served.get(space) ?? 0;
  return spaces.toSorted((a, b) => (when(a) === when(b) ? 0 : when(a) - when(b)));
}

/** Those without whom each of their spaces still has enough, given what is enough beside each. Takes them off `partners`. */
function superfluous(
  { spacesOf }: Circle,
  connected: readonly Connected[],
  partners: Map<string, number>,
  enough: (each: Connected) => number,
): string[] {
  const found: string[] = [];
  for (const each of connected) {
    const spaces = spacesOf.get(each.address) ?? [];
    if (spaces.some((space) => (partners.get(space) ?? 0) <= enough(each))) continue;
    count(partners, spaces, -1);
    found.push(each.address);
  }
  return found;
}

function count(counts: Map<string, number>, spaces: readonly string[] | undefined, by: 1 | -1) {
  for (const space of spaces ?? []) counts.set(space, (counts.get(space) ?? 0) + by);
}

function firstFree(
  candidates: readonly string[],
  schedule: Schedule,
  now: number,
  taken: readonly string[],
): string | undefined {
  let best: { address: string; failures: number } | undefined;
  for (const address of candidates) {
    const standing = schedule.get(address);
    if (standing && (standing.phase !== 'waiting' || standing.due > now)) continue;
    if (taken.includes(address)) continue;
    const failures = standing?.failures ?? 0;
    if (failures === 0) return address;
    if (!best || failures < best.failures) best = { address, failures };
  }
  return best?.address;
}

/** A number in [0, 1) for each text, other ones for each seed (53 bits). Mixes well; no secret depends on it. */
export function fraction(seed: number, text: string): number {
  let a = 0x9e3779b1 ^ (seed | 0);
  let b = 0x85ebca6b ^ Math.floor(seed / 2 ** 32);
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    a = Math.imul(a ^ code, 0x9e3779b1);
    b = Math.imul(b ^ code, 0x5f356495);
    a ^= a >>> 15;
    b ^= b >>> 13;
  }
  a = Math.imul(a ^ (b >>> 16), 0x85ebca6b) ^ (b >>> 13);
  b = Math.imul(b ^ (a >>> 16), 0xc2b2ae35) ^ (a >>> 13);
  return ((a >>> 0) * 2 ** 21 + ((b >>> 0) >>> 11)) / 2 ** 53;
}
