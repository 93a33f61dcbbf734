import type { Fraction } from './ports.ts';

/** Where one peer stands with us. */
interface Standing {
  readonly phase: 'waiting' | 'dialing' | 'connected';
  /** Dials in a row that came to nothing. */
  readonly failures: number;
  /** While waiting: when to dial. */
  readonly due: number;
  /** When they last answered; of a connection, when it began. */
  readonly lastSeen: number;
  /** Woken while being dialled: should this dial fail, it is already old. */
  readonly rung?: boolean;
}

/**
 * Whom to dial when. A value: each function below returns the next one and changes none. Knows no network
 * and no timer, so that every order of events can be tried in a test.
 */
export type Schedule = ReadonlyMap<string, Standing>;

/**
 * The longest wait before somebody is dialled again, in milliseconds. Who comes back dials us, and is heard at our
 * door: so it is not for them that we try, but for those whose dials don't reach us (docs/simulation.md).
 */
export const longestWait = 3_600_000;

/** 30 seconds, 2, 8, 32 and 60 minutes, or up to `longest`. */
export function backoff(failures: number, longest = longestWait): number {
  return Math.min(longest, 30_000 * 4 ** (Math.max(1, failures) - 1));
}

/** Added at random, so that friends who lost the network together don't all come back together. */
const jitter = 0.2;

/** Whom the schedule is about. Members of shared spaces are dialled only when gossip chooses them (gossip.ts). */
interface Scheduled {
  readonly address: string;
  readonly kind?: 'friend' | 'member';
  readonly lastSeen?: number | undefined;
}

/**
 * The peers as they now are. New friends are due at once, those who are gone are forgotten. A member is in the
 * schedule from the first dial on: there may be hundreds whom nobody ever dials.
 */
export function withPeers(schedule: Schedule, peers: readonly Scheduled[], now: number): Schedule {
  const next = new Map<string, Standing>();
  for (const { address, kind, lastSeen } of peers) {
    const standing =
      schedule.get(address) ?? (kind === 'member' ? undefined : fresh(now, lastSeen));
    if (standing) next.set(address, standing);
  }
  return next;
}

const fresh = (due: number, lastSeen = 0): Standing => ({
  phase: 'waiting',
  failures: 0,
  due,
  lastSeen,
});

/**
 * Due now, whatever the backoff says; it begins anew. Those connected stay so. Who is being dialled is
 * dialled once more if that fails: they may have refused us just before they learned who we are.
 */
export function woken(schedule: Schedule, address: string, now: number): Schedule {
  const standing = schedule.get(address);
  if (standing?.phase === 'dialing')
    return replaced(schedule, address, { ...standing, rung: true });
  if (standing?.phase !== 'waiting') return schedule;
  return replaced(schedule, address, {
    ...standing,
    failures: 0,
    due: Math.min(standing.due, now),
  });
}

export function dialing(schedule: Schedule, address: string): Schedule {
  const standing = schedule.get(address) ?? fresh(0);
  return replaced(schedule, address, { ...standing, phase: 'dialing', rung: false });
}

export function connected(schedule: Schedule, address: string, now: number): Schedule {
  if (!schedule.has(address)) return schedule;
  return replaced(schedule, address, { phase: 'connected', failures: 0, due: now, lastSeen: now });
}

/** A connection that held this long was a good one: its end says little about the next. */
const goodAfter = 60_000;
/** … so the next dial comes soon. */
const soon = 2_000;

/** The dial failed or the connection ended: wait, longer after each failure. */
export function failed(
  schedule: Schedule,
  address: string,
  now: number,
  random: Fraction,
  longest = longestWait,
): Schedule {
  const standing = schedule.get(address);
  if (!standing) return schedule;
  const wasConnected = standing.phase === 'connected';
  const wasGood = wasConnected && now - standing.lastSeen >= goodAfter;
  const isOld = standing.phase === 'dialing' && standing.rung === true;
  const failures = wasGood || isOld ? 0 : standing.failures + 1;
  const wait = wasGood ? soon : isOld ? 0 : backoff(failures, longest);
  return replaced(schedule, address, {
    phase: 'waiting',
    failures,
    due: now + Math.round(wait * (1 + jitter * random())),
    lastSeen: wasConnected ? now : standing.lastSeen,
  });
}

/** A member whom we have just left is not the next one to be chosen. */
const rest = 600_000;

/** We have ended the connection ourselves. */
export function rested(schedule: Schedule, address: string, now: number): Schedule {
  if (!schedule.has(address)) return schedule;
  return replaced(schedule, address, {
    phase: 'waiting',
    failures: 0,
    due: now + rest,
    lastSeen: now,
  });
}

/** Who stands where at this moment. */
export interface Standings {
  readonly connected: readonly { readonly address: string; readonly since: number }[];
  readonly dialing: readonly string[];
  readonly due: readonly { readonly address: string; readonly lastSeen: number }[];
  /** When somebody will be due who isn't yet. */
  readonly next: number | undefined;
}

/** One pass for all that a turn asks: it is taken at every event, and the pass is what costs. */
export function standingsOf(schedule: Schedule, now: number): Standings {
  const connected: { address: string; since: number }[] = [];
  const dialing: string[] = [];
  const due: { address: string; lastSeen: number }[] = [];
  let next = Infinity;
  // Not `for … of`, which makes an entry for each of them.
  schedule.forEach((standing, address) => {
    const { phase } = standing;
    if (phase === 'waiting') {
      if (standing.due <= now) due.push({ address, lastSeen: standing.lastSeen });
      else if (standing.due < next) next = standing.due;
    } else if (phase === 'connected') connected.push({ address, since: standing.lastSeen });
    else dialing.push(address);
  });
  return { connected, dialing, due, next: next === Infinity ? undefined : next };
}

/**
 * Those to be dialled now, seen last first, so many that no more than `most` are being dialled at once.
 * `isFriend` leaves out the others, who have dials of their own.
 */
export function toDial(
  { dialing, due }: Standings,
  most: number,
  isFriend: (address: string) => boolean = () => true,
): string[] {
  const busy = dialing.filter(isFriend).length;
  return due
    .filter(({ address }) => isFriend(address))
    .toSorted((a, b) => b.lastSeen - a.lastSeen)
    .slice(0, Math.max(0, most - busy))
    .map(({ address }) => address);
}

function replaced(schedule: Schedule, address: string, standing: Standing): Schedule {
  const next = new Map<string, Standing>();
  schedule.forEach((each, other) => next.set(other, each));
  return next.set(address, standing);
}
