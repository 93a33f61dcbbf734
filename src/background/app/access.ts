import type { SpaceName } from '../../domain/space/name.ts';
import type { AccessList, PeerAccess, SpaceAccess } from '../../protocol/access-list.ts';
import type { Peer, PeerSpace } from '../../sync/ports.ts';
import type { Friend } from './friend-book.ts';

/** The wire names of the person's own spaces. */
export interface OwnSpaces {
  readonly profile: SpaceName;
  readonly feed: SpaceName;
  readonly inbox: SpaceName;
}

/**
 * Who may do what at our onion door. Our profile and feed are everybody's to read, the inbox is
 * anybody's to write to. A friend (and someone we have asked to be one) also shares the conversation,
 * and may bring their own profile and feeds to us; nobody else learns that we keep those.
 */
export function accessListFor(
  own: OwnSpaces,
  friends: readonly Friend[],
  version: number,
): AccessList {
  const spaces: SpaceAccess[] = [
    { name: own.profile, door: 'signed', readers: 'anyone' },
    { name: own.feed, door: 'signed', readers: 'anyone' },
    { name: own.inbox, door: 'inbox', readers: 'nobody' },
  ];
  const peers: PeerAccess[] = [];
  for (const friend of friends) {
    const theirs = signedSpacesOf(friend);
    spaces.push({ name: friend.conversation.name, door: 'sealed', readers: 'peers' });
    for (const name of theirs) spaces.push({ name, door: 'signed', readers: 'peers' });
    peers.push({
      address: friend.record.address,
      tokenHash: friend.theirTokenHash,
      read: [own.profile, own.feed, friend.conversation.name],
      write: [friend.conversation.name, ...theirs],
    });
  }
  return { version, spaces, peers };
}

/** Whom we dial, and what we replicate with each. Someone who hasn't answered yet is not dialled. */
export function peersFor(own: OwnSpaces, friends: readonly Friend[]): Peer[] {
  return friends
    .filter((friend) => friend.record.state === 'friend')
    .map((friend) => ({
      address: friend.record.address,
      token: friend.ourToken,
      lastSeen: friend.record.lastSeen ?? undefined,
      // Ours are not pulled from them (they don't offer them) but pushed to them.
      spaces: [...spacesWith(friend), ...ownSharedSpaces(own)],
    }));
}

/** What everybody may have of us. */
export function ownSharedSpaces(own: OwnSpaces): PeerSpace[] {
  return [own.profile, own.feed].map((name) => ({ name, door: 'signed' }));
}

/** What we keep because of this friend. */
export function spacesWith(friend: Friend): PeerSpace[] {
  return [
    ...signedSpacesOf(friend).map((name) => ({ name, door: 'signed' as const })),
    { name: friend.conversation.name, door: 'sealed' },
  ];
}

function signedSpacesOf(friend: Friend): SpaceName[] {
  return [friend.profileName, ...friend.record.feeds.map((feed) => feed.space)];
}
