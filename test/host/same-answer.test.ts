import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEndpoint } from '../../native-host/endpoint/endpoint.ts';
import type { Caller } from '../../native-host/endpoint/messages/message.ts';
import type { HostStore } from '../../native-host/store/store.ts';
import { toBase64Url } from '../../src/domain/bytes.ts';
import { tokenHash } from '../../src/domain/peer-handshake/token.ts';
import { randomBytes } from '../../src/domain/sodium.ts';
import { blogSpace } from '../../src/domain/space/charter.ts';
import { handshakePaths } from '../../src/protocol/handshake-messages.ts';
import { person } from '../domain/people.ts';
import { openWorld, shareWith, type World } from './endpoint-world.ts';
import { everyPath, methods } from './every-route.ts';
import { raw, requestText } from './raw-http.ts';
import { newDatabase } from './store-helpers.ts';

const alice = person('Alice');
const bob = person('Bob').identity.address;
const token = 'bobs-token';
const space = (what: string): string =>
  blogSpace(alice.identity.publicKey, what, alice.random).name;
const carols = space('Carol only');
const closed = space('Nobody reads');
const unshared = 'vault';
const listedOnly = space('on the list, not there');
const there = [carols, closed, unshared];
const notThere = [
  listedOnly,
  space('not there'),
  'vaults',
  'No!Name',
  '_odd',
  '..%2f..%2fetc',
  '%2e%2e',
  'constructor',
  '__proto__',
  'x'.repeat(300),
  '%C3%A4',
  '%00',
];
const often = { perSecond: 1_000_000, burst: 1_000_000 };

let world: World;
beforeAll(async () => {
  world = await openWorld(alice.identity.address, {
    limits: { requests: { peer: often, stranger: often } },
  });
  for (const name of there) {
    await (await newDatabase(world.store, name)).write([{ _id: 'doc', text: 'hers' }], true);
  }
  shareWith(
    world.access,
    [
      { name: carols, door: 'signed', readers: 'peers' },
      { name: listedOnly, door: 'signed', readers: 'peers' },
      { name: closed, door: 'signed', readers: 'nobody' },
    ],
    [
      { address: bob, token, read: [], write: [] },
      { address: person('Carol').identity.address, token: 'c', read: [carols], write: [carols] },
    ],
  );
});
afterAll(async () => {
  expect(world.faults).toEqual([]);
  await world.close();
});

/** What is called of the store and its databases, without names. */
function recording(store: HostStore): { store: HostStore; calls: string[] } {
  const calls: string[] = [];
  const watched = <T extends object>(what: string, target: T): T =>
    new Proxy(target, {
      get(_, key) {
        const value: unknown = Reflect.get(target, key);
        if (typeof value !== 'function') return value;
        return (...given: unknown[]): unknown => {
          calls.push(`${what}.${String(key)}`);
          const result: unknown = Reflect.apply(value, target, given);
          return key === 'database' && typeof result === 'object' && result !== null
            ? watched('database', result)
            : result;
        };
      },
    });
  return { store: watched('store', store), calls };
}

const callers: [string, Caller][] = [
  ['a stranger', { kind: 'stranger' }],
  ['a friend', { kind: 'peer', address: bob, tokenHash: tokenHash(token) }],
];
const body = JSON.stringify({ docs: [], keys: ['doc'], doc: ['1-a'], new_edits: false });

describe.each(callers)('%s', (_, caller) => {
  test('hears of any database that is not theirs what they hear of none, on every route', async () => {
    for (const path of everyPath()) {
      for (const method of methods) {
        const answers = new Set<string>();
        for (const name of [...there, ...notThere]) {
          const headers = { 'content-type': 'application/json' };
          const request = { method, path: `/${name}${path}`, headers, body };
          const answer = await world.endpoint.handle(request, caller);
          answers.add(JSON.stringify([answer.status, Object.entries(answer.headers), answer.body]));
        }
        expect([...answers], `${method} {db}${path}`).toHaveLength(1);
      }
    }
  });

  test('makes the host do nothing about it: it is not opened, and not even looked up', async () => {
    const { store, calls } = recording(world.store);
    const endpoint = createEndpoint({
      store,
      access: world.access,
      limits: { requests: { peer: often, stranger: often } },
    });
    calls.splice(0);
    for (const path of everyPath()) {
      for (const method of methods) {
        for (const name of [...there, ...notThere]) {
          const headers = { 'content-type': 'application/json' };
          await endpoint.handle({ method, path: `/${name}${path}`, headers, body }, caller);
          expect(calls, `${method} /${name}${path}`).toEqual([]);
        }
      }
    }
    endpoint.close();
    const owner = await createEndpoint({ store, access: world.access }).handle(
      { method: 'GET', path: `/${carols}`, headers: {} },
      { kind: 'owner' },
    );
    expect([owner.status, calls]).toEqual([
      200,
      ['store.database', 'database.info', 'database.bytesOnDisk'],
    ]);
  });

  test('gets the same bytes from the door, in the same order', async () => {
    const headers = [
      ['Host', world.onion.host],
      ...(caller.kind === 'peer' ? [['Authorization', `Bearer ${token}`]] : []),
      ['Content-Type', 'application/json'],
    ] as [string, string][];
    for (const path of everyPath()) {
      for (const method of ['GET', 'HEAD', 'POST']) {
        const sent = method === 'GET' || method === 'HEAD' ? '' : body;
        const tried = [carols, unshared, 'No!Name'].map((name) =>
          raw(requestText(`${method} /${name}${path}`, headers, sent), world.onion.port),
        );
        const answers = new Set(await Promise.all(tried));
        expect([...answers], `${method} {db}${path}`).toHaveLength(1);
        expect([...answers][0]).toMatch(/^HTTP\/1\.1 40[345] /);
      }
    }
  });
});

test('an ended token, another’s, a changed one and none of ours are refused in the same bytes', async () => {
  const changed = `${token.slice(0, -1)}N`;
  const tokens = [changed, token.toUpperCase(), `${token}x`, 'A'.repeat(43), 'A'.repeat(200)];
  const answers = new Set<string>();
  for (const each of tokens) {
    for (const name of [carols, 'nothing']) {
      const headers = [
        ['Host', world.onion.host],
        ['Authorization', `Bearer ${each}`],
      ] as [string, string][];
      answers.add(await raw(requestText(`GET /${name}`, headers), world.onion.port));
    }
  }
  expect([...answers]).toHaveLength(1);
  expect([...answers][0]).toMatch(/^HTTP\/1\.1 401 /);
});

test('while nobody is at home a handshake hears so, whoever comes', async () => {
  const ask = (path: string, more: object) =>
    world.onion.ask('POST', path, { body: { m: toBase64Url(randomBytes(40)), ...more } });
  expect((await ask(handshakePaths.hello, {})).status).toBe(503);
  expect((await ask(handshakePaths.proof, { id: 'A'.repeat(22) })).status).toBe(403);
});
