import * as v from 'valibot';
import type { Charter } from '../../domain/space/charter-content.ts';
import { databaseNameField, spaceNameField, textField } from '../fields.ts';
import { limits } from '../limits.ts';
import { noArguments } from './arguments.ts';

/** What people publish. */
export const feedCalls = {
  writePost: v.strictObject({
    text: textField(limits.postCharacters),
    /** Without it, one's first blog. */
    space: v.optional(spaceNameField),
  }),
  /** Posts newest first. `before` is the `cursor` of the last item of the page before. */
  feed: v.strictObject({
    /** Of this space only. */
    space: v.optional(databaseNameField),
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

/** What people publish in; profile and inbox are no such places. */
export type SpaceKind = Exclude<Charter['kind'], 'profile' | 'inbox'>;

export interface PostView {
  id: string;
  /** Opaque position in the feed, for `before`. */
  cursor: string;
  space: { name: string; kind: SpaceKind; title: string };
  authorAddress: string;
  /** The petname, or our own name for our own posts; absent for who is no friend. */
  authorName?: string;
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
