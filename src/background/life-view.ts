import type { AppState } from '../protocol/page-calls.ts';
import type { Life } from './life.ts';

type LifeView = Pick<
  AppState,
  | 'address'
  | 'name'
  | 'unreadPosts'
  | 'unreadMessages'
  | 'pendingRequests'
  | 'publicFace'
  | 'storageLevel'
  | 'news'
>;

const nobody: LifeView = {
  unreadPosts: 0,
  unreadMessages: 0,
  pendingRequests: 0,
  publicFace: false,
  storageLevel: 'fine',
  news: false,
};

/** What the pages' header and the toolbar button show of a life, open or not. */
export function viewLife(life: Life | undefined): LifeView {
  if (!life) return nobody;
  const { person, publicFace, news } = life;
  return {
    address: person.context.me.identity.address,
    name: person.profile.name,
    unreadPosts: person.feed.unread(),
    unreadMessages: person.messages.unread(),
    pendingRequests: person.friendships.requests().length,
    publicFace,
    storageLevel: person.storage.level,
    news,
  };
}
