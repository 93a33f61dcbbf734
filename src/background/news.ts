/** How much waits to be looked at. */
export interface Waiting {
  readonly messages: number;
  readonly posts: number;
  readonly requests: number;
}

export type News = keyof Waiting;

/** In the order in which people want to know of them. */
const kinds: readonly News[] = ['messages', 'requests', 'posts'];

/**
 * What has come since it was last looked at. Nothing the first time: what waited when the browser
 * started is told by the button.
 *
 * @param now once a page that is being read had the time to count it as read
 */
export function newsSince(before: Waiting | undefined, now: Waiting): readonly News[] {
  if (before === undefined) return [];
  return kinds.filter((kind) => now[kind] > before[kind]);
}
