import type { backupCalls } from '../../../protocol/page-calls/backup.ts';
import type { PageHandlers } from '../../pages/page-server.ts';
import type { Person } from '../person.ts';
import { conversationHandlers } from './conversations.ts';
import { draftHandlers } from './drafts.ts';
import { feedHandlers } from './feed.ts';
import { forumHandlers } from './forums.ts';
import { friendHandlers } from './friends.ts';
import { searchHandlers } from './search.ts';
import { spaceHandlers } from './spaces.ts';
import { refusedHandlers } from './refused.ts';
import { fileHandlers } from './files.ts';
import { storageHandlers } from './storage.ts';
import { profileHandlers } from './profile.ts';

/** The calls that need no identity, or bring one about; the others are refused until there is one. */
export type AppHandlers = Pick<
  PageHandlers,
  | 'state'
  | 'firstPage'
  | 'setKeepsNothing'
  | 'createIdentity'
  | 'recoveryWords'
  | 'setWords'
  | 'checkWords'
  | 'allWords'
  | 'unlock'
  | 'lock'
  | 'setLockAfter'
  | 'stillHere'
  | 'eraseEverything'
  | 'changePassphrase'
  | 'retry'
  | 'bridges'
  | 'setBridges'
  | 'alwaysOn'
  | 'setAlwaysOn'
  | 'testService'
  | 'setPublicFace'
  | 'setNews'
  | 'changeAddress'
  | 'pendingLink'
  | 'dropPendingLink'
  | keyof typeof backupCalls
>;

/** @param person throws CodedError `no-identity` or the reason why it can't be opened */
export function pageHandlers(app: AppHandlers, person: () => Person): PageHandlers {
  return {
    ...app,
    ...profileHandlers(person),
    ...feedHandlers(person),
    ...friendHandlers(person),
    ...conversationHandlers(person),
    ...spaceHandlers(person),
    ...forumHandlers(person),
    ...refusedHandlers(person),
    ...storageHandlers(person),
    ...fileHandlers(person),
    ...draftHandlers(person),
    ...searchHandlers(person),
  };
}
