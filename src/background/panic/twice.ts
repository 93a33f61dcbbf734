import type { Clock } from '../../store/clock.ts';

/** Longer apart, two slips of a finger are no decision. */
const longest = 2_000;
/** Closer together they come from a key that is held down, which the system repeats. */
const shortest = 150;
/** So long after the second there must be no third of that kind. */
const quiet = 300;

/**
 * Runs only when it is called a second time within two seconds: a slip must not erase a life, nor must something that
 * lies on the keyboard. A held key's first repeat comes late enough for a second press, so a moment passes before it counts.
 */
export function onSecond(clock: Clock, run: () => void): () => void {
  let last = Number.NEGATIVE_INFINITY;
  let isHeld = false;
  let callOff: (() => void) | undefined;
  return () => {
    const now = clock.now();
    const since = now - last;
    last = now;
    callOff?.();
    callOff = undefined;
    if (since < shortest) {
      isHeld = true;
      return;
    }
    const isSecond = since <= longest && !isHeld;
    isHeld = isHeld && since <= longest;
    if (!isSecond) return;
    callOff = clock.after(quiet, () => {
      last = Number.NEGATIVE_INFINITY;
      run();
    });
  };
}
