import { badRequest } from './http-error.ts';

/**
 * Sequence tokens: a number, and the incarnation it belongs to. A number of another incarnation says
 * nothing about this one, so that it counts as the beginning: else a database that was restored or
 * made anew would silently never be read again.
 */
export function sequenceToken(number: number, incarnation: string): string {
  return `${number}-${incarnation}`;
}

/**
 * The number to go on from. `now` and a number beyond the last are the caller's to give meaning:
 * the first is the last number there is, the second (files put back from a copy) the beginning.
 */
export function sequenceNumber(
  since: string | undefined,
  incarnation: string,
  last: number,
): number {
  if (since === undefined || since === '' || since === '0') return 0;
  // CouchDB's replicator sends the token as JSON, in quotes.
  const text = /^"(.*)"$/.exec(since)?.[1] ?? since;
  if (text === 'now') return last;
  const token = /^(\d{1,15})(?:-([0-9a-zA-Z_-]{1,200}))?$/.exec(text);
  if (token === null) throw badRequest('The parameter since must be a sequence this server gave.');
  const [, digits = '0', of = incarnation] = token;
  const number = Number(digits);
  return of === incarnation && number <= last ? number : 0;
}
