import * as v from 'valibot';
import type { Code } from '../codes.ts';
import { nameField, onionAddressField, textField } from '../fields.ts';
import { limits } from '../limits.ts';
import { friendArgument, noArguments } from './arguments.ts';
import type { KeyView, ProfileView } from './profile.ts';

/** Whom one knows, asks, and is asked by. */
export const friendCalls = {
  /** Fetch, check and show a person's profile. Stores nothing. `link` is an address or any link that holds one. */
  previewFriend: v.strictObject({ link: textField(2_000) }),
  /** Add the person last previewed under this petname and send them a request. */
  addFriend: v.strictObject({
    address: onionAddressField,
    petname: nameField,
    note: textField(limits.noteCharacters),
  }),
  friends: noArguments,
  renameFriend: v.strictObject({ address: onionAddressField, petname: nameField }),
  /** What there is to choose before `removeFriend`. */
  parting: friendArgument,
  /**
   * Ends the friendship. What isn't kept of the conversation and of their blogs is erased here. Without `circles` they are
   * put out of circles of ours, and we leave theirs; forums with votes are left alone.
   */
  removeFriend: v.strictObject({
    address: onionAddressField,
    keep: v.strictObject({
      conversation: v.boolean(),
      blogs: v.boolean(),
      circles: v.boolean(),
    }),
  }),
  /** Those who are friends no more, and of whom something is kept. */
  formerFriends: noArguments,
  /** What was said with one of them, oldest first. */
  formerConversation: friendArgument,
  /** Erases what is kept of one of them. */
  forgetFormer: friendArgument,
  /** A friend says they have moved: keep them under the new address, with all that was written. */
  followMove: friendArgument,
  /** Rather not now. */
  ignoreMove: friendArgument,
  requests: noArguments,
  acceptRequest: v.strictObject({ address: onionAddressField, petname: nameField }),
  declineRequest: friendArgument,
  /** Nothing comes from them any more, and what we keep of theirs is erased. They are not told. */
  block: friendArgument,
  unblock: friendArgument,
  blocked: noArguments,
  /** Tell a friend of another, who may then ask them. */
  introduce: v.strictObject({ address: onionAddressField, other: onionAddressField }),
  /** The person compared the safety phrase with their friend: mark the key as verified (or take it back). */
  setVerified: v.strictObject({ address: onionAddressField, verified: v.boolean() }),
} as const;

export interface FriendResults {
  previewFriend: FriendPreview;
  addFriend: null;
  friends: FriendView[];
  renameFriend: null;
  parting: PartingView;
  removeFriend: null;
  formerFriends: FormerFriendView[];
  formerConversation: { mine: boolean; text: string; time: number }[];
  forgetFormer: null;
  followMove: null;
  ignoreMove: null;
  requests: RequestView[];
  acceptRequest: null;
  declineRequest: null;
  block: null;
  unblock: null;
  blocked: BlockedView[];
  introduce: null;
  setVerified: null;
}

/** What two friends share, by its titles. */
export interface PartingView {
  messages: number;
  blogs: string[];
  /** Circles of ours that they belong to, and of theirs that we belong to. */
  ourCircles: string[];
  theirCircles: string[];
  /** Both belong to these by vote, and go on doing so. */
  forums: string[];
}

export interface FormerFriendView {
  address: string;
  /** What we called them. */
  name: string;
  /** When it ended. */
  time: number;
  messages: number;
  blogs: { space: string; title: string }[];
}

export interface BlockedView {
  address: string;
  /** What we called them, or what they called themselves. */
  name: string;
  time: number;
}

export interface FriendPreview {
  address: string;
  profile: ProfileView;
  safetyPhrase: string;
  encryptionKey: string;
  already: 'no' | 'friend' | 'requested' | 'asks-us';
}

export type Connection = 'unknown' | 'dialing' | 'online' | 'up-to-date' | 'unreachable';

export interface FriendView {
  address: string;
  petname: string;
  /** What the friend calls themselves. */
  name: string;
  state: 'requested' | 'friend';
  /** The proof of work is being done that their inbox asks for our letter. */
  working?: true;
  connection: Connection;
  lastSeen?: number;
  lastError?: Code;
  verified: boolean;
  safetyPhrase: string;
  keys: KeyView[];
  unreadMessages: number;
  /** Their messages are counted here only. */
  muted: boolean;
  /** They say, with the old address's own key, that this is where they are now. */
  movedTo?: { address: string; safetyPhrase: string; notNow: boolean };
}

export interface RequestView {
  address: string;
  name: string;
  note: string;
  time: number;
  safetyPhrase: string;
}
