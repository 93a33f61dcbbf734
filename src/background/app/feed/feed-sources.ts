import type { OnionAddress } from '../../../domain/address.ts';
import type { OwnSpaces } from '../access.ts';
import type { FeedSource } from './feed.ts';
import type { Friend } from '../friends/friend-book.ts';
import type { FriendRecord } from '../records.ts';

/** All feeds that are read here: our own, those of our former addresses, and friends'. */
export function feedSources(
  me: { readonly address: OnionAddress; readonly name: string },
  own: OwnSpaces,
  friends: readonly Friend[],
): FeedSource[] {
  const { address: author, name } = me;
  return [
    { space: own.feed, owner: author, author, name },
    ...own.former.map(({ address: owner, feed }) => ({ space: feed.space, owner, author, name })),
    ...friends.flatMap(({ record }) => sourcesOf(record)),
  ];
}

/** What a friend writes, and what they wrote at addresses they have left. */
function sourcesOf({ address, petname, feeds, formerFeeds }: FriendRecord): FeedSource[] {
  return [
    ...feeds.map(({ space }) => ({ space, owner: address, author: address, name: petname })),
    ...formerFeeds.map(({ space, owner }) => ({ space, owner, author: address, name: petname })),
  ];
}
