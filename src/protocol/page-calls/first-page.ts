import { inUseIn, inUseItem, isUnused } from '../in-use.ts';
import { noArguments } from './arguments.ts';
import type { PostView } from './feed.ts';

/**
 * The name under which the background leaves it for pages in `storage.session`, the browser's memory: there they find
 * it without waiting for the background, which the browser may have to start first.
 */
export const firstPageItem = 'firstPage';

/** What can be shown before anything is open. */
export const firstPageCalls = {
  /** The newest posts as they last were, if that is known by now. */
  firstPage: noArguments,
} as const;

export interface FirstPageResults {
  firstPage: FirstPageView | null;
}

/** Posts to be read; whatever one does with a post waits until its space is open. */
export interface FirstPageView {
  posts: FirstPagePost[];
}

export type FirstPagePost = Pick<
  PostView,
  'id' | 'space' | 'authorAddress' | 'authorName' | 'mine' | 'title' | 'text' | 'time' | 'edited'
> & {
  /** The names of its files. */
  files: string[];
};

/** What a page has to read of `storage.session` to show it. */
export const firstPageItems = [firstPageItem, inUseItem];

/**
 * The page that the background left in `storage.session`, if it may be shown by now: a background that slept past
 * the time after which it locks has not removed it yet. Only the background writes there.
 */
export function readableFirstPage(
  items: Record<string, unknown>,
  now: number,
): FirstPageView | undefined {
  const inUse = inUseIn(items[inUseItem]);
  if (inUse && isUnused(inUse, now)) return undefined;
  return items[firstPageItem] as FirstPageView | undefined;
}
