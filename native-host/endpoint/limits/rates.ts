import { tooMany } from '../messages/http-error.ts';

/** So many requests a second for long, and so many at once after a quiet time. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** How often each caller asks: a bucket for each, which fills with time and is emptied by requests. */
export interface Rates {
  /** Counts a request. Throws 429, with when to come again, if there have been too many. */
  take(caller: string, rate: Rate): void;
}

interface Bucket {
  left: number;
  at: number;
}

/** Full buckets are forgotten once there are so many: they say nothing. */
const mostBuckets = 10_000;

/** @param clock milliseconds; one that is set back gives nothing and takes nothing */
export function createRates(clock: () => number): Rates {
  const buckets = new Map<string, Bucket>();
  const forgetFull = ({ perSecond, burst }: Rate, now: number): void => {
    for (const [caller, { left, at }] of buckets) {
      if (left + ((now - at) / 1_000) * perSecond >= burst) buckets.delete(caller);
    }
  };
  return {
    take(caller, rate) {
      const { perSecond, burst } = rate;
      const now = clock();
      if (buckets.size >= mostBuckets && !buckets.has(caller)) forgetFull(rate, now);
      const { left, at } = buckets.get(caller) ?? { left: burst, at: now };
      const filled = Math.min(burst, left + (Math.max(0, now - at) / 1_000) * perSecond);
      buckets.set(caller, { left: Math.max(0, filled - 1), at: now });
      if (filled >= 1) return;
      // Refused ones cost nothing: who goes on asking still gets in at the rate.
      buckets.set(caller, { left: filled, at: now });
      throw tooMany(
        `At most ${perSecond} requests a second, and ${burst} in a burst, are answered.`,
        Math.ceil((1 - filled) / perSecond),
      );
    },
  };
}
