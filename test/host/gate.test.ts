import httpAdapter from 'pouchdb-adapter-http';
import memoryAdapter from 'pouchdb-adapter-memory';
import PouchDB from 'pouchdb-core';
import replication from 'pouchdb-replication';
import * as v from 'valibot';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { toBase64Url } from '../../src/domain/bytes.ts';
import { checkAtDoor } from '../../src/domain/document/door.ts';
import { makeGated, wrapGated, type GateKey } from '../../src/domain/document/gated.ts';
import { wrapSealed } from '../../src/domain/document/sealed.ts';
import { tokenHash } from '../../src/domain/peer-handshake/token.ts';
import { parseSpaceName, spaceNameOf } from '../../src/domain/space/name.ts';
import { accessListSchema } from '../../src/protocol/access-list.ts';
import { blogOf, must, person, seeded } from '../domain/people.ts';
import { accessList, letIn, openWorld, type Answer, type World } from './endpoint-world.ts';
import { databaseOf, newDatabase } from './store-helpers.ts';

PouchDB.plugin(httpAdapter);
PouchDB.plugin(memoryAdapter);
PouchDB.plugin(replication);

interface Replicating extends PouchDB.Database {
  readonly replicate?: { to(other: unknown): Promise<unknown> };
}

const random = seeded('gate');
const alice = person('Alice');
const token = 'members-token';
const member = { address: person('Bob').identity.address, token };
const spaceId = random(32);
const space = spaceNameOf(spaceId);
const other = random(32);

const newKey = (): GateKey => ({ hint: random(8), key: random(32) });
/** A removed member holds the first, and everybody who is left the others. */
const [before, now, next] = [newKey(), newKey(), newKey()];
const written = (key: GateKey) => makeGated(spaceId, key, random(300)).json;

let world: World;
let version = 0;
const lend = (...keys: GateKey[]): void => {
  version += 1;
  const gates = keys.map(({ hint, key }) => ({ hint: toBase64Url(hint), key: toBase64Url(key) }));
  const peers = [{ ...member, read: [space], write: [space] }];
  const list = accessList(
    [{ name: space, door: 'gated', gates, readers: 'peers' }],
    peers,
    version,
  );
  expect(world.access.set(v.parse(accessListSchema, list))).toBe(true);
};

beforeAll(async () => {
  world = await openWorld(alice.identity.address);
  lend();
  letIn(world.access, [{ ...member, read: [], write: [] }]);
});
afterAll(async () => {
  expect(world.faults).toEqual([]);
  await world.close();
});
beforeEach(async () => {
  await world.store.destroy(space);
  await newDatabase(world.store, space);
  lend(now);
});

const push = (...docs: object[]): Promise<Answer> =>
  world.onion.ask('POST', `/${space}/_bulk_docs`, { body: { docs, new_edits: false }, token });
const stored = async (): Promise<string[]> =>
  (await databaseOf(world.store, space).range({ limit: 100 })).map(({ id }) => id);

test('what a member made is let in', async () => {
  const documents = [written(now), written(now)];
  expect((await push(...documents)).json).toEqual([]);
  expect(await stored()).toEqual(documents.map(({ _id }) => _id).toSorted());
});

describe('who may write, and is no member (any more), plants nothing', () => {
  const { hint } = now;
  const junk = random(300);
  const genuine = makeGated(spaceId, now, random(300));
  const tries: [string, object, string][] = [
    [
      'a proof that was made up',
      wrapGated(spaceId, { hint, ciphertext: junk, gate: random(16) }).json,
      'forbidden',
    ],
    [
      'a proof of something else',
      wrapGated(spaceId, { ...genuine, ciphertext: junk }).json,
      'forbidden',
    ],
    [
      'a proof under a key of their own',
      makeGated(spaceId, { hint, key: random(32) }, junk).json,
      'forbidden',
    ],
    [
      'a proof by a removed member',
      makeGated(spaceId, { hint, key: before.key }, junk).json,
      'forbidden',
    ],
    ['what was made for another space', makeGated(other, now, junk).json, 'forbidden'],
    [
      'that, with this space’s name',
      wrapGated(spaceId, makeGated(other, now, junk)).json,
      'forbidden',
    ],
    ['a sealed document without a proof', wrapSealed(spaceId, junk).json, 'forbidden'],
    ['a signed document', blogOf(alice, ['one']).documents[0] ?? {}, 'forbidden'],
    ['an epoch that nobody has lent', written(newKey()), 'unavailable'],
    ['the epoch that a removed member was in', written(before), 'unavailable'],
  ];

  test.each(tries)('%s', async (_, document, error) => {
    expect((await push(document)).json).toMatchObject([{ error }]);
    const path = `/${space}/${'_id' in document ? String(document._id) : ''}?new_edits=false`;
    const put = await world.onion.ask('PUT', path, { body: document, token });
    expect([put.status, put.json]).toMatchObject([error === 'forbidden' ? 403 : 503, { error }]);
    expect(await stored()).toEqual([]);
  });

  test('by its shape alone most of it would be taken, and be everybody’s to keep', () => {
    const name = must(parseSpaceName(space));
    const taken = tries.filter(([, document]) => checkAtDoor('gated', document, name).ok);
    expect(taken.map(([what]) => what)).toEqual([
      'a proof that was made up',
      'a proof of something else',
      'a proof under a key of their own',
      'a proof by a removed member',
      'that, with this space’s name',
      'an epoch that nobody has lent',
      'the epoch that a removed member was in',
    ]);
  });
});

describe('keys change', () => {
  test('of several epochs each lets its own in, also two by one hint', async () => {
    const twin = { hint: now.hint, key: random(32) };
    lend(before, now, twin, next);
    const documents = [before, now, twin, next].map(written);
    expect((await push(...documents)).json).toEqual([]);
    expect(await stored()).toHaveLength(4);
  });

  test('with it nobody loses their token, and what was let in stays', async () => {
    await push(written(now));
    lend(next);
    expect((await push(written(now))).json).toMatchObject([{ error: 'unavailable' }]);
    expect((await push(written(next))).json).toEqual([]);
    expect(await stored()).toHaveLength(2);
  });

  test('a key that is taken back while documents are on their way lets none of them in', async () => {
    const text = JSON.stringify({ docs: [written(now)], new_edits: false });
    const answer = await world.endpoint.handle(
      {
        method: 'POST',
        path: `/${space}/_bulk_docs`,
        headers: { 'content-type': 'application/json' },
        body: (async function* () {
          yield text;
          lend(next);
        })(),
      },
      { kind: 'peer', address: member.address, tokenHash: tokenHash(token) },
    );
    expect(answer).toMatchObject({ status: 201, body: expect.stringContaining('unavailable') });
    expect(await stored()).toEqual([]);
  });

  test('without any key nothing comes in, and PouchDB brings it again when there is one', async () => {
    lend();
    const document = written(now);
    const local: Replicating = new PouchDB('gated', { adapter: 'memory' });
    await local.bulkDocs([document], { new_edits: false });
    const remote = new PouchDB(`http://${world.onion.host}/${space}`, {
      adapter: 'http',
      skip_setup: true,
      fetch: world.onion.fetch(token),
    });
    await expect(local.replicate?.to(remote)).rejects.toThrow();
    expect(await stored()).toEqual([]);
    lend(now);
    expect(await local.replicate?.to(remote)).toMatchObject({ docs_written: 1 });
    expect(await stored()).toEqual([document._id]);
  });
});

test('gate keys are for gated spaces, and of one form', () => {
  const gates = [{ hint: toBase64Url(now.hint), key: toBase64Url(now.key) }];
  const listed = (each: object) => ({
    version: 1,
    peers: [],
    spaces: [{ name: space, readers: 'peers', ...each }],
  });
  expect(v.is(accessListSchema, listed({ door: 'gated', gates }))).toBe(true);
  expect(v.is(accessListSchema, listed({ door: 'gated' }))).toBe(true);
  expect(v.is(accessListSchema, listed({ door: 'sealed', gates }))).toBe(false);
  for (const wrong of [{ hint: 'A' }, { key: 'A' }, { more: 1 }]) {
    expect(
      v.is(accessListSchema, listed({ door: 'gated', gates: [{ ...gates[0], ...wrong }] })),
    ).toBe(false);
  }
});
