import type { OnionAddress } from '../../../domain/address.ts';
import type { OwnSpaces } from '../access.ts';
import type { Context } from '../context.ts';
import type { Friend } from '../friends/friend-book.ts';
import type { FriendRecord } from '../records.ts';
import type { OwnChain } from '../self/own-chain.ts';
import { BlogSpace, type BlogSource } from './blog-space.ts';

/** All public blogs that are read here: our own, those of our former addresses, and friends'. */
export class Blogs {
  readonly #context: Context;
  readonly #own: OwnSpaces;
  readonly #chain: OwnChain;
  #open = new Map<string, BlogSpace>();

  /** @param chain our own, in our own feed */
  constructor(context: Context, own: OwnSpaces, chain: OwnChain) {
    this.#context = context;
    this.#own = own;
    this.#chain = chain;
  }

  /** As they are now; what was read of them already is kept. */
  of(friends: readonly Friend[]): BlogSpace[] {
    const audience = friends.filter(({ record }) => record.state === 'friend').length;
    const sources = [
      ...this.#ownSources(() => audience),
      ...friends.flatMap(({ record }) => sourcesOf(record)),
    ];
    const open = sources.map(
      (source) => new BlogSpace(this.#context, source, this.#open.get(source.space)),
    );
    this.#open = new Map(open.map((blog) => [blog.name, blog]));
    return open;
  }

  #ownSources(audience: () => number): BlogSource[] {
    const author: OnionAddress = this.#context.me.identity.address;
    const { feed, former } = this.#own;
    return [
      { space: feed, owner: author, author, chain: this.#chain, audience },
      ...former.map(({ address: owner, feed: { space } }) => ({ space, owner, author, audience })),
    ];
  }
}

/** What a friend writes, and what they wrote at addresses they have left. */
function sourcesOf({ address, feeds, formerFeeds }: FriendRecord): BlogSource[] {
  return [
    ...feeds.map(({ space }) => ({ space, owner: address, author: address })),
    ...formerFeeds.map(({ space, owner }) => ({ space, owner, author: address })),
  ];
}
