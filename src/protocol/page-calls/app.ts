import * as v from 'valibot';
import { bridgesField, type BridgeSettings } from '../bridges.ts';
import type { Code } from '../codes.ts';
import { nameField, textField } from '../fields.ts';
import type { TorStatus } from '../tor-status.ts';
import { noArguments } from './arguments.ts';
import { type WordsState, wordsField } from './recovery.ts';
import type { StorageLevel } from './storage.ts';

/** What the system tells when something comes: nothing, only that it has, or also whom and what it is from. */
export const newsField = v.picklist(['off', 'plain', 'named']);
export type NewsChoice = v.InferOutput<typeof newsField>;

/** The page counts what it takes to guess one; nobody is held to a number of letters but this. */
const passphraseField = v.pipe(textField(1_000), v.minLength(1));

/** Minutes. */
export const lockAfterChoices = [5, 15, 60] as const;
export const lockAfterField = v.picklist(lockAfterChoices);
export type LockAfter = v.InferOutput<typeof lockAfterField>;

/** The add-on itself: its beginning, its host and its Tor. */
export const appCalls = {
  state: noArguments,
  /** Before anybody begins: whether what they do stays off the disk, and is gone when the browser closes. */
  setKeepsNothing: v.strictObject({ on: v.boolean() }),
  createIdentity: v.strictObject({
    name: nameField,
    /** What the keys are kept behind from the beginning; not asked for where there is one already. */
    passphrase: v.nullable(passphraseField),
    /** Of the identity that is to come back. */
    words: v.optional(wordsField),
  }),
  unlock: v.strictObject({ passphrase: passphraseField }),
  /** Closes everything that the passphrase opens; does nothing without one. */
  lock: noArguments,
  /** Locks by itself after so many minutes in which nobody used it, or never. */
  setLockAfter: v.strictObject({ minutes: v.nullable(lockAfterField) }),
  /** Everything of the person goes, the keys first; the add-on starts anew, and its pages close. */
  eraseEverything: noArguments,
  /** Somebody uses a page. */
  stillHere: noArguments,
  /** From now on by `next`, or without a passphrase; `now` is what holds, if one does. */
  changePassphrase: v.strictObject({ now: textField(1_000), next: v.nullable(passphraseField) }),
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
  setPublicFace: v.strictObject({ on: v.boolean() }),
  /** Whether the system is to tell when something comes; the browser has to allow it besides. */
  setNews: v.strictObject({ news: newsField }),
  /** Begin at a new address; friends are told and asked whether to follow. The old one is not published again. */
  changeAddress: noArguments,
  /** A right-click or a Network25 page that waits to be looked at. */
  pendingLink: noArguments,
  /** The person has dealt with it: it is offered no longer. */
  dropPendingLink: noArguments,
} as const;

export interface AppResults {
  state: AppState;
  setKeepsNothing: null;
  createIdentity: { address: string };
  unlock: null;
  lock: null;
  setLockAfter: null;
  stillHere: null;
  eraseEverything: null;
  changePassphrase: null;
  retry: null;
  bridges: BridgeSettings;
  setBridges: BridgeSettings;
  alwaysOn: { on: boolean };
  setAlwaysOn: { on: boolean };
  testService: null;
  setPublicFace: null;
  setNews: null;
  changeAddress: { address: string };
  pendingLink: { link: string } | null;
  dropPendingLink: null;
}

/** Where this browser lets the add-on keep its databases (DESIGN: three ways, one interface). */
export type StorageMode = 'indexeddb' | 'native' | 'memory';

export type HostState =
  | { phase: 'connecting' }
  | { phase: 'connected'; version: string }
  | { phase: 'missing'; code: Code; detail?: string };

/** How the add-on's own requests reach onions; `undecided` and `none` make no request at all. */
export type RouteState = 'undecided' | 'browser-tor' | 'host-tor' | 'none';

export interface AppState {
  phase: 'starting' | 'first-run' | 'locked' | 'ready' | 'failed';
  /** Why `failed`. */
  code?: Code;
  /** What that is about, in words or numbers of ours. */
  detail?: string;
  /** While `starting`: how many of the person's spaces have been read, of how many. */
  opening?: { done: number; of: number };
  storage: StorageMode;
  /** Nothing is on the disk, by the person's choice. */
  keepsNothing: boolean;
  /** Whether the keys are kept behind one. */
  passphrase: boolean;
  words: WordsState;
  /** Minutes without use after which it locks by itself. */
  lockAfter?: LockAfter;
  /** Why the host still keeps something of who erased everything. */
  notErased?: Code;
  host: HostState;
  tor: TorStatus;
  route: RouteState;
  /** What the browser has not been allowed yet; the first-run page leads the person to it. */
  missing: { privateWindows: boolean; onionAccess: boolean };
  address?: string;
  name?: string;
  /** Of these, none of what is muted. */
  unreadPosts: number;
  /** Of those, the ones that speak of the person. */
  unreadMentions: number;
  unreadMessages: number;
  pendingRequests: number;
  /** Friends ask us to join a space. */
  pendingAsks: number;
  publicFace: boolean;
  /** The last backup is too old, or there is none and something to lose. */
  backupDue: boolean;
  /** As last measured. */
  storageLevel: StorageLevel;
  /** What the system tells when something comes. */
  news: NewsChoice;
  /** A Network25 person whose page is in the active tab, or a link right-clicked, waiting to be added. */
  pendingLink: boolean;
}
