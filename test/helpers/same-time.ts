/**
 * Whether two samples of times can be told apart, by Mann and Whitney's rank sum: how far the ranks of the first
 * lie from the middle, in standard deviations. Beyond 4.9 chance has less than one in a million.
 */
export function rankDistance(first: readonly number[], second: readonly number[]): number {
  const all = [
    ...first.map((value) => ({ value, own: true })),
    ...second.map((value) => ({ value, own: false })),
  ].toSorted((a, b) => a.value - b.value);
  let sum = 0;
  for (let begin = 0; begin < all.length;) {
    let end = begin;
    while (end < all.length && all[end]?.value === all[begin]?.value) end += 1;
    // Equal times share their ranks.
    const rank = (begin + 1 + end) / 2;
    for (const { own } of all.slice(begin, end)) if (own) sum += rank;
    begin = end;
  }
  const [m, n] = [first.length, second.length];
  const spread = Math.sqrt((m * n * (m + n + 1)) / 12);
  return (sum - (m * (m + n + 1)) / 2) / spread;
}

/** What chance does not reach once in a million. */
export const notByChance = 4.9;

/**
 * Times, in microseconds, of each task, so many of each, in an order that a seed decides: whatever else the
 * computer does meets all of them alike.
 */
export async function timesOf<Name extends string>(
  tasks: Readonly<Record<Name, () => Promise<unknown>>>,
  count: number,
  seed: number,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(tasks) as Name[];
  const times = Object.fromEntries(
    names.map((name) => [name, [] as number[]]),
  ) as unknown as Record<Name, number[]>;
  const random = generator(seed);
  for (let round = -warmUp; round < count; round += 1) {
    for (const name of shuffled(names, random)) {
      const begun = process.hrtime.bigint();
      await tasks[name]();
      const taken = Number(process.hrtime.bigint() - begun) / 1_000;
      if (round >= 0) times[name].push(taken);
    }
  }
  return times;
}

/** Rounds in which code is compiled and connections are made. */
const warmUp = 50;

function shuffled<T>(values: readonly T[], random: () => number): T[] {
  return values
    .map((value) => ({ value, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ value }) => value);
}

/** Mulberry32: enough to shuffle by. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
