import type { OnionAddress } from '../../../domain/address.ts';
import type { OwnSpaces } from '../access.ts';
import type { Context } from '../context.ts';
import { formerRecords } from '../friends/former-friends.ts';
import type { Friend } from '../friends/friend-book.ts';
import type { FriendRecord } from '../records.ts';
import type { SpaceName } from '../../../domain/space/name.ts';
import type { PublicSpaces } from './public-spaces.ts';
import { BlogSpace, type BlogSource } from './blog-space.ts';

/** All public blogs that are read here: our own, those of our former addresses, and friends'. */
export class Blogs {
  readonly #context: Context;
  readonly #own: OwnSpaces;
  readonly #spaces: PublicSpaces;
  #open = new Map<string, BlogSpace>();

  constructor(context: Context, own: OwnSpaces, spaces: PublicSpaces) {
    this.#context = context;
    this.#own = own;
    this.#spaces = spaces;
  }

  /** As they are now; what was read of them already is kept. */
  of(friends: readonly Friend[]): BlogSpace[] {
    const audience = friends.filter(({ record }) => record.state === 'friend').length;
    const sources = [
      ...this.#ownSources(() => audience),
      ...friends.flatMap(({ record }) => sourcesOf(record)),
      ...this.#formerFriends(),
      ...this.#spaces
        .followed()
        .filter(({ kind }) => kind === 'blog')
        .map(({ space, owner, title }) => ({ space, owner, author: owner, title })),
    ];
    // A blog that is followed may be a friend's by now.
    const once = [
      ...new Map(sources.toReversed().map((source) => [source.space, source])).values(),
    ];
    const open = once.map(
      (source) => new BlogSpace(this.#context, source, this.#open.get(source.space)),
    );
    this.#open = new Map(open.map((blog) => [blog.name, blog]));
    return open;
  }

  /** What was kept of theirs. */
  #formerFriends(): BlogSource[] {
    return formerRecords(this.#context).flatMap(({ address, blogs }) =>
      blogs.map(({ space, owner, title }) => ({ space, owner, author: address, title })),
    );
  }

  #ownSources(audience: () => number): BlogSource[] {
    const author: OnionAddress = this.#context.me.identity.address;
    const { feed, former } = this.#own;
    const { blogs } = this.#spaces;
    const chainIn = (space: SpaceName) => this.#spaces.chainIn(space);
    return [
      { space: feed, owner: author, author, chain: chainIn(feed), audience },
      ...blogs.all().map(({ space, title }) => ({
        space,
        owner: author,
        author,
        title,
        chain: chainIn(space),
        audience,
      })),
      ...blogs
        .former()
        .map(({ space, owner, title }) => ({ space, owner, author, title, audience })),
      ...former.map(({ address: owner, feed: { space } }) => ({ space, owner, author, audience })),
    ];
  }
}

/** What a friend writes, and what they wrote at addresses they have left. */
function sourcesOf({ address, feeds, unfollowed, formerFeeds }: FriendRecord): BlogSource[] {
  return [
    ...feeds
      .filter(({ space }) => !unfollowed.includes(space))
      .map(({ space, title }) => ({ space, owner: address, author: address, title })),
    ...formerFeeds.map(({ space, owner }) => ({ space, owner, author: address })),
  ];
}
