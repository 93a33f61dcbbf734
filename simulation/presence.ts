import { day, hour, minute, presence } from './assumptions.ts';
import type { Chance } from './chance.ts';

/** From when until when somebody is online, in order, without overlap. */
export type Session = readonly [from: number, until: number];

const longestAway = 2 * minute;

/** The sessions of one person from the beginning until `end`. */
export function sessionsOf(chance: Chance, end: number): Session[] {
  const kind = chance.fraction();
  const zone = chance.yes(presence.sameTimeZone) ? 0 : chance.fraction() * day;
  if (kind < presence.alwaysOn) return [[0, end]];
  const wanted: Session[] = [];
  const add = (today: number, at: number, spread: number, length: number) => {
    const from = today + zone + (at + (chance.fraction() - 0.5) * 2 * spread) * hour;
    wanted.push([from, from + chance.lognormal(length, 0.5)]);
  };
  for (let today = -2 * day; today < end; today += day) {
    if (kind < presence.alwaysOn + presence.desk) {
      add(today, 9, 1.5, 8 * hour);
      if (chance.yes(0.4)) add(today, 20, 1.5, 1.5 * hour);
    } else if (kind < presence.alwaysOn + presence.desk + presence.seldom) {
      if (chance.yes(0.5)) add(today, 18, 4, hour);
    } else {
      if (chance.yes(0.5)) add(today, 8, 1.5, 0.7 * hour);
      if (chance.yes(0.85)) add(today, 20, 2, 2.5 * hour);
      if (chance.yes(0.4)) add(today, 14, 4, hour);
    }
  }
  return joined(wanted, end);
}

function joined(wanted: readonly Session[], end: number): Session[] {
  const sessions: [number, number][] = [];
  for (const [from, until] of wanted.toSorted((a, b) => a[0] - b[0])) {
    const [begin, finish] = [Math.max(0, from), Math.min(end, until)];
    if (finish <= begin) continue;
    const last = sessions.at(-1);
    if (last && begin - last[1] < longestAway) last[1] = Math.max(last[1], finish);
    else sessions.push([begin, finish]);
  }
  return sessions;
}

/** A moment in these sessions between `from` and `until`, if there is one. */
export function momentIn(
  sessions: readonly Session[],
  [from, until]: Session,
  chance: Chance,
): number | undefined {
  const parts = sessions
    .map(([a, b]): Session => [Math.max(a, from), Math.min(b, until)])
    .filter(([a, b]) => b > a);
  let place = chance.fraction() * parts.reduce((sum, [a, b]) => sum + b - a, 0);
  for (const [a, b] of parts) {
    if (place < b - a) return a + place;
    place -= b - a;
  }
  return undefined;
}

export const isOnlineAt = (sessions: readonly Session[], at: number): boolean =>
  sessions.some(([from, until]) => from <= at && at < until);
