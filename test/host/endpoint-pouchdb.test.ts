import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { conversationSpace } from '../../src/domain/friend/pair.ts';
import { wrapSealed } from '../../src/domain/document/sealed.ts';
import type { StoredDocument } from '../../src/domain/document/envelope.ts';
import { databaseOf, newDatabase } from './store-helpers.ts';
import { shareWith, openWorld, type Client, type World } from './endpoint-world.ts';
import { blogOf, person } from '../domain/people.ts';
import { memory, remoteDatabase } from './pouchdb-client.ts';

let count = 0;

/** A database at one of our doors; at the onion door nobody but the owner makes databases. */
const remote = (client: Client, name: string, token?: string): PouchDB.Database =>
  remoteDatabase(client, name, {
    skipSetup: client === world.onion,
    ...(token === undefined ? {} : { token }),
  });

const alice = person('Alice');
const bob = person('Bob');
const blog = blogOf(
  alice,
  Array.from({ length: 60 }, (_, index) => `post ${index}`),
);
const pairSpace = conversationSpace(
  new Uint8Array(32).fill(7),
  alice.identity.publicKey,
  bob.identity.publicKey,
);
const sealed: StoredDocument[] = Array.from(
  { length: 30 },
  () => wrapSealed(pairSpace.id, bob.random(353)).json,
);
const token = 'bobs-token';

let world: World;
beforeAll(async () => {
  world = await openWorld(alice.identity.address);
});
afterAll(async () => {
  expect(world.faults).toEqual([]);
  await world.close();
});

let name: string;
beforeEach(() => {
  name = `db${(count += 1)}`;
});

describe('PouchDB’s replicator at the open door', () => {
  test.each([25, 100, 1_000])(
    'pushes and pulls in batches of %i, conflicts and deletions too',
    async (batch) => {
      const here = memory();
      const docs = Array.from({ length: 300 }, (_, index) => ({ _id: `d${index}`, n: index }));
      await here.bulkDocs(docs);
      await here.bulkDocs(
        [{ _id: 'd1', _rev: '2-b', _revisions: { start: 2, ids: ['b', 'a'] }, branch: true }],
        { new_edits: false },
      );
      await here.remove(await here.get('d2'));
      const pushed = await here.replicate.to(remote(world.open, name), { batch_size: batch });
      expect(pushed).toMatchObject({ docs_written: 301, doc_write_failures: 0 });

      const there = memory();
      const pulled = await there.replicate.from(remote(world.open, name), { batch_size: batch });
      expect(pulled).toMatchObject({ docs_written: 301, doc_write_failures: 0 });
      const all = { include_docs: true, conflicts: true };
      expect((await there.allDocs(all)).rows).toEqual((await here.allDocs(all)).rows);
      expect(await there.get('d1', { open_revs: 'all', revs: true })).toHaveLength(2);

      const again = await there.replicate.from(remote(world.open, name), { batch_size: batch });
      expect(again.docs_written).toBe(0);
    },
  );

  test('goes on at its checkpoint, and begins anew when the database is another one', async () => {
    await newDatabase(world.store, name);
    await databaseOf(world.store, name).write([{ _id: 'a' }, { _id: 'b' }], true);
    const here = memory();
    expect((await here.replicate.from(remote(world.open, name))).docs_written).toBe(2);
    await databaseOf(world.store, name).write([{ _id: 'c' }], true);
    expect((await here.replicate.from(remote(world.open, name))).docs_written).toBe(1);

    await world.store.destroy(name);
    await newDatabase(world.store, name);
    await databaseOf(world.store, name).write([{ _id: 'd' }, { _id: 'e' }], true);
    expect((await here.replicate.from(remote(world.open, name))).docs_written).toBe(2);
  });

  test('stays in step live, both ways', async () => {
    const here = memory();
    const there = remote(world.open, name);
    const live = here.sync(there, { live: true, retry: true, heartbeat: 1_000 });
    await here.put({ _id: 'from-here' });
    await vi.waitFor(() => there.get('from-here'), { timeout: 5_000 });
    await there.put({ _id: 'from-there' });
    await vi.waitFor(() => here.get('from-there'), { timeout: 5_000 });
    await there.put({ _id: 'again' });
    await vi.waitFor(() => here.get('again'), { timeout: 5_000 });
    live.cancel();
  });

  test('attachments inside documents go there and come back', async () => {
    const data = Buffer.from('hello').toString('base64');
    const there = remote(world.open, name);
    await there.put({
      _id: 'a',
      _attachments: { 'a.txt': { content_type: 'text/plain', data } },
    });
    const answer = await world.open.ask('GET', `/${name}/a?attachments=true`, {
      headers: { accept: 'application/json' },
    });
    expect(answer.json).toMatchObject({
      _attachments: { 'a.txt': { content_type: 'text/plain', data } },
    });
    const stub = await world.open.ask('GET', `/${name}/_all_docs?include_docs=true`);
    expect(stub.json).toMatchObject({
      rows: [{ doc: { _attachments: { 'a.txt': { stub: true, length: 5 } } } }],
    });
  });
});

describe('PouchDB’s replicator at the onion door', () => {
  beforeEach(async () => {
    for (const { space, documents } of [
      { space: blog.space.name, documents: blog.documents },
      { space: pairSpace.name, documents: sealed.slice(0, 10) },
    ]) {
      if (!(await world.store.create(space))) continue;
      await databaseOf(world.store, space).write(
        documents.map((document) => ({ ...document })),
        false,
      );
    }
    shareWith(
      world.access,
      [
        { name: blog.space.name, door: 'signed', readers: 'anyone' },
        { name: pairSpace.name, door: 'sealed', readers: 'peers' },
      ],
      [
        {
          address: bob.identity.address,
          token,
          read: [pairSpace.name],
          write: [pairSpace.name],
        },
      ],
    );
  });

  test('a stranger pulls a public blog', async () => {
    const here = memory();
    const pulled = await here.replicate.from(remote(world.onion, blog.space.name), {
      batch_size: 50,
    });
    expect(pulled).toMatchObject({ docs_written: blog.documents.length, doc_write_failures: 0 });
    const again = await here.replicate.from(remote(world.onion, blog.space.name));
    expect(again.docs_written).toBe(0);
  });

  test('a friend pulls what is new, pushes what is theirs, and hears of the next at once', async () => {
    const here = memory();
    const there = remote(world.onion, pairSpace.name, token);
    expect((await here.replicate.from(there)).docs_written).toBe(10);
    await here.bulkDocs(
      sealed.slice(5, 20).map((document) => ({ ...document })),
      { new_edits: false },
    );
    const pushed = await here.replicate.to(there);
    expect(pushed).toMatchObject({ docs_written: 10, doc_write_failures: 0 });
    expect((await here.replicate.to(there)).docs_written).toBe(0);

    const live = here.replicate.from(there, { live: true, retry: true });
    const [next = {}] = sealed.slice(20, 21);
    await databaseOf(world.store, pairSpace.name).write([{ ...next }], false);
    await vi.waitFor(async () => expect((await here.info()).doc_count).toBe(21), {
      timeout: 5_000,
    });
    live.cancel();
    expect(world.seen).toContain(bob.identity.address);
  });

  test('documents that fail the door are named as denied, the others arrive', async () => {
    const here = memory();
    const denied: unknown[] = [];
    await here.bulkDocs(
      [{ _id: 'not-ours', _rev: '1-a' }, ...sealed.slice(21, 24).map((doc) => ({ ...doc }))],
      { new_edits: false },
    );
    const run = here.replicate.to(remote(world.onion, pairSpace.name, token));
    run.on('denied', (error) => denied.push(error));
    expect(await run).toMatchObject({ docs_written: 3, doc_write_failures: 1 });
    expect(denied).toMatchObject([{ id: 'not-ours', name: 'forbidden' }]);
    expect(await databaseOf(world.store, pairSpace.name).keys(['not-ours'], {})).toEqual([
      { key: 'not-ours', error: 'not_found' },
    ]);
  });

  test('what is deleted here stays here: no tombstone goes out, and nothing comes back', async () => {
    const database = databaseOf(world.store, pairSpace.name);
    const [{ _id, _rev } = { _id: '', _rev: '' }] = sealed;
    await database.write([{ _id, _rev, _deleted: true }], true);
    const before = await database.info();
    const here = memory();
    await here.replicate.from(remote(world.onion, pairSpace.name, token), { checkpoint: false });
    await expect(here.get(_id)).rejects.toMatchObject({ reason: 'missing' });

    const theirs = memory();
    await theirs.bulkDocs([{ ...sealed[0] }], { new_edits: false });
    await theirs.replicate.to(remote(world.onion, pairSpace.name, token), { checkpoint: false });
    expect(await database.info()).toEqual(before);
  });
});
