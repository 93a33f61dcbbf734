import type { OnionAddress } from '../../domain/address.ts';
import { toBase64Url } from '../../domain/bytes.ts';
import type { GateKey } from '../../domain/document/gated.ts';
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

/** A space that we are a member of, sealed or in the clear, and its other members, friends or not. */
export interface SharedSpace {
  readonly name: SpaceName;
  /** `signed`: anybody may read it. */
  readonly door: 'signed' | 'gated';
  /** Of its late epochs; lent to the host. None of what lies in the clear. */
  readonly gates: readonly GateKey[];
  readonly members: readonly Member[];
  /** We have left it: the others may fetch what they don't have, and nothing else. */
  readonly ended: boolean;
}

export interface Member {
  readonly address: OnionAddress;
  /** The key that they have brought into the space's log. */
  readonly device: Uint8Array;
}

/** What is public beside our profile and first blog. */
export interface PublicSharing {
  /** Our other blogs. */
  readonly blogs: readonly SpaceName[];
  /** Blogs of strangers and of former friends, which we read and don't pass on. */
  readonly kept: readonly SpaceName[];
  /** Public forums that we carry for whoever asks. */
  readonly forums: readonly SpaceName[];
  /** What this friend has of these, too, and tells us of. */
  readonly sharedWith: (friend: Pick<Friend, 'record'>) => readonly PeerSpace[];
}

/** All that we share with anybody. */
export interface Sharing {
  /** There is no room for what others publish: only what people say to us in private is taken. */
  readonly full?: boolean | undefined;
  readonly own: OwnSpaces;
  readonly friends: readonly Friend[];
  readonly shared: readonly SharedSpace[];
  readonly publics: PublicSharing;
}

/**
 * Who may do what at our onion door. Our profile and feed are everybody's to read, the inbox is
 * anybody's to write to. A friend (and someone we have asked to be one) also shares the conversation,
 * and may bring their own profile and feeds to us; nobody else learns that we keep those. A feed from an
 * address that we have left is for those who were there: to others it would tell that address. Who is a
 * member of a sealed space reads and writes there, and nothing else unless they are a friend. To a public forum
 * anybody may bring documents, which wait to be judged.
 */
export function accessListFor(
  { own, friends, shared, publics, full = false }: Sharing,
  version: number,
): AccessList {
  const spaces: SpaceAccess[] = [
    { name: own.profile, door: 'signed', readers: 'anyone' },
    { name: own.feed, door: 'signed', readers: 'anyone' },
    { name: own.inbox, door: 'inbox', readers: 'nobody' },
  ];
  for (const name of publics.blogs) spaces.push({ name, door: 'signed', readers: 'anyone' });
  for (const name of publics.forums) {
    const brought = full ? {} : { staged: true, writers: 'anyone' as const };
    spaces.push({ name, door: 'signed', readers: 'anyone', ...brought });
  }
  for (const { feed } of own.former) {
    spaces.push({ name: feed.space, door: 'signed', readers: 'peers' });
  }
  const peers = new Map<string, Rights>();
  for (const friend of friends) {
    const theirs = signedSpacesOf(friend);
    const remembered = own.former.filter(({ left }) => friend.record.since <= left);
    const talk = conversationsWith(friend);
    for (const name of talk) spaces.push({ name, door: 'sealed', readers: 'peers' });
    for (const name of theirs) spaces.push({ name, door: 'signed', readers: 'peers' });
    peers.set(friend.record.address, {
      device: friend.bundle.device,
      read: [own.profile, own.feed, ...talk, ...remembered.map(({ feed }) => feed.space)],
      write: [...talk, ...(full ? [friend.profileName] : theirs)],
    });
  }
  for (const { name, door, gates, members, ended } of shared) {
    const lent = gates.map(({ hint, key }) => ({ hint: toBase64Url(hint), key: toBase64Url(key) }));
    if (door === 'gated') spaces.push({ name, door, gates: lent, readers: 'peers' });
    else spaces.push({ name, door, readers: 'anyone' });
    for (const { address, device } of members) {
      // A friend is known by the device in their key bundle, whatever a space's log says of it.
      const rights = peers.get(address) ?? { device, read: [], write: [] };
      rights.read.push(name);
      if (!ended && !full) rights.write.push(name);
      peers.set(address, rights);
    }
  }
  return { version, spaces, peers: [...peers].map(([address, rights]) => listed(address, rights)) };
}

interface Rights {
  readonly device: Uint8Array;
  readonly read: SpaceName[];
  readonly write: SpaceName[];
}

function listed(address: string, { device, read, write }: Rights): PeerAccess {
  return { address, device: toBase64Url(device), read, write };
}

/**
 * Whom we dial, and what we replicate with each. Someone whom we have asked to be a friend and who hasn't answered
 * yet is dialled as a fellow member only, if they are one.
 */
export function peersFor(sharing: Sharing): Peer[] {
  const { own, friends, shared, publics, full = false } = sharing;
  const sharedWith = membersByAddress(shared);
  const known = friends.filter((friend) => friend.record.state === 'friend');
  const peers = known.map(({ record, bundle, ...friend }): Peer => {
    const { address, lastSeen } = record;
    const { spaces = [] } = sharedWith.get(address) ?? {};
    sharedWith.delete(address);
    return {
      address,
      kind: 'friend',
      device: bundle.device,
      lastSeen: lastSeen ?? undefined,
      // Ours are not pulled from them (they don't offer them) but pushed to them.
      spaces: [
        ...spacesWith({ record, ...friend }),
        ...ownSharedSpaces(own),
        ...publics.blogs.map(signed),
        ...publics.sharedWith({ record }),
        ...spaces,
      ],
    };
  });
  for (const [address, { device, spaces }] of sharedWith) {
    peers.push({ address, kind: 'member', device, spaces });
  }
  return full ? peers.map((peer) => ({ ...peer, spaces: pausedBut(friends, peer) })) : peers;
}

/** Published things wait; what friends say to us in private, and their keys for it, is small and comes on. */
function pausedBut(friends: readonly Friend[], { spaces }: Peer): PeerSpace[] {
  const kept = new Set<string>(
    friends.flatMap((friend) => [friend.profileName, ...conversationsWith(friend)]),
  );
  return spaces.map((space) => (kept.has(space.name) ? space : { ...space, paused: true }));
}

function membersByAddress(shared: readonly SharedSpace[]) {
  const byAddress = new Map<string, { device: Uint8Array; spaces: PeerSpace[] }>();
  for (const { name, door, gates, members, ended } of shared) {
    if (ended) continue;
    for (const { address, device } of members) {
      const member = byAddress.get(address) ?? { device, spaces: [] };
      member.spaces.push(door === 'gated' ? { name, door, gates } : { name, door });
      byAddress.set(address, member);
    }
  }
  return byAddress;
}

/** All that the host's copies must equal ours in. */
export function keptSpaces({ own, friends, shared, publics }: Sharing): PeerSpace[] {
  return [
    ...ownKeptSpaces(own),
    ...[...publics.blogs, ...publics.kept, ...publics.forums].map(signed),
    ...friends.flatMap(spacesWith),
    ...shared.map(({ name, door }) => ({ name, door })),
  ];
}

const signed = (name: SpaceName): PeerSpace => ({ name, door: 'signed' });

/** What everybody may have of us. */
function ownSharedSpaces(own: OwnSpaces): PeerSpace[] {
  return [own.profile, own.feed].map(signed);
}

/** What we have of our own: what everybody may have, and what we wrote at addresses we have left. */
function ownKeptSpaces(own: OwnSpaces): PeerSpace[] {
  const former = own.former.map(({ feed }) => ({ name: feed.space, door: 'signed' as const }));
  return [...ownSharedSpaces(own), ...former];
}

/** Where we talk, and where we go on if the friend has purged that: only there can they tell us. */
export function conversationsWith({
  conversation,
  next,
}: Pick<Friend, 'conversation' | 'next'>): SpaceName[] {
  return [conversation.name, next.name];
}

/** What we keep because of this friend. */
export function spacesWith(
  friend: Pick<Friend, 'record' | 'profileName' | 'conversation' | 'next'>,
): PeerSpace[] {
  return [
    ...signedSpacesOf(friend).map((name) => ({ name, door: 'signed' as const })),
    ...conversationsWith(friend).map((name) => ({ name, door: 'sealed' as const })),
  ];
}

function signedSpacesOf(friend: Pick<Friend, 'record' | 'profileName'>): SpaceName[] {
  const { feeds, unfollowed, formerFeeds } = friend.record;
  const read = feeds.filter(({ space }) => !unfollowed.includes(space));
  return [friend.profileName, ...[...read, ...formerFeeds].map((feed) => feed.space)];
}
