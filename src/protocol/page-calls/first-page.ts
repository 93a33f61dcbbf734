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
