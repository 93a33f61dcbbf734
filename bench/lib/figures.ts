/** The value below which this share of the numbers lies (nearest rank). Throws when there are none. */
function percentile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const found = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (found === undefined) throw new TypeError('no figures');
  return found;
}

export const median = (numbers: readonly number[]): number => percentile(numbers, 0.5);

/** How long it took, in milliseconds, and what came of it. */
export async function timed<T>(task: () => Promise<T> | T): Promise<{ ms: number; value: T }> {
  const start = performance.now();
  const value = await task();
  return { ms: performance.now() - start, value };
}

export const inMilliseconds = (ms: number): string => `${ms.toFixed(ms < 10 ? 2 : 1)} ms`;

/** `p50 12.3 ms, p95 20.1 ms (60)`; the slowest hundredth, too, where there are enough to tell. */
export function spread(milliseconds: readonly number[]): string {
  const shares = milliseconds.length < enoughForP99 ? [0.5, 0.95] : [0.5, 0.95, 0.99];
  const told = shares.map(
    (share) => `p${share * 100} ${inMilliseconds(percentile(milliseconds, share))}`,
  );
  return `${told.join(', ')} (${milliseconds.length})`;
}

const enoughForP99 = 500;

export function title(text: string): void {
  process.stdout.write(`\n${text}\n`);
}

/** One line of a report: what, and its figure. */
export function line(what: string, figure: string): void {
  process.stdout.write(`  ${what.padEnd(58)} ${figure}\n`);
}
