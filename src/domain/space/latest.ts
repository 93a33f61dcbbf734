import type { Entry } from './entry.ts';

/**
 * The one that counts of several entries by one author about one post: the one that no other follows.
 * Follow means later in the same device's chain, or naming it as a parent. Of several that two devices
 * wrote side by side, the lowest id; clocks are not asked. `undefined` for none.
 */
export function latestOf<T extends Entry>(entries: readonly T[]): T | undefined {
  const last = entries.filter((one) => !entries.some((other) => follows(other, one)));
  // Who names the future as a parent follows and is followed: then all are equal.
  const [winner] = (last.length > 0 ? last : entries).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return winner;
}

function follows(later: Entry, earlier: Entry): boolean {
  if (later.name === earlier.name) return false;
  if (later.key === earlier.key) return later.seq > earlier.seq;
  return later.parents.includes(earlier.name);
}
