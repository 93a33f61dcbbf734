/** Numbers by chance, the same ones for the same seed on every machine. */
export interface Chance {
  /** In [0, 1). */
  fraction(): number;
  /** A whole number from 0 up to, not including, `end`. */
  below(end: number): number;
  yes(probability: number): boolean;
  /** Half are below `median`; with `sigma` 0.5 a tenth are above 1.9 times that. */
  lognormal(median: number, sigma: number): number;
  /** A wait with this mean. */
  exponential(mean: number): number;
  /** How many of rare events with this mean number happen. */
  poisson(mean: number): number;
  pick<T>(items: readonly T[]): T;
}

/** By the sfc32 generator of Chris Doty-Humphrey's PractRand: small, fast and good enough for this. */
export function chanceOf(seed: number): Chance {
  let [a, b, c, d] = [0x9e3779b9, 0x243f6a88, 0xb7e15162, seed ^ 0xdeadbeef];
  const fraction = (): number => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return (t >>> 0) / 2 ** 32;
  };
  for (let warm = 0; warm < 15; warm += 1) fraction();
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - fraction())) * Math.cos(2 * Math.PI * fraction());
  const below = (end: number): number => Math.floor(fraction() * end);
  return {
    fraction,
    below,
    yes: (probability) => fraction() < probability,
    lognormal: (median, sigma) => median * Math.exp(sigma * normal()),
    exponential: (mean) => -mean * Math.log(1 - fraction()),
    poisson(mean) {
      const end = Math.exp(-mean);
      let count = 0;
      for (let product = fraction(); product > end; product *= fraction()) count += 1;
      return count;
    },
    pick<T>(items: readonly T[]): T {
      const item = items[below(items.length)];
      if (item === undefined) throw new TypeError('nothing to pick from');
      return item;
    },
  };
}
