import type { FeedView } from '../../protocol/page-calls.ts';

/**
 * The newest posts asked for again, joined to the older ones already shown. When so many new posts
 * came that the two do not touch, the older ones are let go: a gap would look like a lie.
 */
export function joinNewest(shown: FeedView | undefined, newest: FeedView): FeedView {
  const last = newest.posts.at(-1);
  if (shown === undefined || last === undefined || !newest.more) return newest;
  const touching = shown.posts.findIndex((post) => post.id === last.id);
  if (touching < 0) return newest;
  return appendOlder(newest, { posts: shown.posts.slice(touching + 1), more: shown.more });
}

/** A page of older posts behind those shown, each post once. */
export function appendOlder(shown: FeedView, older: FeedView): FeedView {
  const known = new Set(shown.posts.map((post) => post.id));
  return {
    posts: [...shown.posts, ...older.posts.filter((post) => !known.has(post.id))],
    more: older.more,
  };
}
