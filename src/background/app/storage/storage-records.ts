import * as v from 'valibot';
import { storageLimitField } from '../../../protocol/page-calls/storage.ts';

/** How much may be kept, in bytes. Kept as `setting/storage`. */
export const storageSetting = v.strictObject({ limit: storageLimitField });

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** Days since 1970 and the bytes there were at their end, oldest first. Kept as `storage/days`. */
export const storageDays = v.strictObject({
  days: v.array(v.strictTuple([count, count])),
});
export type StorageDays = v.InferOutput<typeof storageDays>['days'];
