import { HttpError } from '../messages/http-error.ts';

/** The bodies of requests that are in memory, by caller. */
export interface HeldBytes {
  /**
   * Counts bytes that came. Throws 503 to a caller who holds more than an equal share when all
   * hold too much together; who holds less goes on.
   */
  add(caller: string, bytes: number): void;
  /** They are needed no more. */
  release(caller: string, bytes: number): void;
}

/** @param most what all callers may hold before the greedy are refused; they never hold twice as much */
export function createHeldBytes(most: number): HeldBytes {
  const held = new Map<string, number>();
  let all = 0;
  const set = (caller: string, bytes: number): void => {
    all += bytes - (held.get(caller) ?? 0);
    if (bytes > 0) held.set(caller, bytes);
    else held.delete(caller);
  };
  return {
    add(caller, bytes) {
      const theirs = (held.get(caller) ?? 0) + bytes;
      const callers = held.has(caller) ? held.size : held.size + 1;
      if (all + bytes > most && theirs > most / callers) {
        throw new HttpError(
          503,
          'unavailable',
          'Too many large requests are under way; try again later.',
          { 'retry-after': '10' },
        );
      }
      set(caller, theirs);
    },
    release: (caller, bytes) => set(caller, (held.get(caller) ?? 0) - bytes),
  };
}
