import type { OnionAddress } from '../../../domain/address.ts';
import type { SpaceName } from '../../../domain/space/name.ts';
import type { Outbox } from '../../../sync/ports.ts';
import { conversationsWith, spacesWith } from '../access.ts';
import type { Context } from '../context.ts';
import { leaving } from '../purge-space.ts';
import type { Friend, FriendBook } from './friend-book.ts';
import type { PartingView } from '../../../protocol/page-calls/friends.ts';
import type { SharedCircles } from '../forums/shared-circles.ts';
import type { FormerFriends } from './former-friends.ts';
import type { Friendships } from './friendships.ts';
import type { Leaving } from '../self/leaving.ts';
import type { PrivateTalk } from '../conversations/private-talk.ts';
import type { Moves } from './moves.ts';
import type { OwnProfile, ProfileWords } from '../self/profile.ts';

export interface PartingsParts {
  readonly book: FriendBook;
  readonly profile: OwnProfile;
  readonly friendships: Friendships;
  readonly moves: Moves;
  readonly talk: PrivateTalk;
  readonly outbox: Outbox;
  readonly former: Pick<FormerFriends, 'note'>;
  readonly circles: Pick<SharedCircles, 'sharedWith' | 'part'>;
  /** Saves our profile and pushes it to friends. */
  readonly saveProfile: (words: ProfileWords) => Promise<void>;
  /** Erases a space here and at the host. */
  readonly forget: (space: SpaceName) => Promise<void>;
  /** Work nobody waits for. */
  readonly background: (work: Promise<unknown>) => void;
}

/** What stays of a friendship that ends. */
export interface Kept {
  readonly conversation: boolean;
  readonly blogs: boolean;
  /** Both stay in each other's circles. */
  readonly circles: boolean;
}

const nothing: Kept = { conversation: false, blogs: false, circles: false };

/** What ends: a friendship, a friend's old address, our own. */
export class Partings {
  readonly #context: Context;
  readonly #parts: PartingsParts;

  constructor(context: Context, parts: PartingsParts) {
    this.#context = context;
    this.#parts = parts;
  }

  /** What there is to choose. Throws CodedError `unknown-friend`. */
  view(address: OnionAddress): PartingView {
    const { book, talk, circles } = this.#parts;
    const { feeds, unfollowed } = book.get(address).record;
    return {
      messages: talk.messages.kept(address).length,
      blogs: feeds.filter(({ space }) => !unfollowed.includes(space)).map(({ title }) => title),
      ...circles.sharedWith(address),
    };
  }

  /** Ends the friendship: nothing is replicated any more, and what isn't kept of theirs is erased. */
  async removeFriend(address: OnionAddress, keep: Kept = nothing): Promise<void> {
    const { book, forget, former, circles } = this.#parts;
    const friend = book.get(address);
    if (!keep.circles) await circles.part(address);
    if (keep.conversation || keep.blogs) await former.note(friend, keep.blogs);
    const kept = new Set(keep.blogs ? friend.record.feeds.map(({ space }) => space) : []);
    if (keep.blogs) for (const { space } of friend.record.formerFeeds) kept.add(space);
    const gone = spacesWith(friend).flatMap(({ name }) => (kept.has(name) ? [] : [name]));
    await this.#end(friend, gone, keep.conversation);
    for (const name of gone) await forget(name);
    this.#context.changed('friends', 'feed', 'spaces', 'forums', 'state');
  }

  /** The friend is where they say from now on. What they wrote before stays readable. */
  async followMove(address: string): Promise<void> {
    const { book, moves, friendships, talk, forget, background } = this.#parts;
    const old = book.get(address);
    const { address: now, state } = await moves.follow(address);
    const gone = [old.profileName, ...conversationsWith(old)];
    await this.#end(old, gone);
    if (state === 'requested') await friendships.askAgain(now);
    background(talk.meet(now));
    for (const name of gone) await forget(name);
    this.#context.changed('friends', 'conversation', 'requests');
  }

  /** Tells friends where we are now. A request that nobody has got yet is asked from there instead. */
  async leave(leaving: Leaving): Promise<void> {
    const { book, profile, friendships, outbox, forget } = this.#parts;
    const unsent = new Set(outbox.waiting().map(({ key }) => key));
    for (const { record } of book.all()) {
      if (record.state !== 'requested' || !unsent.has(`letter/${record.address}`)) continue;
      await friendships.askAgain(record.address);
    }
    await leaving.tell(profile.name, profile.bundle, outbox);
    await leaving.erase(forget);
  }

  /** Nothing goes to this address or comes from it any more, and our profile doesn't show it. `gone` is noted with that. */
  async #end(
    { record: { address } }: Friend,
    gone: readonly SpaceName[],
    keepTalk = false,
  ): Promise<void> {
    const { book, profile, talk, moves, outbox, saveProfile } = this.#parts;
    const { words } = profile;
    const shownFriends = words.shownFriends.filter((shown) => shown.address !== address);
    if (shownFriends.length < words.shownFriends.length) {
      await saveProfile({ ...words, shownFriends });
    }
    for (const { key, delivery } of outbox.waiting()) {
      if (delivery.address === address) await outbox.cancel(key);
    }
    await book.remove(address, leaving(gone));
    await talk.forget(address, keepTalk);
    await moves.forget(address);
  }
}
