import type { OnionAddress } from '../../../domain/address.ts';
import { formatSpaceLink, parseSpaceLink } from '../../../domain/space/link.ts';
import type { SpaceName } from '../../../domain/space/name.ts';
import type { Feed } from '../feed/feed.ts';
import type { FormerFriends } from '../friends/former-friends.ts';
import type { FriendBook } from '../friends/friend-book.ts';
import type { OwnProfile, ProfileWords } from '../self/profile.ts';
import { leaving, leftover } from '../purge-space.ts';
import type { PublicLife } from './public-life.ts';

export interface SpaceDeskParts {
  readonly publics: PublicLife;
  readonly book: FriendBook;
  readonly feed: Feed;
  readonly profile: OwnProfile;
  readonly former: Pick<FormerFriends, 'dropBlog'>;
  readonly changed: () => void;
  /** Whom we share with, or what, is as it is now. */
  readonly sharingChanged: () => Promise<void>;
  readonly saveProfile: (words: ProfileWords) => Promise<void>;
  /** Erases a space here and at the host. */
  readonly forget: (space: SpaceName) => Promise<void>;
  /** Work nobody waits for. */
  readonly background: (work: Promise<unknown>) => void;
}

/** What a person does with public spaces. Its methods throw as `PublicSpaces` and `OwnBlogs` do. */
export class SpaceDesk {
  readonly #parts: SpaceDeskParts;

  constructor(parts: SpaceDeskParts) {
    this.#parts = parts;
  }

  async createBlog(title: string): Promise<SpaceName> {
    const space = await this.#parts.publics.spaces.blogs.create(title);
    await this.#listedAnew();
    return space;
  }

  async renameBlog(space: SpaceName, title: string): Promise<void> {
    await this.#parts.publics.spaces.blogs.rename(space, title);
    await this.#listedAnew();
  }

  async createForum(title: string): Promise<SpaceName> {
    const space = await this.#parts.publics.spaces.foundForum(title);
    await this.#listedAnew();
    return space;
  }

  async follow(link: string): Promise<SpaceName> {
    const wanted = parseSpaceLink(link);
    const known = this.#parts.feed.spaces.find(
      ({ name }) => wanted.ok && name === wanted.value.space,
    );
    // Its authors have it, by whichever author's address the link leads there.
    if (known?.kind === 'project-blog') return known.name;
    const { space } = await this.#parts.publics.spaces.follow(link);
    await this.#changed();
    return space;
  }

  /** What a friend's profile lists: a blog of theirs, or a forum that they carry. */
  async followListed(address: OnionAddress, space: SpaceName): Promise<void> {
    const { book } = this.#parts;
    const { feeds, unfollowed } = book.get(address).record;
    if (!feeds.some((feed) => feed.space === space)) {
      await this.follow(formatSpaceLink({ host: address, space }));
      return;
    }
    const rest = unfollowed.filter((name) => name !== space);
    await book.update(address, { unfollowed: rest }, [[leftover(space), undefined]]);
  }

  async unfollow(space: SpaceName): Promise<void> {
    const { book, publics, former, forget } = this.#parts;
    if (publics.spaces.find(space)) {
      await publics.spaces.leave(space);
      await this.#listedAnew();
    } else {
      const friend = book
        .all()
        .find(({ record }) => record.feeds.some((feed) => feed.space === space));
      if (!friend) {
        await former.dropBlog(space);
        return forget(space);
      }
      const { address, unfollowed } = friend.record;
      await book.update(address, { unfollowed: [...unfollowed, space] }, leaving([space]));
      await this.#changed();
    }
    await forget(space);
  }

  async showForum(space: SpaceName, shown: boolean): Promise<void> {
    await this.#parts.publics.spaces.show(space, shown);
    await this.#listedAnew();
  }

  async mutePerson(address: OnionAddress, muted: boolean, carried: boolean): Promise<void> {
    const { publics, feed, background } = this.#parts;
    const { mutes } = publics.spaces;
    await (muted ? mutes.mutePerson(address, carried) : mutes.unmutePerson(address));
    publics.forums.hide();
    await feed.refresh();
    if (muted && !carried) background(publics.eraseNotCarried());
    this.#parts.changed();
  }

  async #listedAnew(): Promise<void> {
    const { profile, saveProfile } = this.#parts;
    await saveProfile(profile.words);
    await this.#changed();
  }

  async #changed(): Promise<void> {
    await this.#parts.sharingChanged();
    this.#parts.changed();
  }
}
