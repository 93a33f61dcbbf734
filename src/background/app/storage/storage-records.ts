import * as v from 'valibot';
import { keepRuleField, storageLimitField } from '../../../protocol/page-calls/storage.ts';

/** How much may be kept, in bytes. Kept as `setting/storage`. */
export const storageSetting = v.strictObject({ limit: storageLimitField });

/** Kept as `setting/keep`: of spaces that have no rule of their own. */
export const keepSetting = keepRuleField;

/** Kept as `keep/<space>`. */
export const keepRecord = v.strictObject({
  /** `null`: as usual. */
  rule: v.nullable(keepRuleField),
  /** The time of the newest post that was let go. */
  until: v.nullable(v.number()),
  /** When this was looked at last. */
  swept: v.number(),
});
export type KeepRecord = v.InferOutput<typeof keepRecord>;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** Days since 1970 and the bytes there were at their end, oldest first. Kept as `storage/days`. */
export const storageDays = v.strictObject({
  days: v.array(v.strictTuple([count, count])),
});
export type StorageDays = v.InferOutput<typeof storageDays>['days'];
