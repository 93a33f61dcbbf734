import type { Fraction } from './ports.ts';

/** Where one friend stands with us. */
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

/** 30, 60, 120 … 600 seconds. */
export function backoff(failures: number): number {
  return Math.min(600_000, 30_000 * 2 ** (Math.max(1, failures) - 1));
}

/** Added at random, so that friends who lost the network together don't all come back together. */
const jitter = 0.2;

/** The friends as they now are. Newcomers are due at once, those who are gone are forgotten. */
export function withPeers(
  schedule: Schedule,
  peers: readonly { readonly address: string; readonly lastSeen?: number | undefined }[],
  now: number,
): Schedule {
  return new Map(
    peers.map(({ address, lastSeen }) => [
      address,
      schedule.get(address) ?? { phase: 'waiting', failures: 0, due: now, lastSeen: lastSeen ?? 0 },
    ]),
  );
}

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
  const standing = schedule.get(address);
  if (!standing) return schedule;
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
): Schedule {
  const standing = schedule.get(address);
  if (!standing) return schedule;
  const wasConnected = standing.phase === 'connected';
  const wasGood = wasConnected && now - standing.lastSeen >= goodAfter;
  const isOld = standing.phase === 'dialing' && standing.rung === true;
  const failures = wasGood || isOld ? 0 : standing.failures + 1;
  const wait = wasGood ? soon : isOld ? 0 : backoff(failures);
  return replaced(schedule, address, {
    phase: 'waiting',
    failures,
    due: now + Math.round(wait * (1 + jitter * random())),
    lastSeen: wasConnected ? now : standing.lastSeen,
  });
}

/** Those to be dialled now, seen last first, so many that no more than `most` are being dialled at once. */
export function toDial(schedule: Schedule, now: number, most: number): string[] {
  const standings = [...schedule];
  const busy = standings.filter(([, { phase }]) => phase === 'dialing').length;
  return standings
    .filter(([, { phase, due }]) => phase === 'waiting' && due <= now)
    .toSorted(([, a], [, b]) => b.lastSeen - a.lastSeen)
    .slice(0, Math.max(0, most - busy))
    .map(([address]) => address);
}

/** When somebody will be due who isn't yet. */
export function nextDue(schedule: Schedule, now: number): number | undefined {
  const later = [...schedule.values()].flatMap(({ phase, due }) =>
    phase === 'waiting' && due > now ? [due] : [],
  );
  return later.length === 0 ? undefined : Math.min(...later);
}

function replaced(schedule: Schedule, address: string, standing: Standing): Schedule {
  return new Map(schedule).set(address, standing);
}
