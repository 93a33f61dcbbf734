import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { createAccessControl } from '../../native-host/endpoint/access/access.ts';
import { createEndpoint } from '../../native-host/endpoint/endpoint.ts';
import { whoMakesRoom, type Letter } from '../../native-host/endpoint/limits/letters.ts';
import { openStore, type HostStore } from '../../native-host/store/store.ts';
import { openUsage } from '../../native-host/store/usage.ts';
import { blogOf, person } from '../domain/people.ts';
import { accessList, temporaryFolder } from './endpoint-world.ts';
import { databaseOf, newDatabase } from './store-helpers.ts';

const alice = person('Alice');
const bob = person('Bob').identity.address;
const eve = person('Eve').identity.address;
const [one, two] = [blogOf(alice, ['one']), blogOf(alice, ['two'])];
const size = one.documents.reduce((all, document) => all + JSON.stringify(document).length, 0);
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** A host that takes so much from others, at a folder that may have been used before. */
async function host(folder: string, quotas: { spaceBytes: number; peerBytes: number }) {
  const store = await openStore(folder);
  const access = createAccessControl();
  const endpoint = createEndpoint({ store, access, limits: { quotas } });
  const spaces = [one, two].map(({ space }) => space.name);
  access.set(
    accessList(
      spaces.map((name) => ({ name, door: 'signed', readers: 'peers' })),
      [bob, eve].map((address) => ({ address, token: '', read: spaces, write: spaces })),
    ),
  );
  const push = async (peer: string, blog: typeof one, documents = blog.documents) => {
    const body = JSON.stringify({ docs: documents, new_edits: false });
    const path = `/${blog.space.name}/_bulk_docs`;
    const headers = { 'content-type': 'application/json' };
    const caller =
      peer === 'owner' ? ({ kind: 'owner' } as const) : { kind: 'peer' as const, address: peer };
    const answer = await endpoint.handle({ method: 'POST', path, headers, body }, caller);
    return [answer.status, JSON.parse(answer.body as string) as unknown];
  };
  const close = async () => {
    endpoint.close();
    await store.close();
  };
  return { store, push, close };
}

async function folderOfItsOwn(): Promise<string> {
  const { folder, remove } = await temporaryFolder();
  closing.push(remove);
  return folder;
}
const count = async (store: HostStore, blog: typeof one): Promise<number> =>
  (await databaseOf(store, blog.space.name).info()).documents;
const full = [
  507,
  { error: 'insufficient_storage', reason: expect.stringMatching(/\d+ bytes.*nothing was stored/) },
];

describe('what others bring', () => {
  test('ends at what a database takes, and nothing of the rest is stored; the owner writes on', async () => {
    const { store, push, close } = await host(await folderOfItsOwn(), {
      spaceBytes: size - 1,
      peerBytes: 1e9,
    });
    closing.push(close);
    for (const { space } of [one, two]) await newDatabase(store, space.name);
    expect(await push(bob, one)).toEqual(full);
    expect(await count(store, one)).toBe(0);
    const fits = one.documents.slice(0, 2);
    expect(await push(bob, one, fits)).toEqual([201, []]);
    expect(await push(eve, one)).toEqual(full);
    expect(await count(store, one)).toBe(2);
    expect(await push('owner', one)).toEqual([201, []]);
    expect(await count(store, one)).toBe(one.documents.length);
    expect(await push(eve, two, two.documents.slice(0, 2))).toEqual([201, []]);
  });

  test('ends at what one peer may bring in all, whoever else still has room; a deleted database gives it back', async () => {
    const { store, push, close } = await host(await folderOfItsOwn(), {
      spaceBytes: 1e9,
      peerBytes: size + 10,
    });
    closing.push(close);
    for (const { space } of [one, two]) await newDatabase(store, space.name);
    expect(await push(bob, one)).toEqual([201, []]);
    expect(await push(bob, two)).toEqual(full);
    expect(await push(eve, two)).toEqual([201, []]);
    await store.destroy(one.space.name);
    expect(await push(bob, two)).toEqual([201, []]);
  });

  test('is counted over a restart, without an address in the file', async () => {
    const folder = await folderOfItsOwn();
    const quotas = { spaceBytes: 1e9, peerBytes: size + 10 };
    const first = await host(folder, quotas);
    for (const { space } of [one, two]) await newDatabase(first.store, space.name);
    expect(await first.push(bob, one)).toEqual([201, []]);
    await first.close();
    expect(await readFile(path.join(folder, 'usage.json'), 'utf8')).not.toContain(bob.slice(0, 20));
    const again = await host(folder, quotas);
    closing.push(again.close);
    expect(await again.push(bob, two)).toEqual(full);
  });

  test('and was there before takes no room for long: before anybody is refused, the disk is asked', async () => {
    const { store, push, close } = await host(await folderOfItsOwn(), {
      spaceBytes: 100_000,
      peerBytes: 100_000,
    });
    closing.push(close);
    await newDatabase(store, one.space.name);
    const times = Math.ceil(200_000 / size);
    for (let time = 0; time < times; time += 1) expect(await push(bob, one)).toEqual([201, []]);
  });
});

describe('the count of what was brought', () => {
  const database = { name: 'space', incarnation: 'a' };

  test('is of one incarnation, shrinks alike for everybody, and survives what is no count', async () => {
    const file = path.join(await folderOfItsOwn(), 'usage.json');
    const usage = await openUsage(file);
    usage.add(database, bob, 300);
    usage.add(database, eve, 100);
    usage.shrink(database, 1_000);
    expect(usage.inDatabase(database)).toBe(400);
    usage.shrink(database, 200);
    expect([usage.byPeer(bob), usage.byPeer(eve)]).toEqual([150, 50]);
    await usage.save();
    const again = await openUsage(file);
    expect(again.byPeer(bob)).toBe(150);
    expect(again.databasesOf(bob)).toEqual(['space']);
    expect(again.inDatabase({ ...database, incarnation: 'b' })).toBe(0);
    expect((await openUsage(path.dirname(file))).byPeer(bob)).toBe(0);
  });
});

describe('who makes room in an inbox', () => {
  const letter = (id: string, bits: number, bytes = 10): Letter => ({ id, bits, bytes });
  const limits = { inboxDocuments: 3, inboxBytes: 100 };
  const leaving = (letters: Letter[], fresh: Letter) =>
    whoMakesRoom(letters, fresh, limits)?.map(({ id }) => id);

  test.each<[string, Letter[], Letter, string[] | undefined]>([
    ['nobody while there is some', [letter('a', 1)], letter('b', 0), []],
    ['whoever cost least', [letter('a', 3), letter('b', 2), letter('c', 4)], letter('d', 3), ['b']],
    [
      'nobody for one that cost no more',
      [letter('a', 3), letter('b', 2), letter('c', 4)],
      letter('d', 2),
      undefined,
    ],
    [
      'as many as it takes in bytes',
      [letter('a', 1, 40), letter('b', 2, 40)],
      letter('d', 3, 90),
      ['a', 'b'],
    ],
    [
      'nobody if one of them cost as much',
      [letter('a', 1, 40), letter('b', 3, 40)],
      letter('d', 3, 90),
      undefined,
    ],
    ['nobody for one that is larger than all', [letter('a', 1)], letter('d', 9, 101), undefined],
  ])('%s', (_, letters, fresh, expected) => expect(leaving(letters, fresh)).toEqual(expected));
});
