const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const steps: readonly (readonly [
  limit: number,
  unit: Intl.RelativeTimeFormatUnit,
  size: number,
])[] = [
  [minute, 'second', second],
  [hour, 'minute', minute],
  [day, 'hour', hour],
  [7 * day, 'day', day],
];

/**
 * A time as people say it: "3 hours ago" within a week, else the date. A time in the future (two
 * clocks never agree) reads as now.
 */
export function relativeTime(time: number, now: number, language: string): string {
  const age = Math.max(0, now - time);
  const step = steps.find(([limit]) => age < limit);
  if (step === undefined) return shortDate(time, now, language);
  const [, unit, size] = step;
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' });
  // Seconds would change under the reader's eyes: everything below a minute is "now".
  return unit === 'second'
    ? format.format(0, 'second')
    : format.format(-Math.floor(age / size), unit);
}

function shortDate(time: number, now: number, language: string): string {
  const sameYear = new Date(time).getFullYear() === new Date(now).getFullYear();
  return new Intl.DateTimeFormat(language, {
    day: 'numeric',
    month: 'short',
    ...(sameYear ? {} : { year: 'numeric' }),
  }).format(time);
}

/** Day and clock time in full. */
export function absoluteTime(time: number, language: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'full', timeStyle: 'short' }).format(time);
}

export function clockTime(time: number, language: string): string {
  return new Intl.DateTimeFormat(language, { timeStyle: 'short' }).format(time);
}

/** "Today", "yesterday", else the date: the heading above a day's messages. */
export function dayName(time: number, now: number, language: string): string {
  const days = Math.round((startOfDay(now) - startOfDay(time)) / day);
  if (days > 1 || days < 0) {
    return new Intl.DateTimeFormat(language, { dateStyle: 'long' }).format(time);
  }
  return new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(-days, 'day');
}

export function startOfDay(time: number): number {
  return new Date(time).setHours(0, 0, 0, 0);
}

/** How long a relative time stays true, so that a page redraws it no more often than needed. */
export function staysTrueFor(time: number, now: number): number {
  const age = Math.max(0, now - time);
  if (age < hour) return minute;
  return age < day ? 10 * minute : hour;
}
