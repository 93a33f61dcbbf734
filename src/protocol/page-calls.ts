import type * as v from 'valibot';
import type { Code } from './codes.ts';
import { appCalls, type AppResults } from './page-calls/app.ts';
import { backupCalls, type BackupResults } from './page-calls/backup.ts';
import { conversationCalls, type ConversationResults } from './page-calls/conversations.ts';
import { firstPageCalls, type FirstPageResults } from './page-calls/first-page.ts';
import { feedCalls, type FeedResults } from './page-calls/feed.ts';
import { fileCalls, type FileResults } from './page-calls/files.ts';
import { draftCalls, type DraftResults } from './page-calls/drafts.ts';
import { forumCalls, type ForumResults } from './page-calls/forums.ts';
import { friendCalls, type FriendResults } from './page-calls/friends.ts';
import { recoveryCalls, type RecoveryResults } from './page-calls/recovery.ts';
import { searchCalls, type SearchResults } from './page-calls/search.ts';
import { spaceCalls, type SpaceResults } from './page-calls/spaces.ts';
import { refusedCalls, type RefusedResults } from './page-calls/refused.ts';
import { storageCalls, type StorageResults } from './page-calls/storage.ts';
import { profileCalls, type ProfileResults } from './page-calls/profile.ts';

export type {
  AppState,
  HostState,
  LockAfter,
  NewsChoice,
  RouteState,
  StorageMode,
} from './page-calls/app.ts';
export { lockAfterChoices, lockAfterField, newsField } from './page-calls/app.ts';
export type { MessageView } from './page-calls/conversations.ts';
export type { DraftView } from './page-calls/drafts.ts';
export type {
  FeedView,
  MentionablePerson,
  MentionView,
  PostView,
  ReactionView,
  ThreadView,
} from './page-calls/feed.ts';
export type { FirstPagePost, FirstPageView } from './page-calls/first-page.ts';
export type {
  Connection,
  FormerFriendView,
  FriendPreview,
  FriendView,
  RequestView,
} from './page-calls/friends.ts';
export type {
  AdmissionView,
  ForumListItem,
  ForumRules,
  ForumView,
  HeldBackView,
  MemberView,
  PersonView as ForumPersonView,
  ProposalView,
  SpaceAskView,
} from './page-calls/forums.ts';
export type { WordsOutcome, WordsState } from './page-calls/recovery.ts';
export type { RefusedPerson } from './page-calls/refused.ts';
export type { FoundView, MarkedView, SearchView } from './page-calls/search.ts';
export type { SpaceInfo, SpaceView } from './page-calls/spaces.ts';
export type { KeepRule, StorageLevel, StoragePart, StorageView } from './page-calls/storage.ts';
export type { KeyView, ProfileView } from './page-calls/profile.ts';

/** Pages connect with this port name; the background decides their privilege once, from the sender. */
export const pagePortName = 'page';

/** What a page may ask of the background, with the schema its arguments are decoded by. */
export const pageCalls = {
  ...appCalls,
  ...backupCalls,
  ...recoveryCalls,
  ...profileCalls,
  ...feedCalls,
  ...firstPageCalls,
  ...friendCalls,
  ...conversationCalls,
  ...spaceCalls,
  ...forumCalls,
  ...refusedCalls,
  ...storageCalls,
  ...fileCalls,
  ...draftCalls,
  ...searchCalls,
} as const;

export type PageCallName = keyof typeof pageCalls;
export type PageCallArguments<Name extends PageCallName> = v.InferOutput<(typeof pageCalls)[Name]>;

export interface PageResults
  extends
    AppResults,
    BackupResults,
    RecoveryResults,
    ProfileResults,
    FeedResults,
    FirstPageResults,
    FriendResults,
    ConversationResults,
    SpaceResults,
    ForumResults,
    RefusedResults,
    StorageResults,
    FileResults,
    DraftResults,
    SearchResults {}

/** A page's call over the port, and what comes back. */
export interface PageRequest {
  id: number;
  call: PageCallName;
  args: unknown;
}

export type PageReply =
  { id: number; ok: true; value: unknown } | { id: number; ok: false; code: Code; detail?: string };

/** What changed, so that pages ask again for just that. */
export type Topic =
  | 'state'
  | 'feed'
  | 'friends'
  | 'requests'
  | 'conversation'
  | 'profile'
  | 'spaces'
  | 'forums'
  | 'refused'
  | 'storage'
  /** More of it has been read, or there is something else to find. */
  | 'search';

export interface PageEvent {
  changed: Topic[];
}
