import type { SpaceView } from '../../protocol/page-calls.ts';
import type { IconName } from '../../ui/components/icon.tsx';
import type { MessageKey } from '../../ui/i18n/message-key.ts';

type SpaceKind = SpaceView['kind'];

/** What a kind of space is called, in one or two words. */
export const kindKey: Record<SpaceKind, MessageKey> = {
  blog: 'space_blog',
  'public-forum': 'space_public_forum',
  'project-blog': 'space_project_blog',
  'restricted-blog': 'space_restricted_blog',
  'private-forum': 'space_private_forum',
  'friends-feed': 'space_friends_feed',
  'private-blog': 'space_private_blog',
  list: 'space_list',
};

/** Who reads and who writes there, in a sentence. */
export const kindTextKey: Record<SpaceKind, MessageKey> = {
  blog: 'space_blog_text',
  'public-forum': 'space_public_forum_text',
  'project-blog': 'space_project_blog_text',
  'restricted-blog': 'space_restricted_blog_text',
  'private-forum': 'space_private_forum_text',
  'friends-feed': 'space_friends_feed_text',
  'private-blog': 'space_private_blog_text',
  list: 'space_list_text',
};

/** Whether anybody at all may read what is written there. */
export function isPublic(kind: SpaceKind): boolean {
  return kind === 'blog' || kind === 'public-forum' || kind === 'project-blog';
}

/** Whether those who belong to it are called its authors. */
export function isByAuthors(kind: SpaceKind): boolean {
  return kind === 'project-blog' || kind === 'restricted-blog';
}

/** Where what is written is an article rather than a word among others. */
export function mayHaveTitle(kind: SpaceKind): boolean {
  return kind === 'blog' || kind === 'private-blog' || isByAuthors(kind);
}

export function iconOf(kind: SpaceKind): IconName {
  return isPublic(kind) ? 'globe' : 'lock';
}
