/** Times are claimed by who wrote the post; one no calendar writes with four digits becomes the last that does. */
const latest = Date.UTC(9999, 11, 31, 23, 59, 59);

/** As machines read it: `2026-11-22T18:12:00Z`. */
export function isoTime(time: number): string {
  const date = new Date(Math.min(Math.max(time, 0), latest));
  return `${date.toISOString().slice(0, 19)}Z`;
}

/** As people read it: `22 November 2026, 18:12 UTC`. */
export function readableTime(time: number, language: string): string {
  return new Intl.DateTimeFormat(language, {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: 'UTC',
  })
    .format(new Date(isoTime(time)))
    .concat(' UTC');
}
