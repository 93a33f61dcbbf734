import { beforeEach, describe, expect, it } from 'vitest';
import { type Code, CodedError } from '../../src/protocol/codes.ts';
import { openMemoryStores } from '../../src/store/memory-stores.ts';
import type { OnionFetch, OnionRequest } from '../../src/sync/onion-fetch.ts';
import { createPeerSync } from '../../src/sync/peer-sync.ts';
import type { Peer, PeerPosition, PeerState, PeerSync } from '../../src/sync/ports.ts';
import { gossipRules } from '../../src/sync/gossip.ts';
import { blogOf, person } from '../domain/people.ts';
import { TestSessionArea } from '../store/session-area.ts';
import { FakeClock } from './fake-clock.ts';
import { fixedToken } from './fixed-token.ts';
import { poll } from './poll.ts';

const names = ['ada', 'bob', 'carol', 'dave', 'eve', 'fay', 'gil', 'hal', 'ida', 'jon'];
const addresses = names.map((name) => person(name).identity.address);
const [ada = '', bob = ''] = addresses;
const blog = blogOf(person('ada'), ['one']);

const peer = (address: string, lastSeen?: number): Peer => ({
  address,
  kind: 'friend',
  device: new Uint8Array(32),
  spaces: [{ name: blog.space.name, door: 'signed' }],
  lastSeen,
});

let clock: FakeClock;
let log: { at: number; address: string; path: string }[];
let states: [string, PeerState['connection'], Code | undefined][];
let start: number;
let positions: Map<string, PeerPosition>;

beforeEach(() => {
  clock = new FakeClock();
  start = clock.now();
  log = [];
  states = [];
  positions = new Map();
});

/** Friends who answer as the test says; a long-poll hangs until its circuit is cut or given up. */
class Friends {
  readonly offline = new Map<string, Code>();
  readonly cuts = new Map<string, (error: CodedError) => void>();
  readonly hanging: (() => void)[] = [];
  slow = false;

  readonly fetch: OnionFetch = async (request) => {
    const { address, path } = request;
    log.push({ at: clock.now() - start, address, path: path.replace(/[?].*/, '') });
    const code = this.offline.get(address);
    if (code) throw new CodedError(code);
    if (this.slow) await new Promise<void>((resolve) => this.hanging.push(resolve));
    request.onAlive?.();
    if (path === '/') return { couchdb: 'Welcome', uuid: address, vendor: { name: 'Network25' } };
    if (path.includes('longpoll')) return this.#hang(request);
    if (path.startsWith('/_db_updates')) return { results: [], last_seq: '1-x' };
    if (path.includes('_bulk_docs')) return [];
    return { results: [], last_seq: 0 };
  };

  #hang({ address, signal }: OnionRequest): Promise<never> {
    return new Promise((_, reject) => {
      this.cuts.set(address, reject);
      signal?.addEventListener('abort', () => reject(new CodedError('cancelled')));
    });
  }
}

function connect(friends: Friends): PeerSync {
  return createPeerSync({
    fetch: friends.fetch,
    tokens: fixedToken,
    stores: openMemoryStores(new TestSessionArea()),
    positions: {
      get: (address) => positions.get(address),
      set: (address, position) => positions.set(address, position),
    },
    clock,
    random: () => 0,
    gossipSeed: 1,
    events: {
      state: (address, { connection, code }) => states.push([address, connection, code]),
      stored: () => undefined,
      refused: () => undefined,
    },
  });
}

const dials = (address: string) =>
  log.filter((each) => each.address === address && each.path === '/').map(({ at }) => at / 1_000);

/** Databases take real time, the clock does not: gives them theirs. */
async function until(holds: () => boolean): Promise<void> {
  await poll(holds).toBe(true);
}

describe('dialling', () => {
  it('tries who is away after 30 seconds, 2, 8, 32 and 60 minutes, and says when', async () => {
    const friends = new Friends();
    friends.offline.set(ada, 'peer-unreachable');
    const sync = connect(friends);
    sync.setPeers([peer(ada)]);
    await clock.pass(10_000_000);
    expect(dials(ada)).toEqual([0, 30, 150, 630, 2_550, 6_150, 9_750]);
    expect(sync.state(ada)).toEqual({
      connection: 'unreachable',
      code: 'peer-unreachable',
      lastSeen: undefined,
      retryAt: start + 13_350_000,
    });
    sync.stop();
    await clock.pass(10_000_000);
    expect(dials(ada)).toHaveLength(7);
  });

  it('dials at once when the doorbell rings, or when the network is back', async () => {
    const friends = new Friends();
    for (const each of [ada, bob]) friends.offline.set(each, 'peer-timeout');
    const sync = connect(friends);
    sync.setPeers([peer(ada), peer(bob)]);
    await clock.pass(100_000);
    friends.offline.clear();
    sync.wake(ada);
    await until(() => sync.state(ada).connection === 'up-to-date');
    expect(sync.state(bob).connection).toBe('unreachable');
    sync.wake();
    await until(() => sync.state(bob).connection === 'up-to-date');
    expect(dials(bob)).toEqual([0, 30, 100]);
  });

  it('dials six at a time, those seen last first', async () => {
    const friends = new Friends();
    friends.slow = true;
    const sync = connect(friends);
    sync.setPeers(addresses.map((address, at) => peer(address, at)));
    await clock.pass(1_000);
    expect(log.map(({ address }) => address)).toEqual(addresses.slice(4).toReversed());
    friends.slow = false;
    for (const go of friends.hanging) go();
    await until(() => addresses.every((each) => sync.state(each).connection === 'up-to-date'));
  });

  it('makes no request while no route is decided, and tries again when told', async () => {
    const friends = new Friends();
    friends.offline.set(ada, 'route-undecided');
    const sync = connect(friends);
    sync.setPeers([peer(ada)]);
    await clock.pass(1_000);
    expect(sync.state(ada)).toMatchObject({ connection: 'unreachable', code: 'route-undecided' });
    friends.offline.clear();
    sync.wake();
    await until(() => sync.state(ada).connection === 'up-to-date');
  });
});

describe('a connection', () => {
  it('holds one long-poll, and is dialled again soon after it broke', async () => {
    const friends = new Friends();
    const sync = connect(friends);
    sync.setPeers([peer(ada)]);
    await until(() => friends.cuts.has(ada));
    expect(states).toEqual([
      [ada, 'dialing', undefined],
      [ada, 'online', undefined],
      [ada, 'up-to-date', undefined],
    ]);
    await clock.pass(600_000);
    expect(log.map(({ path }) => path)).toEqual([
      '/',
      '/_db_updates',
      `/${blog.space.name}/_changes`,
      '/_db_updates',
    ]);
    friends.cuts.get(ada)?.(new CodedError('peer-timeout'));
    await until(() => sync.state(ada).connection === 'unreachable');
    expect(sync.state(ada)).toMatchObject({ code: 'peer-timeout', retryAt: start + 602_000 });
    await clock.pass(2_000);
    await until(() => sync.state(ada).connection === 'up-to-date');
    // What was pulled to the end before is not asked for again when nothing changed.
    expect(log.filter(({ path }) => path.includes('_changes'))).toHaveLength(1);
  });

  it('whose long-poll has had its hour goes on with another', async () => {
    const friends = new Friends();
    const sync = connect(friends);
    sync.setPeers([peer(ada)]);
    await until(() => friends.cuts.has(ada));
    await clock.pass(20_000);
    const cut = friends.cuts.get(ada);
    friends.cuts.clear();
    cut?.(new CodedError('peer-timeout'));
    await until(() => friends.cuts.has(ada));
    expect(dials(ada)).toEqual([0]);
    expect(sync.state(ada).connection).toBe('up-to-date');
  });

  it('that has been silent for long is asked about when the friend rings', async () => {
    const friends = new Friends();
    const sync = connect(friends);
    sync.setPeers([peer(ada)]);
    await until(() => friends.cuts.has(ada));
    await clock.pass(5_000);
    sync.wake(ada);
    await clock.pass(1_000);
    expect(log).toHaveLength(4);
    await clock.pass(60_000);
    sync.wake(ada);
    await clock.pass(1_000);
    expect(log.slice(4).map(({ path }) => path)).toEqual(['/_db_updates', '/_db_updates']);
    expect(states.at(-1)).toEqual([ada, 'up-to-date', undefined]);
  });

  it('ends when the friend is one no more, and is made anew for a new device', async () => {
    const friends = new Friends();
    const sync = connect(friends);
    sync.setPeers([peer(ada), peer(bob)]);
    await until(() => friends.cuts.has(ada) && friends.cuts.has(bob));
    sync.setPeers([{ ...peer(bob), device: new Uint8Array(32).fill(1) }]);
    await until(() => dials(bob).length === 2);
    expect(sync.state(ada)).toEqual({ connection: 'unknown' });
    await clock.pass(1_000_000);
    expect(dials(ada)).toHaveLength(1);
  });

  it('takes pushes only while it stands', async () => {
    const friends = new Friends();
    friends.offline.set(bob, 'peer-unreachable');
    const sync = connect(friends);
    sync.setPeers([peer(ada), peer(bob)]);
    await until(() => sync.state(ada).connection === 'up-to-date');
    expect(await sync.push(blog.space.name, blog.documents)).toEqual([
      { address: ada, result: 'stored' },
      { address: bob, result: 'later', code: 'peer-unreachable' },
    ]);
    friends.offline.set(ada, 'peer-refused');
    expect(await sync.push(blog.space.name, blog.documents)).toContainEqual({
      address: ada,
      result: 'refused',
    });
    expect(await sync.push(blogOf(person('ada'), [], 'Another').space.name, [])).toEqual([]);
  });
});

describe('members of a shared space', () => {
  const member = (address: string): Peer => ({ ...peer(address), kind: 'member' });
  const longPolls = (friends: Friends) => [...friends.cuts.keys()];
  const strangers = Array.from({ length: 30 }, (_, at) => person(`member ${at}`).identity.address);

  it('are dialled until a few are found, and replaced when they go', async () => {
    const friends = new Friends();
    for (const each of strangers.slice(0, 20)) friends.offline.set(each, 'peer-unreachable');
    const sync = connect(friends);
    sync.setPeers(strangers.map(member));
    await until(() => longPolls(friends).length === gossipRules.perSpace);
    await clock.pass(1_000);
    expect(longPolls(friends)).toHaveLength(gossipRules.perSpace);
    const [first = ''] = longPolls(friends);
    friends.offline.set(first, 'peer-unreachable');
    friends.cuts.get(first)?.(new CodedError('peer-timeout'));
    friends.cuts.delete(first);
    await until(() => longPolls(friends).length === gossipRules.perSpace);
    expect(longPolls(friends)).not.toContain(first);
    expect(new Set(strangers.flatMap((each) => (dials(each).length > 1 ? [each] : []))).size).toBe(
      0,
    );
  });

  it('get what is written if they are connected, and are not named if they are not', async () => {
    const friends = new Friends();
    const sync = connect(friends);
    sync.setPeers([peer(ada), ...strangers.map(member)]);
    await until(() => longPolls(friends).length >= gossipRules.perSpace);
    await until(() =>
      longPolls(friends).every((each) => sync.state(each).connection === 'up-to-date'),
    );
    log = [];
    const outcomes = await sync.push(blog.space.name, blog.documents);
    expect(outcomes.map(({ address }) => address).toSorted()).toEqual(
      longPolls(friends).toSorted(),
    );
    expect(log).toHaveLength(outcomes.length);
  });

  it('make room for others after a while, and are then neither polled nor a failure', async () => {
    const friends = new Friends();
    const sync = connect(friends);
    sync.setPeers(strangers.map(member));
    await until(() => longPolls(friends).length === gossipRules.perSpace);
    await until(() =>
      longPolls(friends).every((each) => sync.state(each).connection === 'up-to-date'),
    );
    const before = longPolls(friends);
    friends.cuts.clear();
    await clock.pass(gossipRules.rotateAfter);
    await until(() => longPolls(friends).length === gossipRules.perSpace);
    await until(() => before.every((each) => sync.state(each).connection === 'unknown'));
    expect(longPolls(friends).some((each) => before.includes(each))).toBe(false);
    expect(states.every(([, connection]) => connection !== 'unreachable')).toBe(true);
  });

  it('cost nothing where friends will do: 100 friends and 300 spaces are 100 long-polls', async () => {
    const friends = new Friends();
    const sync = connect(friends);
    const spaces = Array.from(
      { length: 300 },
      (_, at) => blogOf(person('ada'), [], `Space ${at}`).space,
    );
    const share = (name: string, at: number): Peer => ({
      ...peer(person(name).identity.address),
      // Each space is shared with ten of them.
      spaces: spaces.flatMap((space, of) =>
        (at - of + 300) % 100 < 10 ? [{ name: space.name, door: 'signed' as const }] : [],
      ),
    });
    const hundred = Array.from({ length: 100 }, (_, at) => share(`friend ${at}`, at));
    for (const { address, spaces: shared } of hundred) {
      positions.set(address, { since: '1-x', pulled: shared.map(({ name }) => name) });
    }
    sync.setPeers(hundred);
    await until(() => friends.cuts.size === hundred.length);
    // They are the friends' spaces, too: of each space we know thirty other members.
    sync.setPeers([
      ...hundred,
      ...strangers.map((address) => ({ ...member(address), spaces: hundred[0]?.spaces ?? [] })),
    ]);
    await clock.pass(gossipRules.rotateAfter * 2);
    const asked = new Map<string, number>();
    for (const { path } of log) asked.set(path, (asked.get(path) ?? 0) + 1);
    // One question who they are, one what is new, and the long-poll.
    expect(Object.fromEntries(asked)).toEqual({ '/': 100, '/_db_updates': 200 });
  });
});
