import type { Code } from '../../protocol/codes.ts';
import type { Outbox, PeerState, PeerSync } from '../../sync/ports.ts';
import type { Context } from './context.ts';
import type { FriendBook } from './friends/friend-book.ts';
import type { FriendViews } from './friends/friend-views.ts';
import type { Friendships } from './friends/friendships.ts';
import type { PrivateTalk } from './conversations/private-talk.ts';
import type { PublicLife } from './spaces/public-life.ts';

/** What a person wants to hear from the network. */
export interface PersonEvents {
  /** A friend's connection changed. */
  readonly peerState: (address: string, state: PeerState) => void;
  /** Their inbox took our letter. */
  readonly delivered: (address: string) => void;
  /** Their door refused our letter for good. */
  readonly undeliverable: (address: string, code: Code) => void;
  /** They came to our door, and proved who they are. */
  readonly seen: (address: string) => void;
}

export interface PeerEventsParts {
  readonly book: FriendBook;
  readonly friendships: Friendships;
  readonly friendViews: FriendViews;
  readonly talk: PrivateTalk;
  readonly peers: Pick<PeerSync, 'wake'>;
  readonly outbox: Pick<Outbox, 'wake'>;
  readonly publics: Pick<PublicLife, 'met'>;
  /** The door of a member who is no friend speaks with another device than we know. */
  readonly memberChanged: (address: string) => void;
  /** Work nobody waits for. */
  readonly background: (work: Promise<unknown>) => void;
}

/** What follows from the news of the network. */
export function peerEvents(context: Context, parts: PeerEventsParts): PersonEvents {
  const { book, friendships, friendViews, talk, peers, outbox, publics, background } = parts;
  const { memberChanged } = parts;
  return {
    peerState(address, { code, connection }) {
      context.changed('friends');
      publics.met(address, connection === 'online' || connection === 'up-to-date');
      const friend = book.find(address);
      if (code === 'device-changed') {
        if (friend) background(friendships.lookAgain(friend.record.address));
        else memberChanged(address);
      }
      if (connection !== 'online' && connection !== 'up-to-date') return;
      background(book.seen(address, context.now()));
      // One that has just come up gets what waited for it.
      background(talk.meet(address));
    },
    // An inbox takes letters only where its owner is.
    delivered(address) {
      peers.wake(address);
      context.changed('friends');
    },
    // The page shows why.
    undeliverable(address, code) {
      friendViews.undeliverable(address, code);
      context.changed('friends');
    },
    // Who proves to us who they are wants to be friends.
    seen(address) {
      background(
        friendships.becomeFriends(address).then(() => {
          peers.wake(address);
          outbox.wake(address);
        }),
      );
    },
  };
}
