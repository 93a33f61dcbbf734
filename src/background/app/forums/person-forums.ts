import type { PeerSync } from '../../../sync/ports.ts';
import type { Context } from '../context.ts';
import type { Feed } from '../feed/feed.ts';
import type { Letters } from './asking.ts';
import { ForumViews } from './forum-views.ts';
import { type ForumPorts, Forums } from './forums.ts';

export interface PersonForumsParts extends Pick<
  ForumPorts,
  'book' | 'onSharing' | 'forget' | 'later' | 'fetchProfile'
> {
  readonly feed: Feed;
  readonly letters: Letters;
  readonly peers: PeerSync;
  /** Work nobody waits for. */
  readonly background: (work: Promise<unknown>) => void;
}

/** The spaces with members that a person has to do with, and how pages show them. */
export interface PersonForums {
  readonly forums: Forums;
  readonly forumViews: ForumViews;
}

export function personForums(context: Context, parts: PersonForumsParts): PersonForums {
  const { book, feed, peers, background } = parts;
  const forums = new Forums(context, {
    ...parts,
    push: (space, documents) => background(peers.push(space, documents)),
    onRead: (space) => feed.read(space),
  });
  return { forums, forumViews: new ForumViews(context, { book, forums, feed }) };
}
