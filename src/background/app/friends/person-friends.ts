import type { SpaceName } from '../../../domain/space/name.ts';
import type { PeerSync } from '../../../sync/ports.ts';
import type { Context } from '../context.ts';
import type { PrivateTalk } from '../conversations/private-talk.ts';
import type { SharedCircles } from '../forums/shared-circles.ts';
import type { OwnProfile, ProfileWords } from '../self/profile.ts';
import { Blocks } from './blocks.ts';
import { FormerFriends } from './former-friends.ts';
import type { FriendBook } from './friend-book.ts';
import { FriendViews } from './friend-views.ts';
import { type FriendshipPorts, Friendships } from './friendships.ts';
import { Moves } from './moves.ts';
import { Partings } from './partings.ts';

export interface PersonFriendsParts extends FriendshipPorts {
  readonly book: FriendBook;
  readonly profile: OwnProfile;
  readonly talk: PrivateTalk;
  readonly peers: PeerSync;
  readonly circles: SharedCircles;
  /** Saves our profile and pushes it to friends. */
  readonly saveProfile: (words: ProfileWords) => Promise<void>;
  /** Whom we share with, or what, is as it is now. */
  readonly sharingChanged: () => Promise<void>;
  /** Erases a space here and at the host. */
  readonly forget: (space: SpaceName) => Promise<void>;
  /** Work nobody waits for. */
  readonly background: (work: Promise<unknown>) => void;
}

/** Whom a person knows: how that begins, changes and ends. */
export interface PersonFriends {
  readonly friendships: Friendships;
  readonly moves: Moves;
  readonly friendViews: FriendViews;
  readonly former: FormerFriends;
  readonly partings: Partings;
  readonly blocks: Blocks;
}

export function personFriends(context: Context, parts: PersonFriendsParts): PersonFriends {
  const { book, profile, talk } = parts;
  const { messages } = talk;
  const friendships = new Friendships(context, book, profile, parts);
  const moves = new Moves(context, { book, talk });
  const friendViews = new FriendViews({ ...parts, friendships, moves });
  const former = new FormerFriends(context, { ...parts, messages });
  const partings = new Partings(context, { ...parts, friendships, moves, former });
  const blocks = new Blocks(context, { book, friendships, partings });
  return { friendships, moves, friendViews, former, partings, blocks };
}
