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
>;

/** What the pages' header and the toolbar button show of a life, open or not. */
export function viewLife(life: Life | undefined): LifeView {
  if (!life) {
    return {
      unreadPosts: 0,
      unreadMessages: 0,
      pendingRequests: 0,
      publicFace: false,
      storageLevel: 'fine',
    };
  }
  const { person, publicFace } = life;
  return {
    address: person.context.me.identity.address,
    name: person.profile.name,
    unreadPosts: person.feed.unread(),
    unreadMessages: person.messages.unread(),
    pendingRequests: person.friendships.requests().length,
    publicFace,
    storageLevel: person.storage.level,
  };
}
