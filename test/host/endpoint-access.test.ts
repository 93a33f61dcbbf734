import { setTimeout as pause } from 'node:timers/promises';
import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { blogSpace, inboxSpace, profileSpace } from '../../src/domain/space/charter.ts';
import type { AccessList } from '../../src/protocol/access-list.ts';
import { createAccessControl } from '../../native-host/endpoint/access/access.ts';
import { person } from '../domain/people.ts';
import {
  accessList,
  bearer,
  letIn,
  openWorld,
  shareWith,
  type Answer,
  type World,
} from './endpoint-world.ts';
import { newDatabase } from './store-helpers.ts';

const alice = person('Alice');
const bob = person('Bob').identity;
const carol = person('Carol').identity;
const owner = alice.identity.publicKey;

/** Alice's databases by what they are; `unshared` is on no list, `absent` not even there. */
const names = {
  profile: profileSpace(owner).name,
  readable: blogSpace(owner, 'Bob reads', alice.random).name,
  writable: blogSpace(owner, 'Bob writes', alice.random).name,
  carols: blogSpace(owner, 'Carol only', alice.random).name,
  closed: blogSpace(owner, 'Nobody', alice.random).name,
  inbox: inboxSpace(owner).name,
  unshared: 'vault',
  absent: blogSpace(owner, 'Not there', alice.random).name,
};
type Kind = keyof typeof names;

const tokens = { bob: 'bobs-token', carol: 'carols-token' };
const spaces: AccessList['spaces'] = [
  { name: names.profile, door: 'signed', readers: 'anyone' },
  { name: names.readable, door: 'sealed', readers: 'peers' },
  { name: names.writable, door: 'sealed', readers: 'peers' },
  { name: names.carols, door: 'sealed', readers: 'peers' },
  { name: names.closed, door: 'signed', readers: 'nobody' },
  { name: names.inbox, door: 'inbox', readers: 'nobody' },
  // On the list, so permitted, but the database itself is missing.
  { name: names.absent, door: 'signed', readers: 'anyone' },
];
const peers = [
  {
    address: bob.address,
    token: tokens.bob,
    // What the list says of a peer counts for nothing where the space is open to nobody.
    read: [names.readable, names.closed, names.inbox],
    write: [names.writable],
  },
  { address: carol.address, token: tokens.carol, read: [names.carols], write: [] },
];

let world: World;
beforeAll(async () => {
  world = await openWorld(alice.identity.address);
  for (const [kind, name] of Object.entries(names)) {
    if (kind !== 'absent') {
      const database = await newDatabase(world.store, name);
      await database.write([{ _id: 'doc', text: kind }], true);
    }
  }
  shareWith(world.access, spaces, peers);
});
afterAll(async () => {
  expect(world.faults).toEqual([]);
  await world.close();
});

type Who = 'open' | 'bob' | 'stranger';
const ask = (who: Who, method: string, path: string, body?: unknown): Promise<Answer> => {
  if (who === 'open') return world.open.ask(method, path, { body });
  return world.onion.ask(method, path, who === 'bob' ? { body, token: tokens.bob } : { body });
};

/** Every route of a database, with a request that is in order. `{db}` is its name. */
const routes: [method: string, path: string, body?: unknown][] = [
  ['GET', '/{db}'],
  ['GET', '/{db}/'],
  ['HEAD', '/{db}'],
  ['GET', '/{db}/_all_docs?include_docs=true'],
  ['POST', '/{db}/_all_docs', { keys: ['doc'] }],
  ['GET', '/{db}/_changes'],
  ['POST', '/{db}/_changes?filter=_doc_ids', { doc_ids: ['doc'] }],
  ['GET', '/{db}/_changes?feed=longpoll&timeout=1'],
  ['GET', '/{db}/_changes?feed=continuous&timeout=1'],
  ['POST', '/{db}/_bulk_get', { docs: [{ id: 'doc' }] }],
  ['GET', '/{db}/doc'],
  ['GET', '/{db}/doc?open_revs=all'],
  ['POST', '/{db}/_revs_diff', { doc: ['1-a'] }],
  ['POST', '/{db}/_bulk_docs', { docs: [], new_edits: false }],
  ['PUT', '/{db}/other?new_edits=false', { _id: 'other', _rev: '1-a' }],
  ['GET', '/{db}/_local/checkpoint'],
  ['PUT', '/{db}/_local/checkpoint', { last_seq: 1 }],
  ['GET', '/{db}/_security'],
  ['GET', '/{db}/_revs_limit'],
  ['POST', '/{db}/_ensure_full_commit', {}],
  ['POST', '/{db}/_compact', {}],
  ['POST', '/{db}', { text: 'new' }],
  ['DELETE', '/{db}/doc?rev=1-a'],
  ['DELETE', '/{db}'],
  ['GET', '/{db}/doc/attachment'],
  ['GET', '/{db}/_design/x/_view/y'],
  ['PATCH', '/{db}'],
  ['OPTIONS', '/{db}'],
];

const reads = new Set(routes.slice(0, 12).map(([method, path]) => `${method} ${path}`));
const writes = new Set(['POST /{db}/_bulk_docs', 'PUT /{db}/other?new_edits=false']);
const either = new Set([
  'GET /{db}',
  'GET /{db}/',
  'HEAD /{db}',
  'POST /{db}/_revs_diff',
  'GET /{db}/_local/checkpoint',
  'PUT /{db}/_local/checkpoint',
  'GET /{db}/_security',
  'GET /{db}/_revs_limit',
  'POST /{db}/_ensure_full_commit',
]);

/** What the access rules say, written down a second time: allowed, known but refused, or not there. */
function expected(who: 'bob' | 'stranger', kind: Kind, route: string): 'yes' | 'no' | 'nothing' {
  const mayRead = kind === 'profile' || (who === 'bob' && kind === 'readable');
  const mayWrite = who === 'bob' && kind === 'writable';
  if (kind === 'inbox') return route === 'POST /{db}/_bulk_docs' ? 'yes' : 'nothing';
  if (!mayRead && !mayWrite) return 'nothing';
  if (either.has(route)) return who === 'stranger' && route.startsWith('PUT') ? 'no' : 'yes';
  if (reads.has(route)) return mayRead ? 'yes' : 'no';
  return writes.has(route) && mayWrite ? 'yes' : 'no';
}

describe.each(['stranger', 'bob'] as const)('%s', (who) => {
  test.each(Object.keys(names) as Kind[])('in %s: each route as the rules say', async (kind) => {
    for (const [method, pattern, body] of routes) {
      const answer = await ask(who, method, pattern.replace('{db}', names[kind]), body);
      const rule = kind === 'absent' ? 'nothing' : expected(who, kind, `${method} ${pattern}`);
      const seen = `${who} ${kind} ${method} ${pattern}: ${answer.status} ${answer.text}`;
      if (rule === 'nothing') expect(answer.status, seen).toBe(404);
      else if (rule === 'no') expect([403, 404, 405], seen).toContain(answer.status);
      // The document to be put is not one the door takes; the route is open all the same.
      else if (pattern.startsWith('/{db}/other')) expect(answer.text, seen).toMatch(/document/);
      else expect([200, 201, 404], seen).toContain(answer.status);
      if (rule === 'no' && answer.status === 404) expect(answer.text, seen).not.toMatch(/Database/);
    }
  });

  test('databases that are not theirs, that are closed, and that are not there look the same', async () => {
    for (const [method, pattern, body] of routes) {
      const answers = await Promise.all(
        ([...notTheirs, 'neither-here-nor-there', 'No!Name', '..%2f..%2fetc'] as const).map(
          (name) => ask(who, method, pattern.replace('{db}', name), body),
        ),
      );
      const [first, ...others] = answers.map(({ status, text, headers }) => ({
        status,
        text,
        headers: { ...headers, date: undefined },
      }));
      for (const other of others) expect(other, `${method} ${pattern}`).toEqual(first);
    }
  });

  const notTheirs = [names.carols, names.closed, names.unshared, names.absent];

  test('makes no database, whatever its name', async () => {
    const answers = await Promise.all(
      [...Object.values(names), 'new', 'No!Name'].map((name) => ask(who, 'PUT', `/${name}`)),
    );
    for (const { status, text } of answers) {
      expect({ status, text }).toEqual({ status: 403, text: answers[0]?.text });
    }
    expect(world.store.list()).toHaveLength(Object.keys(names).length - 1);
  });

  test('does not list databases', async () => {
    expect((await ask(who, 'GET', '/_all_dbs')).status).toBe(403);
  });
});

test('whoever comes through the open door or is the owner may do everything', async () => {
  // 501: what is run or served to nobody.
  const answered = [200, 201, 202, 404, 501];
  for (const [method, pattern, body] of routes) {
    if (method === 'DELETE' || method === 'PATCH' || method === 'OPTIONS') continue;
    const answer = await ask('open', method, pattern.replace('{db}', names.closed), body);
    expect(answered, `${method} ${pattern} ${answer.text}`).toContain(answer.status);
    const mine = await world.endpoint.handle(
      {
        method,
        path: pattern.replace('{db}', names.unshared),
        headers: { 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      },
      { kind: 'owner' },
    );
    expect(answered, `${method} ${pattern}`).toContain(mine.status);
  }
  expect((await ask('open', 'GET', '/_all_dbs')).json).toEqual(world.store.list());
});

test('a token that is nobody’s, or no token at all, is refused whatever is asked for', async () => {
  for (const path of ['/', `/${names.profile}`, '/nothing']) {
    expect((await world.onion.ask('GET', path, { token: 'wrong' })).status).toBe(401);
    for (const authorization of ['Bearer', 'Bearer a b', 'Basic Ym9iOmJvYg==', 'x']) {
      expect((await world.onion.ask('GET', path, { headers: { authorization } })).status).toBe(401);
    }
  }
});

test('_db_updates names what each may read, and nothing else', async () => {
  const namesOf = async (who: Who): Promise<string[]> => {
    const { json } = await ask(who, 'GET', '/_db_updates');
    return (json as { results: { db_name: string }[] }).results.map((row) => row.db_name);
  };
  expect(await namesOf('stranger')).toEqual([names.profile]);
  expect((await namesOf('bob')).toSorted()).toEqual([names.profile, names.readable].toSorted());
  expect((await namesOf('open')).toSorted()).toEqual(world.store.list());
});

test('checkpoints of one peer are not another’s, nor the owner’s', async () => {
  const path = `/${names.profile}/_local/mine`;
  await ask('open', 'PUT', path, { of: 'owner' });
  const put = await world.onion.ask('PUT', path, { token: tokens.bob, body: { of: 'bob' } });
  expect(put.json).toEqual({ ok: true, id: '_local/mine', rev: '0-1' });
  const carols = await world.onion.ask('GET', path, { token: tokens.carol });
  expect(carols.status).toBe(404);
  const bobs = await world.onion.ask('GET', path, { token: tokens.bob });
  expect(bobs.json).toEqual({ _id: '_local/mine', _rev: '0-1', of: 'bob' });
  expect((await ask('open', 'GET', path)).json).toMatchObject({ of: 'owner' });
});

test('a peer keeps so many checkpoints and no more, each so large and no larger', async () => {
  const at = (index: number): string => `/${names.carols}/_local/c${index}`;
  const put = (index: number, body: unknown = {}) =>
    world.onion.ask('PUT', at(index), { token: tokens.carol, body });
  for (let index = 0; index < 50; index += 1) expect((await put(index)).status).toBe(201);
  expect((await put(50)).status).toBe(429);
  expect((await put(0, { _rev: '0-1' })).status).toBe(201);
  expect((await put(1, { _rev: '0-1', text: 'x'.repeat(20_000) })).status).toBe(413);
});

describe('when the access list changes', () => {
  const feed = (path: string, token: string): Promise<IncomingMessage> =>
    world.onion.open('GET', path, { headers: bearer(token) });
  const endOf = async (response: IncomingMessage): Promise<'whole' | 'cut'> => {
    try {
      for await (const _ of response);
      return 'whole';
    } catch {
      return 'cut';
    }
  };
  let version = 1;
  const change = (changed: typeof peers, changedSpaces = spaces): void => {
    version += 1;
    expect(world.access.set(accessList(changedSpaces, changed, version))).toBe(true);
  };

  test.each([
    ['a peer is gone', peers.slice(1)],
    ['a peer has another device', [{ ...peers[0]!, device: 'new' }, peers[1]!]],
    ['a peer may no longer write a space', [{ ...peers[0]!, write: [] }, peers[1]!]],
    ['a peer may no longer read a space', [{ ...peers[0]!, read: [] }, peers[1]!]],
  ])('%s: what they have open ends at once, and others’ does not', async (_, changed) => {
    change(peers);
    letIn(world.access, peers);
    const { last, run } = world.store.updates;
    const since = `since=${last}-${run}`;
    const bobs = await Promise.all([
      feed(`/${names.readable}/_changes?feed=longpoll&since=now&heartbeat=60000`, tokens.bob),
      feed(`/${names.readable}/_changes?feed=continuous&since=now`, tokens.bob),
      feed(`/_db_updates?feed=longpoll&heartbeat=60000&${since}`, tokens.bob),
    ]);
    const carols = await feed(
      `/${names.carols}/_changes?feed=longpoll&since=now&heartbeat=60000`,
      tokens.carol,
    );
    await pause(100);
    change(changed);
    expect(await Promise.all(bobs.map(endOf))).toEqual(['cut', 'cut', 'cut']);
    const carolsEnd = endOf(carols);
    expect(await Promise.race([carolsEnd, pause(100, 'open')])).toBe('open');
    await world.store.database(names.carols)?.write([{ text: 'new' }], true);
    expect(await carolsEnd).toBe('whole');
  });

  test('a space someone may now read is news to them', async () => {
    change([{ ...peers[0]!, read: [] }, peers[1]!]);
    letIn(world.access, peers);
    const first = await world.onion.ask('GET', '/_db_updates', { token: tokens.bob });
    const { last_seq: since } = first.json as { last_seq: string };
    const waiting = world.onion.ask('GET', `/_db_updates?feed=longpoll&since=${since}`, {
      token: tokens.bob,
    });
    await pause(100);
    change(peers);
    expect((await waiting).json).toMatchObject({ results: [{ db_name: names.readable }] });
  });

  test('a list older than the one there is changes nothing', () => {
    const access = createAccessControl();
    const bobsRights = () => access.rights({ kind: 'peer', address: bob.address }, names.readable);
    expect(bobsRights().read).toBe(false);
    expect(access.set(accessList(spaces, peers, 5))).toBe(true);
    expect(access.set(accessList([], [], 4))).toBe(false);
    expect(bobsRights().read).toBe(true);
    expect(access.set(accessList([], [], 5))).toBe(true);
    expect(bobsRights().read).toBe(false);
  });
});

test('a peer is told of when it shows its token, and not again at once', async () => {
  let now = 1_000_000;
  const seen: string[] = [];
  const small = await openWorld(alice.identity.address, {
    clock: () => now,
    onPeerSeen: (address) => seen.push(address),
  });
  shareWith(small.access, spaces, peers);
  const visit = () => small.onion.ask('GET', '/', { token: tokens.bob });
  await visit();
  await visit();
  await small.onion.ask('GET', '/', { token: tokens.carol });
  await small.onion.ask('GET', '/');
  expect(seen).toEqual([bob.address, carol.address]);
  now += 31_000;
  await visit();
  expect(seen).toEqual([bob.address, carol.address, bob.address]);
  await small.close();
});

test('so many feeds of one peer and no more', async () => {
  const small = await openWorld(alice.identity.address, { limits: { feedsPerPeer: 2 } });
  await newDatabase(small.store, names.profile);
  shareWith(small.access, spaces, peers);
  const path = '/_db_updates?feed=longpoll&since=now&heartbeat=60000';
  const abort = new AbortController();
  const open = () => small.onion.open('GET', path, { headers: bearer(tokens.bob) }, abort.signal);
  const feeds = [await open(), await open()];
  await Promise.all(feeds.map((feed) => new Promise((resolve) => feed.once('data', resolve))));
  expect((await open()).statusCode).toBe(429);
  feeds[0]?.destroy();
  await pause(100);
  const third = await open();
  expect(third.statusCode).toBe(200);
  abort.abort();
  await small.close();
});
