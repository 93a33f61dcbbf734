import type { StorageLevel, StorageLimit } from '../../../protocol/page-calls/storage.ts';

/** Of the limit; more than it and the person is warned. */
const near = 0.8;
/** Free bytes of the disk below which everything on this computer is in trouble soon. */
const diskLow = 500_000_000;

/** How full it is. @param total,free in bytes, `undefined` where they aren't known */
export function levelOf(
  limit: StorageLimit,
  { total, free }: { total: number | undefined; free: number | undefined },
): StorageLevel {
  if (limit !== null && total !== undefined && total >= limit) return 'full';
  if (free !== undefined && free < diskLow) return 'disk-low';
  if (limit !== null && total !== undefined && total >= limit * near) return 'near';
  return 'fine';
}
