import { type Clock, sleep } from '../store/clock.ts';

const rapidBelow = 2_000;
const rapidMost = 20;
const rapidPause = 5_000;

/**
 * To be awaited at each answer to a long-poll: slows down who answers every one at once. A few times in a row is a busy
 * friend, for ever is an attack.
 */
export function paceOf(clock: Clock, signal: AbortSignal): () => Promise<void> {
  let rapid = 0;
  let last = clock.now();
  return async () => {
    const now = clock.now();
    rapid = now - last < rapidBelow ? rapid + 1 : 0;
    last = now;
    if (rapid > rapidMost) await sleep(clock, rapidPause, signal);
  };
}
