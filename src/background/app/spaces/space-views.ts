import { parseAddress, type OnionAddress } from '../../../domain/address.ts';
import { formatSpaceLink } from '../../../domain/space/link.ts';
import { CodedError } from '../../../protocol/codes.ts';
import type { SpaceInfo, SpaceView } from '../../../protocol/page-calls.ts';
import type { SpaceSync } from '../../../protocol/page-calls/spaces.ts';
import type { OwnSpaces } from '../access.ts';
import type { Feed } from '../feed/feed.ts';
import type { FormerFriends } from '../friends/former-friends.ts';
import type { FriendBook } from '../friends/friend-book.ts';
import { membersView, pastView } from '../forums/member-views.ts';
import { namingOf } from '../forums/naming.ts';
import { rulesView } from '../forums/rules-view.ts';
import type { OpenSpace } from './open-space.ts';
import { ProjectBlogSpace } from './project-blog-space.ts';
import type { PublicRecord } from './public-records.ts';
import type { PublicSpaces } from './public-spaces.ts';

export interface SpaceViewsParts {
  readonly me: OnionAddress;
  readonly own: OwnSpaces;
  readonly book: FriendBook;
  readonly feed: Feed;
  readonly publics: PublicSpaces;
  readonly former: Pick<FormerFriends, 'all'>;
  readonly nameOf: (address: OnionAddress) => string | undefined;
  readonly syncOf: (space: string) => SpaceSync | undefined;
}

/** The spaces as pages show them. */
export class SpaceViews {
  readonly #parts: SpaceViewsParts;

  constructor(parts: SpaceViewsParts) {
    this.#parts = parts;
  }

  /** What is read here, and after it what friends list and we don't read. */
  all(): SpaceView[] {
    const open = this.#parts.feed.spaces.map((space) => this.#view(space));
    const known = new Set(open.map(({ name }) => name));
    const listed = new Map(
      this.#listed()
        .filter(({ name }) => !known.has(name))
        .map((view) => [view.name, view]),
    );
    return [...open, ...listed.values()];
  }

  /** Throws CodedError `unknown-space`. */
  one(name: string): SpaceInfo {
    const view = this.all().find((space) => space.name === name);
    if (!view) throw new CodedError('unknown-space');
    const { publics, own, feed } = this.#parts;
    const record = publics.find(name);
    const open = feed.spaces.find((space) => space.name === name);
    return {
      ...view,
      posts: open?.posts.size ?? 0,
      ...this.#authors(open),
      ...this.#sync(view),
      ...this.#link(view, record, open),
      ...(record?.kind === 'public-forum' ? { shown: record.shown } : {}),
      mayLeave: view.by === 'friend' || view.by === 'followed',
      mayRename: name === own.feed || publics.blogs.has(name),
    };
  }

  /** Of what anybody may read; a blog at its owner's address, a forum at ours, who carry it. */
  #link(
    { by, owner }: SpaceView,
    record: PublicRecord | undefined,
    open: OpenSpace | undefined,
  ): Pick<SpaceInfo, 'link'> {
    if (record) return { link: this.#parts.publics.linkOf(record) };
    const host = parseAddress(owner ?? '');
    const isPublic = (open?.kind === 'blog' && by !== 'listed') || open?.kind === 'project-blog';
    return isPublic
      ? { link: formatSpaceLink({ host: host.ok ? host.value : this.#parts.me, space: open.name }) }
      : {};
  }

  /** Of what others write, too. */
  #sync({ name, kind, by }: SpaceView): Pick<SpaceInfo, 'sync'> {
    const sync = by === 'own' && kind === 'blog' ? undefined : this.#parts.syncOf(name);
    return sync ? { sync } : {};
  }

  #authors(open: OpenSpace | undefined): Pick<SpaceInfo, 'authors'> {
    if (!(open instanceof ProjectBlogSpace) || !open.assembly) return {};
    const { charter, assembly } = open;
    const naming = namingOf(this.#parts);
    const people = membersView(assembly, naming);
    return {
      authors: { people, past: pastView(assembly, naming), rules: rulesView(charter, assembly) },
    };
  }

  #view(space: OpenSpace): SpaceView {
    const { feed, publics } = this.#parts;
    const { name, kind, title } = space;
    return {
      name,
      kind,
      title,
      ...this.#owner(space),
      unread: feed.unread(name),
      ...mentionsOf(feed.unreadMentions(name)),
      muted: publics.mutes.isMuted(name),
      mayWrite: space.write !== undefined,
    };
  }

  #owner({ name, kind }: OpenSpace): Pick<SpaceView, 'by' | 'owner' | 'ownerName'> {
    const { own, publics, book, me } = this.#parts;
    const record = publics.find(name);
    if (record) {
      return record.kind === 'blog'
        ? { by: 'followed', ...this.#named(record.owner) }
        : { by: 'followed' };
    }
    const friend = book
      .all()
      .find(({ record: { feeds, formerFeeds } }) =>
        [...feeds, ...formerFeeds].some(({ space }) => space === name),
      );
    if (friend) return { by: 'friend', ...this.#named(friend.record.address) };
    const former = this.#parts.former
      .all()
      .find(({ blogs }) => blogs.some(({ space }) => space === name));
    if (former) return { by: 'followed', owner: former.address, ownerName: former.name };
    const isOurs = name === own.feed || kind === 'blog';
    return isOurs ? { by: 'own', ...this.#named(me) } : { by: 'member' };
  }

  #listed(): SpaceView[] {
    return this.#parts.book.all().flatMap(({ record }) => {
      const view = (
        { space: name, title }: { space: string; title: string },
        kind: SpaceView['kind'],
      ): SpaceView => ({
        name,
        kind,
        title,
        by: 'listed',
        unread: 0,
        muted: false,
        mayWrite: false,
        ...this.#named(record.address),
      });
      if (record.state !== 'friend') return [];
      return [
        ...record.feeds
          .filter(({ space }) => record.unfollowed.includes(space))
          .map((listing) => view(listing, 'blog')),
        ...record.forums.map((listing) => view(listing, 'public-forum')),
      ];
    });
  }

  #named(owner: OnionAddress): Pick<SpaceView, 'owner' | 'ownerName'> {
    const ownerName = this.#parts.nameOf(owner);
    return ownerName === undefined ? { owner } : { owner, ownerName };
  }
}

const mentionsOf = (mentions: number): Pick<SpaceView, 'mentions'> =>
  mentions > 0 ? { mentions } : {};
