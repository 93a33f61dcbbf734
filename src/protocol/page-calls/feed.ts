import * as v from 'valibot';
import { textField } from '../fields.ts';
import { limits } from '../limits.ts';
import { noArguments } from './arguments.ts';

/** What people publish. */
export const feedCalls = {
  writePost: v.strictObject({ text: textField(limits.postCharacters) }),
  /** Posts newest first. `before` is the `cursor` of the last item of the page before. */
  feed: v.strictObject({
    before: v.optional(textField(200)),
    limit: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(limits.feedPageItems)),
  }),
  /** Everything shown so far counts as read. */
  markFeedRead: noArguments,
} as const;

export interface FeedResults {
  writePost: { id: string };
  feed: FeedView;
  markFeedRead: null;
}

export interface PostView {
  id: string;
  /** Opaque position in the feed, for `before`. */
  cursor: string;
  authorAddress: string;
  /** The petname, or our own name for our own posts. */
  authorName: string;
  mine: boolean;
  text: string;
  /** Milliseconds since 1970: the claimed time, clamped to when we first saw it. */
  time: number;
  unread: boolean;
  /** Our own post: how far it got. */
  delivery?: { friends: number; reached: number };
}

export interface FeedView {
  posts: PostView[];
  more: boolean;
}
