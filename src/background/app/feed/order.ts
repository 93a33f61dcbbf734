import type { OpenSpace, SpacePost } from '../spaces/open-space.ts';

/** A post in its place among others. */
export interface Entry {
  readonly post: SpacePost;
  readonly space: OpenSpace;
  /** Claimed, but no later than it was first seen here. */
  readonly time: number;
}

/** The order in which posts are shown: newest first; of the same moment, by id. */
export function newestFirst(a: Entry, b: Entry): number {
  if (a.time !== b.time) return b.time - a.time;
  return a.post.id < b.post.id ? -1 : 1;
}

/** Names a place in the order; opaque to pages. */
export function cursorOf({ time, post }: Entry): string {
  return `${time}.${post.id}`;
}

/** The index of the first entry after a cursor; what the cursor named may be gone. */
export function positionAfter(entries: readonly Entry[], cursor: string): number {
  const index = entries.findIndex((entry) => cursorOf(entry) === cursor);
  if (index >= 0) return index + 1;
  const time = Number(cursor.split('.')[0]);
  const next = entries.findIndex((entry) => entry.time < time);
  return next < 0 ? entries.length : next;
}
