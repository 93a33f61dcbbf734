import * as v from 'valibot';

const time = v.number();
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1));

/** What one person brought that did not hold, by reason. Kept as `refused/<address>`; of nobody known, as `refused/somebody`. */
export const refusedRecord = v.strictObject({
  since: time,
  last: time,
  counts: v.record(v.string(), count),
});
export type RefusedRecord = v.InferOutput<typeof refusedRecord>;

export const prefix = 'refused/';
/** Stands for all who can't be told apart. */
export const somebody = 'somebody';

/** Both together. */
export function sum(a: RefusedRecord, b: RefusedRecord): RefusedRecord {
  const counts = new Map(Object.entries(a.counts));
  for (const [code, more] of Object.entries(b.counts)) {
    counts.set(code, (counts.get(code) ?? 0) + more);
  }
  return {
    since: Math.min(a.since, b.since),
    last: Math.max(a.last, b.last),
    counts: Object.fromEntries(counts),
  };
}
