import * as v from 'valibot';
import type { Charter } from '../../domain/space/charter-content.ts';
import {
  databaseNameField,
  documentIdField,
  spaceNameField,
  textField,
  titleField,
} from '../fields.ts';
import { limits } from '../limits.ts';
import { attachedField, type FileView } from './files.ts';
import { noArguments } from './arguments.ts';

const postArgument = { space: databaseNameField, post: documentIdField };

/** What people publish. */
export const feedCalls = {
  /** In our own feed, or in another space that we may write in; as an answer to a post of it, perhaps. */
  writePost: v.strictObject({
    space: v.optional(spaceNameField),
    text: textField(limits.postCharacters),
    answers: v.optional(documentIdField),
    attached: v.optional(attachedField),
    title: v.optional(titleField),
  }),
  /** Another wording of a post of ours; its title stays where none is said, and goes where it is empty. */
  editPost: v.strictObject({
    ...postArgument,
    text: textField(limits.postCharacters),
    title: v.optional(v.union([v.literal(''), titleField])),
  }),
  /** Takes back a post of ours: everybody who has it erases its text. */
  retractPost: v.strictObject(postArgument),
  /** Whom a post there may speak of by name. */
  mentionable: v.strictObject({ space: v.optional(databaseNameField) }),
  /** A sign that answers a post; empty to take ours back. */
  react: v.strictObject({ ...postArgument, sign: textField(limits.reactionCharacters) }),
  /** A post with what it answers and what answers it, all the way up and down. */
  thread: v.strictObject(postArgument),
  /** Posts newest first. `before` is the `cursor` of the last item of the page before. */
  feed: v.strictObject({
    /** Of this space only. */
    space: v.optional(databaseNameField),
    before: v.optional(textField(200)),
    limit: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(limits.feedPageItems)),
  }),
  /** Asks everybody who shares this space for what is missing in it. */
  askAgain: v.strictObject({ space: databaseNameField }),
  /** Everything shown so far counts as read. */
  markFeedRead: noArguments,
} as const;

export interface FeedResults {
  writePost: { id: string };
  editPost: null;
  retractPost: null;
  mentionable: MentionablePerson[];
  react: null;
  thread: ThreadView;
  feed: FeedView;
  askAgain: null;
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
  /** Its heading; empty where its author gave none. */
  title: string;
  text: string;
  /** People of whom its author says that the text speaks (`protocol/mention-text`); absent if there are none. */
  mentions?: MentionView[];
  /** Why there is no text: it is on its way, or no longer kept here. */
  missing?: 'coming' | 'let-go';
  files: FileView[];
  /** Milliseconds since 1970: the claimed time, clamped to when we first saw it. */
  time: number;
  /** Of what its author wrote here, so much is missing; or they have written two things in one place. */
  gap?: { missing: number; forked: boolean };
  /** How many more its author wrote in this space that day: they stand on its own page only. */
  more?: number;
  unread: boolean;
  /** It has another wording than at first. */
  edited: boolean;
  /** The post that it answers, if that is here. */
  answers?: { id: string; authorAddress: string; authorName?: string };
  /** How many posts answer it directly. */
  replies: number;
  reactions: ReactionView[];
  /** What the person may do with it. */
  may: { reply: boolean; react: boolean; change: boolean };
  /** Our own post: how far it got. */
  delivery?: { friends: number; reached: number };
}

export interface MentionablePerson {
  address: string;
  /** What we call them; absent for who is no friend. */
  name?: string;
}

export interface MentionView extends MentionablePerson {
  me: boolean;
}

export interface ReactionView {
  sign: string;
  count: number;
  mine: boolean;
  /** Of those who reacted so, the friends. */
  names: string[];
}

/** Oldest first: each post comes after what it answers. */
export interface ThreadView {
  posts: PostView[];
}

export interface FeedView {
  posts: PostView[];
  more: boolean;
}
