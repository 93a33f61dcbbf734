import type { HostDatabase } from '../../store/database.ts';

/** Milliseconds. Replicators ask with each batch, and each look is a call to the system for every file. */
const holds = 1_000;
const known = new WeakMap<HostDatabase, { readonly bytes: number; readonly at: number }>();

/** How much of the disk a database takes, as it was at most a second ago. */
export async function bytesLately(database: HostDatabase): Promise<number> {
  const at = performance.now();
  const before = known.get(database);
  if (before && at - before.at < holds) return before.bytes;
  const bytes = await database.bytesOnDisk();
  known.set(database, { bytes, at });
  return bytes;
}

/** It has just changed for a reason that somebody will want to see. */
export function forgetBytes(database: HostDatabase): void {
  known.delete(database);
}
