import type { AppState } from '../protocol/page-calls.ts';
import type { Person } from './app/person.ts';
import { backupView, isBackupDue } from './backup/backup-record.ts';
import type { Life } from './life.ts';
import type { News, Waiting } from './news.ts';

type LifeView = Pick<
  AppState,
  | 'address'
  | 'name'
  | 'unreadPosts'
  | 'unreadMentions'
  | 'unreadMessages'
  | 'pendingRequests'
  | 'pendingAsks'
  | 'publicFace'
  | 'backupDue'
  | 'storageLevel'
  | 'news'
  | 'words'
  | 'lockAfter'
>;

const nobody: LifeView = {
  unreadPosts: 0,
  unreadMentions: 0,
  unreadMessages: 0,
  pendingRequests: 0,
  pendingAsks: 0,
  publicFace: false,
  backupDue: false,
  storageLevel: 'fine',
  news: 'off',
  words: 'written',
};

/** What the pages' header shows of a life, open or not. */
export function viewLife(life: Life | undefined): LifeView {
  if (!life) return nobody;
  const { person, publicFace, news, words, lockAfter } = life;
  const { vault, now } = person.context;
  const waiting = waitingIn(person);
  const count = (kind: News) =>
    waiting.reduce((sum, one) => (one.kind === kind ? sum + one.count : sum), 0);
  return {
    address: person.context.me.identity.address,
    name: person.profile.name,
    unreadPosts: count('posts') + count('mentions'),
    unreadMentions: count('mentions'),
    unreadMessages: count('messages'),
    pendingRequests: count('requests'),
    pendingAsks: count('asks'),
    publicFace,
    backupDue: isBackupDue(backupView(vault), person.book.all().length > 0, now()),
    storageLevel: person.storage.level,
    news,
    words,
    ...(lockAfter === undefined ? {} : { lockAfter }),
  };
}

/** All that waits to be looked at and is not muted. */
export function waitingIn(person: Person): Waiting[] {
  const { book, feed, forums, friendships, talk } = person;
  const titles = new Map<string, string>(feed.spaces.map(({ name, title }) => [name, title]));
  return [
    ...[...talk.unread()].flatMap(([address, count]): Waiting[] => {
      const friend = book.find(address);
      const page = `#conversation/${address}`;
      return friend ? [{ kind: 'messages', page, name: friend.record.petname, count }] : [];
    }),
    ...friendships.requests().map(({ address, name }): Waiting => ({
      kind: 'requests',
      page: `#friends/${address}`,
      name,
      count: 1,
    })),
    ...forums.beingAsked.asks().map(({ space }): Waiting => ({
      kind: 'asks',
      page: `#spaces/${space.name}`,
      name: space.charter.title,
      count: 1,
    })),
    ...[...feed.unreadSpaces()].flatMap(([name, unread]): Waiting[] => {
      const title = titles.get(name) ?? '';
      const where = { page: `#space/${name}`, ...(title === '' ? {} : { name: title }) };
      const mentions = feed.unreadMentions(name);
      const counts = [
        { kind: 'mentions', count: mentions },
        { kind: 'posts', count: unread - mentions },
      ] as const;
      return counts.filter(({ count }) => count > 0).map((one) => ({ ...one, ...where }));
    }),
  ];
}
