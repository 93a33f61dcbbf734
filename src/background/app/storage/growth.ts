import type { StorageDays } from './storage-records.ts';

/** Days that are kept: a year and a little. */
const most = 400;
const dayLength = 86_400_000;

/** The same days with what there is now as the last. The clock may have been set back: later days are forgotten. */
export function withToday(days: StorageDays, now: number, bytes: number): StorageDays {
  const today = Math.floor(now / dayLength);
  return [...days.filter(([day]) => day < today), [today, bytes] as [number, number]].slice(-most);
}

/** As in `2026-11-23`. */
export function dateOf(day: number): string {
  return new Date(day * dayLength).toISOString().slice(0, 10);
}
