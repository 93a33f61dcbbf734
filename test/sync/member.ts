import { TransportKeys } from '../../src/background/app/self/transport-keys.ts';
import { toBase64Url } from '../../src/domain/bytes.ts';
import { conversationSpace, pairSecret } from '../../src/domain/friend/pair.ts';
import { randomBytes } from '../../src/domain/sodium.ts';
import { inboxSpace, profileSpace, type Space } from '../../src/domain/space/charter.ts';
import type { SpaceAccess } from '../../src/protocol/access-list.ts';
import { systemClock } from '../../src/store/clock.ts';
import { putDocuments, readChanges } from '../../src/store/documents.ts';
import { openMemoryStores } from '../../src/store/memory-stores.ts';
import { openNativeStores } from '../../src/store/native-stores.ts';
import type { SpaceStores, StoredDocument } from '../../src/store/ports.ts';
import { createOnionFetch } from '../../src/sync/onion-fetch.ts';
import { createPeerTokens } from '../../src/sync/peer-tokens.ts';
import { createPeerSync } from '../../src/sync/peer-sync.ts';
import type { Peer, PeerPosition, PeerState, PeerSync } from '../../src/sync/ports.ts';
import {
  blogOf,
  must,
  person,
  profileContent,
  profileDocuments,
  type Blog,
  type Person,
} from '../domain/people.ts';
import { TestSessionArea } from '../store/session-area.ts';
import type { Onions } from './onions.ts';
import { PersonHost } from './person-host.ts';

/** A person with a real host, a blog, and replication as the add-on runs it. */
export class Member {
  readonly person: Person;
  readonly blog: Blog;
  readonly host: PersonHost;
  readonly keys: TransportKeys;
  readonly #onions: Onions;
  stores: SpaceStores;
  sync: PeerSync;
  readonly states: [address: string, PeerState['connection'], PeerState['code']][] = [];
  readonly refused: [space: string, code: string, count: number][] = [];
  readonly stored: [space: string, ids: readonly string[]][] = [];
  readonly positions = new Map<string, PeerPosition>();
  #friends: Member[] = [];
  /** Spaces shared with people who need not be friends. */
  readonly #shared: { space: Space; members: readonly Member[] }[] = [];

  static async join(
    name: string,
    onions: Onions,
    { texts = [], memory = false }: { texts?: readonly string[]; memory?: boolean } = {},
  ): Promise<Member> {
    const who = person(name);
    const host = await PersonHost.start(who.identity.address, onions);
    const stores = memory
      ? openMemoryStores(new TestSessionArea())
      : openNativeStores(host.tunnel, systemClock);
    const member = new Member(who, host, onions, stores, blogOf(who, texts));
    // In memory mode there is nothing behind the onion door; these tests still serve from the host.
    const serving = memory ? openNativeStores(host.tunnel, systemClock) : stores;
    const profile = profileDocuments(who, profileContent(name));
    await putDocuments(await serving.open(member.profile.name), profile);
    await putDocuments(await serving.open(member.blog.space.name), member.blog.documents);
    await serving.open(member.inbox.name);
    if (serving !== stores) await serving.close();
    member.host.onPeerSeen = (address) => member.sync.wake(address);
    member.#openDoors();
    return member;
  }

  private constructor(
    who: Person,
    host: PersonHost,
    onions: Onions,
    stores: SpaceStores,
    blog: Blog,
  ) {
    this.person = who;
    this.host = host;
    this.stores = stores;
    this.blog = blog;
    this.#onions = onions;
    this.keys = new TransportKeys({
      me: who,
      random: randomBytes,
      clock: systemClock,
      lend: (loan) => host.lend(loan),
    });
    this.keys.lend();
    this.sync = this.#createSync();
  }

  get address(): string {
    return this.person.identity.address;
  }
  get profile(): Space {
    return profileSpace(this.person.identity.publicKey);
  }
  get inbox(): Space {
    return inboxSpace(this.person.identity.publicKey);
  }

  #createSync(): PeerSync {
    const { fetch } = this.#onions;
    const clock = systemClock;
    const onionFetch = createOnionFetch({ fetch, gate: async () => true, clock });
    const { self } = this.keys;
    return createPeerSync({
      fetch: onionFetch,
      tokens: createPeerTokens({ fetch: onionFetch, self, random: randomBytes, clock }),
      stores: this.stores,
      clock: systemClock,
      random: () => 0.5,
      gossipSeed: 1,
      positions: {
        get: (address) => this.positions.get(address),
        set: (address, position) => this.positions.set(address, position),
      },
      events: {
        state: (address, { connection, code }) => this.states.push([address, connection, code]),
        stored: (_address, space, ids) => this.stored.push([space, ids]),
        refused: (_address, space, code, count) => this.refused.push([space, code, count]),
      },
    });
  }

  /** Both know each other's keys and let each other in; each dials the other when `connect` is called. */
  static befriend(a: Member, b: Member): void {
    a.#friends.push(b);
    b.#friends.push(a);
    a.#openDoors();
    b.#openDoors();
  }

  /** All of them read and write this space and pass it on to each other, friends or not. */
  static async share(space: Space, members: readonly Member[]): Promise<void> {
    for (const member of members) {
      member.#shared.push({ space, members: members.filter((each) => each !== member) });
      await member.stores.open(space.name);
      member.#openDoors();
    }
  }

  connect(): void {
    const friends = this.#friends.map((friend) => this.#asPeer(friend));
    const members = [...new Set(this.#shared.flatMap(({ members }) => members))];
    const others = members.filter((each) => !this.#friends.includes(each));
    this.sync.setPeers([
      ...friends,
      ...others.map((each): Peer => ({
        address: each.address,
        kind: 'member',
        device: each.person.device.signing.publicKey,
        spaces: this.#sharedWith(each),
      })),
    ]);
  }

  #sharedWith(other: Member): Peer['spaces'] {
    return this.#shared.flatMap(({ space, members }) =>
      members.includes(other) ? [{ name: space.name, door: 'signed' as const }] : [],
    );
  }

  /** As when the browser starts again: the sessions are new, the databases and positions are not. */
  restartSync(): void {
    this.sync.stop();
    this.sync = this.#createSync();
    this.connect();
  }

  #pair(friend: Member): Uint8Array {
    const mine = this.person;
    const theirs = friend.person;
    return must(
      pairSecret(
        mine.device.encryption.secretKey,
        theirs.bundle.encryption,
        mine.identity.publicKey,
        theirs.identity.publicKey,
      ),
    );
  }

  conversation(friend: Member): Space {
    return conversationSpace(
      this.#pair(friend),
      this.person.identity.publicKey,
      friend.person.identity.publicKey,
    );
  }

  #asPeer(friend: Member): Peer {
    return {
      address: friend.address,
      kind: 'friend',
      device: friend.person.device.signing.publicKey,
      spaces: [
        { name: friend.profile.name, door: 'signed' },
        { name: friend.blog.space.name, door: 'signed' },
        { name: this.blog.space.name, door: 'signed' },
        { name: this.conversation(friend).name, door: 'sealed' },
        ...this.#sharedWith(friend),
      ],
    };
  }

  #openDoors(): void {
    const open = (name: string, door: SpaceAccess['door'], readers: SpaceAccess['readers']) => ({
      name,
      door,
      readers,
    });
    this.host.allow({
      spaces: [
        open(this.profile.name, 'signed', 'anyone'),
        open(this.blog.space.name, 'signed', 'anyone'),
        open(this.inbox.name, 'inbox', 'nobody'),
        ...this.#friends.flatMap((friend) => [
          open(friend.blog.space.name, 'signed', 'peers'),
          open(this.conversation(friend).name, 'sealed', 'peers'),
        ]),
        ...this.#shared
          .filter(({ space }) => space.name !== this.blog.space.name)
          .map(({ space }) => open(space.name, 'signed', 'peers')),
      ],
      peers: [
        ...new Set([...this.#friends, ...this.#shared.flatMap(({ members }) => members)]),
      ].map((peer) => {
        const isFriend = this.#friends.includes(peer);
        const theirs = isFriend ? [peer.blog.space.name, this.conversation(peer).name] : [];
        const shared = [...theirs, ...this.#sharedWith(peer).map(({ name }) => name)];
        return {
          address: peer.address,
          device: toBase64Url(peer.person.device.signing.publicKey),
          read: shared,
          write: shared,
        };
      }),
    });
  }

  /** How many documents there are in a space here. */
  async count(space: Space): Promise<number> {
    return (await (await this.stores.open(space.name)).info()).doc_count;
  }

  async documents(space: Space): Promise<StoredDocument[]> {
    return (await readChanges(await this.stores.open(space.name), 0, 5_000)).documents;
  }

  async write(space: Space, documents: readonly StoredDocument[]): Promise<void> {
    await putDocuments(await this.stores.open(space.name), documents);
  }

  async leave(): Promise<void> {
    this.sync.stop();
    this.keys.takeBack();
    await this.stores.close();
    await this.host.dispose();
  }
}
