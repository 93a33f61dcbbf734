import * as v from 'valibot';
import { bridgesField } from './bridges.ts';
import type { BridgeSettings } from './bridges.ts';
import type { Code } from './codes.ts';
import { nameField, onionAddressField, textField } from './fields.ts';
import { limits } from './limits.ts';
import type { TorStatus } from './tor-status.ts';

/** Pages connect with this port name; the background decides their privilege once, from the sender. */
export const pagePortName = 'page';

const noArguments = v.strictObject({});
const friendArgument = v.strictObject({ address: onionAddressField });

/** What a page may ask of the background, with the schema its arguments are decoded by. */
export const pageCalls = {
  state: noArguments,
  createIdentity: v.strictObject({ name: nameField }),
  /** Ask again for permissions, host and Tor; what a "try again" button does. */
  retry: v.strictObject({ torPassword: v.optional(textField(200)) }),

  /** The bridges of the host's own Tor. */
  bridges: noArguments,
  setBridges: v.strictObject({ lines: bridgesField }),
  /** Whether the host keeps on the disk what it needs to come up by itself. */
  alwaysOn: noArguments,
  setAlwaysOn: v.strictObject({ on: v.boolean() }),
  /** Call at one's own address through Tor, as a friend would. */
  testService: noArguments,

  myProfile: noArguments,
  saveProfile: v.strictObject({
    name: nameField,
    about: textField(limits.aboutCharacters),
    interests: v.pipe(
      v.array(v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(limits.interestCharacters))),
      v.maxLength(limits.interests),
    ),
    /** Addresses of the friends one chooses to show to everybody. */
    shownFriends: v.pipe(v.array(onionAddressField), v.maxLength(limits.shownFriends)),
  }),
  myKeys: noArguments,
  setPublicFace: v.strictObject({ on: v.boolean() }),
  /** Begin at a new address; friends are told and asked whether to follow. The old one is not published again. */
  changeAddress: noArguments,

  writePost: v.strictObject({ text: textField(limits.postCharacters) }),
  /** Posts newest first. `before` is the `cursor` of the last item of the page before. */
  feed: v.strictObject({
    before: v.optional(textField(200)),
    limit: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(limits.feedPageItems)),
  }),
  /** Everything shown so far counts as read. */
  markFeedRead: noArguments,

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
  removeFriend: friendArgument,
  /** A friend says they have moved: keep them under the new address, with all that was written. */
  followMove: friendArgument,
  /** Rather not now. */
  ignoreMove: friendArgument,
  requests: noArguments,
  acceptRequest: v.strictObject({ address: onionAddressField, petname: nameField }),
  declineRequest: friendArgument,
  /** The person compared the safety phrase with their friend: mark the key as verified (or take it back). */
  setVerified: v.strictObject({ address: onionAddressField, verified: v.boolean() }),

  conversation: friendArgument,
  sendMessage: v.strictObject({
    address: onionAddressField,
    text: textField(limits.messageCharacters),
  }),
  markConversationRead: friendArgument,
  /** A right-click or a Network25 page that waits to be looked at. */
  pendingLink: noArguments,
  /** The person has dealt with it: it is offered no longer. */
  dropPendingLink: noArguments,
} as const;

export type PageCallName = keyof typeof pageCalls;
export type PageCallArguments<Name extends PageCallName> = v.InferOutput<(typeof pageCalls)[Name]>;

/** Where this browser lets the add-on keep its databases (DESIGN: three ways, one interface). */
export type StorageMode = 'indexeddb' | 'native' | 'memory';

export type HostState =
  | { phase: 'connecting' }
  | { phase: 'connected'; version: string }
  | { phase: 'missing'; code: Code; detail?: string };

/** How the add-on's own requests reach onions; `undecided` and `none` make no request at all. */
export type RouteState = 'undecided' | 'browser-tor' | 'host-tor' | 'none';

export interface AppState {
  phase: 'starting' | 'first-run' | 'ready' | 'failed';
  /** Why `failed`. */
  code?: Code;
  storage: StorageMode;
  host: HostState;
  tor: TorStatus;
  route: RouteState;
  /** What the browser has not been allowed yet; the first-run page leads the person to it. */
  missing: { privateWindows: boolean; onionAccess: boolean };
  address?: string;
  name?: string;
  unreadPosts: number;
  unreadMessages: number;
  pendingRequests: number;
  publicFace: boolean;
  /** A Network25 person whose page is in the active tab, or a link right-clicked, waiting to be added. */
  pendingLink: boolean;
  /** Documents from others that were refused for good, counted by reason; for diagnostics. */
  refused: Record<string, number>;
}

export interface ProfileView {
  address: string;
  name: string;
  about: string;
  interests: string[];
  shownFriends: { address: string; petname: string }[];
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
  /** They say, with the old address's own key, that this is where they are now. */
  movedTo?: { address: string; safetyPhrase: string; notNow: boolean };
}

export interface KeyView {
  use: 'identity' | 'device' | 'encryption';
  algorithm: 'Ed25519' | 'X25519';
  /** Hex, in groups of four for the eye. */
  value: string;
}

export interface RequestView {
  address: string;
  name: string;
  note: string;
  time: number;
  safetyPhrase: string;
}

export interface MessageView {
  id: string;
  mine: boolean;
  text: string;
  time: number;
  /** Our own message: still here, being sent, or stored on the friend's machine. */
  delivery?: 'waiting' | 'on-their-machine';
}

export interface ConversationView {
  address: string;
  petname: string;
  messages: MessageView[];
}

export interface PageResults {
  state: AppState;
  createIdentity: { address: string };
  retry: null;
  bridges: BridgeSettings;
  setBridges: BridgeSettings;
  alwaysOn: { on: boolean };
  setAlwaysOn: { on: boolean };
  testService: null;
  myProfile: ProfileView;
  saveProfile: null;
  myKeys: { address: string; keys: KeyView[] };
  setPublicFace: null;
  changeAddress: { address: string };
  writePost: { id: string };
  feed: FeedView;
  markFeedRead: null;
  previewFriend: FriendPreview;
  addFriend: null;
  friends: FriendView[];
  renameFriend: null;
  removeFriend: null;
  followMove: null;
  ignoreMove: null;
  requests: RequestView[];
  acceptRequest: null;
  declineRequest: null;
  setVerified: null;
  conversation: ConversationView;
  sendMessage: { id: string };
  markConversationRead: null;
  pendingLink: { link: string } | null;
  dropPendingLink: null;
}

/** A page's call over the port, and what comes back. */
export interface PageRequest {
  id: number;
  call: PageCallName;
  args: unknown;
}

export type PageReply =
  { id: number; ok: true; value: unknown } | { id: number; ok: false; code: Code; detail?: string };

/** What changed, so that pages ask again for just that. */
export type Topic = 'state' | 'feed' | 'friends' | 'requests' | 'conversation' | 'profile';

export interface PageEvent {
  changed: Topic[];
}
