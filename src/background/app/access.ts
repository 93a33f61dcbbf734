import { toBase64Url } from '../../domain/bytes.ts';
import type { SpaceName } from '../../domain/space/name.ts';
import type { AccessList, PeerAccess, SpaceAccess } from '../../protocol/access-list.ts';
import type { Peer, PeerSpace } from '../../sync/ports.ts';
import type { Friend } from './friends/friend-book.ts';
import type { OwnFormerRecord } from './records.ts';

/** The wire names of the person's own spaces. */
export interface OwnSpaces {
  readonly profile: SpaceName;
  readonly feed: SpaceName;
  readonly inbox: SpaceName;
  /** What we wrote at addresses we have left. */
  readonly former: readonly OwnFormerRecord[];
}

/**
 * Who may do what at our onion door. Our profile and feed are everybody's to read, the inbox is
 * anybody's to write to. A friend (and someone we have asked to be one) also shares the conversation,
 * and may bring their own profile and feeds to us; nobody else learns that we keep those. A feed from an
 * address that we have left is for those who were there: to others it would tell that address.
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
  for (const { feed } of own.former) {
    spaces.push({ name: feed.space, door: 'signed', readers: 'peers' });
  }
  const peers: PeerAccess[] = [];
  for (const friend of friends) {
    const theirs = signedSpacesOf(friend);
    const remembered = own.former.filter(({ left }) => friend.record.since <= left);
    spaces.push({ name: friend.conversation.name, door: 'sealed', readers: 'peers' });
    for (const name of theirs) spaces.push({ name, door: 'signed', readers: 'peers' });
    peers.push({
      address: friend.record.address,
      device: toBase64Url(friend.bundle.device),
      read: [
        own.profile,
        own.feed,
        friend.conversation.name,
        ...remembered.map(({ feed }) => feed.space),
      ],
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
      kind: 'friend',
      device: friend.bundle.device,
      lastSeen: friend.record.lastSeen ?? undefined,
      // Ours are not pulled from them (they don't offer them) but pushed to them.
      spaces: [...spacesWith(friend), ...ownSharedSpaces(own)],
    }));
}

/** What everybody may have of us. */
function ownSharedSpaces(own: OwnSpaces): PeerSpace[] {
  return [own.profile, own.feed].map((name) => ({ name, door: 'signed' }));
}

/** What we have of our own: what everybody may have, and what we wrote at addresses we have left. */
export function ownKeptSpaces(own: OwnSpaces): PeerSpace[] {
  const former = own.former.map(({ feed }) => ({ name: feed.space, door: 'signed' as const }));
  return [...ownSharedSpaces(own), ...former];
}

/** What we keep because of this friend. */
export function spacesWith(friend: Friend): PeerSpace[] {
  return [
    ...signedSpacesOf(friend).map((name) => ({ name, door: 'signed' as const })),
    { name: friend.conversation.name, door: 'sealed' },
  ];
}

function signedSpacesOf(friend: Friend): SpaceName[] {
  const { feeds, formerFeeds } = friend.record;
  return [friend.profileName, ...[...feeds, ...formerFeeds].map((feed) => feed.space)];
}
