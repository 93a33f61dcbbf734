import * as v from 'valibot';
import type { Code } from '../codes.ts';
import { onionAddressField, spaceNameField, textField, titleField } from '../fields.ts';
import { noArguments } from './arguments.ts';
import type { SpaceKind } from './feed.ts';
import type { ForumView } from './forums.ts';

const spaceArgument = v.strictObject({ space: spaceNameField });

/** Where people publish and talk: which such places there are, and what one is to them. */
export const spaceCalls = {
  spaces: noArguments,
  space: spaceArgument,
  createBlog: v.strictObject({ title: titleField }),
  createForum: v.strictObject({ title: titleField }),
  /** Another title in one's profile, for a blog of one's own. */
  renameBlog: v.strictObject({ space: spaceNameField, title: titleField }),
  /** Read what a link leads to; of a forum, carry it, too. */
  followSpace: v.strictObject({ link: textField(2_000) }),
  /** Neither read nor carry it any more; what is stored of it is erased. */
  unfollowSpace: spaceArgument,
  /** A blog or forum that a friend's profile lists: read it, or again after not wanting to. */
  followListed: v.strictObject({ address: onionAddressField, space: spaceNameField }),
  muteSpace: v.strictObject({ space: spaceNameField, muted: v.boolean() }),
  /** Whether our profile lists this forum. */
  showForum: v.strictObject({ space: spaceNameField, shown: v.boolean() }),
  /** Don't show what somebody writes in public forums; `carried`: store and pass it on all the same. */
  mutePerson: v.strictObject({
    address: onionAddressField,
    muted: v.boolean(),
    carried: v.boolean(),
  }),
  mutedPeople: noArguments,
  /** Look now for what is new with strangers. */
  lookNow: noArguments,
} as const;

export interface SpaceResults {
  spaces: SpaceView[];
  space: SpaceInfo;
  createBlog: { space: string };
  createForum: { space: string };
  renameBlog: null;
  followSpace: { space: string };
  unfollowSpace: null;
  followListed: null;
  muteSpace: null;
  showForum: null;
  mutePerson: null;
  mutedPeople: { address: string; name?: string; carried: boolean }[];
  lookNow: null;
}

export interface SpaceView {
  name: string;
  kind: SpaceKind;
  title: string;
  /**
   * How it is ours to read: `own`, of a `friend`, `followed` (or joined) by its link, because we are a `member`; or not at
   * all, but `listed` by a friend.
   */
  by: 'own' | 'friend' | 'followed' | 'member' | 'listed';
  /** Whose it is, of blogs. */
  owner?: string;
  ownerName?: string;
  unread: number;
  /** Of the unread posts, those that speak of us. */
  mentions?: number;
  muted: boolean;
  mayWrite: boolean;
}

export interface SpaceInfo extends SpaceView {
  /** For giving to others; only of what is public. */
  link?: string;
  posts: number;
  /** Of a blog of several authors: who they are, and how each got in. */
  authors?: Pick<ForumView, 'people' | 'past' | 'rules'>;
  /** Bytes on the disk, where that is known. */
  bytes?: number;
  /** Of a public forum: whether our profile lists it. */
  shown?: boolean;
  /** The first blog can't be left. */
  mayLeave: boolean;
  mayRename: boolean;
  /** Whether what others wrote there is here; absent where nobody else writes, or has it. */
  sync?: SpaceSync;
}

/** `paused`: there is no room for it now. */
export interface SpaceSync {
  state: 'up-to-date' | 'fetching' | 'connecting' | 'waiting' | 'paused';
  /** Why it waits. */
  code?: Code;
}
