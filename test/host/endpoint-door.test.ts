import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { StoredDocument } from '../../src/domain/document/envelope.ts';
import { sealRequest } from '../../src/domain/friend/request.ts';
import { inboxSpace } from '../../src/domain/space/charter.ts';
import { limits } from '../../src/protocol/limits.ts';
import { blogOf, must, person, type Person } from '../domain/people.ts';
import { shareWith, openWorld, type Answer, type World } from './endpoint-world.ts';
import { databaseOf, newDatabase } from './store-helpers.ts';

const alice = person('Alice');
const bob = person('Bob');
const inbox = inboxSpace(alice.identity.publicKey).name;
const blog = blogOf(alice, ['one', 'two', 'three']);
const other = blogOf(alice, ['elsewhere']);
const token = 'bobs-token';

/** What Bob leaves in somebody's inbox. */
function request(to: Person, note: string): StoredDocument {
  const { bundle, device } = bob;
  const sealing = { kind: 'request', name: 'Bob', note, time: 1, bundle } as const;
  const sealed = sealRequest(
    { ...sealing, encryption: device.encryption, recipient: to.bundle },
    bob.random,
  );
  return must(sealed).json;
}

let world: World;
beforeAll(async () => {
  world = await openWorld(alice.identity.address, { limits: { inboxDocuments: 5 } });
  shareWith(
    world.access,
    [
      { name: blog.space.name, door: 'signed', readers: 'peers' },
      { name: inbox, door: 'inbox', readers: 'nobody' },
    ],
    [{ address: bob.identity.address, token, read: [], write: [blog.space.name] }],
  );
});
afterAll(async () => {
  expect(world.faults).toEqual([]);
  await world.close();
});
beforeEach(async () => {
  for (const name of [inbox, blog.space.name]) {
    await world.store.destroy(name);
    await newDatabase(world.store, name);
  }
});

const push = (database: string, docs: unknown, more: object = {}): Promise<Answer> =>
  world.onion.ask('POST', `/${database}/_bulk_docs`, {
    body: { docs, new_edits: false, ...more },
    ...(database === inbox ? {} : { token }),
  });
const idsIn = async (name: string): Promise<string[]> =>
  (await databaseOf(world.store, name).range({ limit: 1_000 })).map((row) => row.id);

describe('documents brought by others', () => {
  test('are stored as they are, with what replication adds taken off', async () => {
    const docs = blog.documents.map((document) => ({
      ...document,
      _revisions: { start: 1, ids: [document._rev.slice(2)] },
    }));
    const answer = await push(blog.space.name, docs);
    expect([answer.status, answer.json]).toEqual([201, []]);
    const rows = await databaseOf(world.store, blog.space.name).range({
      limit: 100,
      includeDocs: true,
    });
    expect(rows.map((row) => row.doc)).toEqual(
      expect.arrayContaining(blog.documents.map((document) => ({ ...document }))),
    );
    expect(rows).toHaveLength(blog.documents.length);
    // Once more is no news.
    const { updateSeq } = await databaseOf(world.store, blog.space.name).info();
    expect((await push(blog.space.name, docs)).json).toEqual([]);
    expect((await databaseOf(world.store, blog.space.name).info()).updateSeq).toBe(updateSeq);
  });

  const [good] = blog.documents as [StoredDocument];
  const hash = good._rev.slice(2);
  const refusals: [string, unknown, RegExp][] = [
    ['nothing at all', null, /no document/],
    ['no object', 7, /no document/],
    ['another kind of document', { _id: 'x', _rev: '1-a' }, /no document/],
    ['another _id', { ...good, _id: `d${'a'.repeat(52)}` }, /revision|_id/],
    ['another revision', { ...good, _rev: '1-0123456789abcdef0123456789abcdef' }, /one revision/],
    ['a later revision', { ...good, _rev: `2-${hash}` }, /one revision/],
    ['a history', { ...good, _revisions: { start: 2, ids: [hash, hash] } }, /one revision/],
    [
      'a tombstone',
      { _id: good._id, _rev: `2-${hash}`, _deleted: true },
      /field|revision|document/,
    ],
    ['a tombstone of the first revision', { ...good, _deleted: true }, /field/],
    ['a field of its own', { ...good, more: 1 }, /field/],
    ['an attachment', { ...good, _attachments: {} }, /chunk documents/],
    ['another version', { ...good, v: 2 }, /version/],
    ['a document of another space', other.documents[0], /space|_id|signature/],
    ['a sealed document', request(alice, 'hello'), /kind/],
    ['a design document', { _id: '_design/x', _rev: '1-a', views: {} }, /no document/],
    ['a local document', { _id: '_local/x', _rev: '0-1' }, /no document/],
  ];

  test.each(refusals)(
    '%s is refused with the reason, and what came with it is stored',
    async (_, bad, reason) => {
      const answer = await push(blog.space.name, [bad, ...blog.documents.slice(1)]);
      expect(answer.status).toBe(201);
      expect(answer.json).toEqual([
        expect.objectContaining({ error: 'forbidden', reason: expect.stringMatching(reason) }),
      ]);
      const stated = (bad as { _id?: string } | null)?._id ?? null;
      expect((answer.json as { id: unknown }[])[0]?.id).toBe(stated);
      expect(await idsIn(blog.space.name)).toHaveLength(blog.documents.length - 1);
      expect((await databaseOf(world.store, blog.space.name).getLocal('_local/x')) ?? 'none').toBe(
        'none',
      );
    },
  );

  test('a forged signature is refused', async () => {
    const [, , header] = blog.documents as readonly { s?: string }[];
    const forged = { ...header, s: `A${header?.s?.slice(1) ?? ''}` };
    const { json } = await push(blog.space.name, [forged]);
    expect(json).toMatchObject([{ error: 'forbidden' }]);
    expect(await idsIn(blog.space.name)).toEqual([]);
  });

  test('are never edited here: new_edits must be false', async () => {
    for (const more of [{ new_edits: true }, { new_edits: undefined }]) {
      const { status } = await push(blog.space.name, blog.documents, more);
      expect(status).toBe(403);
    }
    expect(await idsIn(blog.space.name)).toEqual([]);
  });

  test('go one by one through PUT as well', async () => {
    const path = `/${blog.space.name}/${good._id}?new_edits=false`;
    const put = await world.onion.ask('PUT', path, { token, body: good });
    expect([put.status, put.json]).toEqual([201, { ok: true, id: good._id, rev: good._rev }]);
    const elsewhere = `/${blog.space.name}/dother?new_edits=false`;
    expect((await world.onion.ask('PUT', elsewhere, { token, body: good })).status).toBe(400);
    const bad = await world.onion.ask('PUT', path, { token, body: { ...good, v: 2 } });
    expect(bad.json).toMatchObject({
      error: 'forbidden',
      reason: expect.stringMatching(/version/),
    });
  });
});

describe('an inbox', () => {
  test('takes what anyone seals for it, once', async () => {
    const letter = request(alice, 'hello');
    for (let time = 0; time < 2; time += 1) {
      const answer = await push(inbox, [letter]);
      expect([answer.status, answer.json]).toEqual([201, []]);
    }
    expect(await idsIn(inbox)).toEqual([letter._id]);
  });

  test('does not take what is for another inbox, not sealed, or too large', async () => {
    const carols = request(person('Carol'), 'hello');
    const large = { ...request(alice, ''), c: 'A'.repeat(limits.inboxDocumentBytes) };
    const { json } = await push(inbox, [carols, blog.documents[0], large]);
    expect(json).toMatchObject([
      { error: 'forbidden' },
      { error: 'forbidden' },
      { error: 'forbidden' },
    ]);
    expect(await idsIn(inbox)).toEqual([]);
  });

  test('takes so many at once, so many bytes, and so many in all; what is there already takes no room', async () => {
    const letters = Array.from({ length: 11 }, (_, index) => request(alice, `letter ${index}`));
    expect((await push(inbox, letters)).status).toBe(413);
    expect((await push(inbox, [{ c: 'A'.repeat(200_000) }])).status).toBe(413);
    expect(await idsIn(inbox)).toEqual([]);
    const both = await Promise.all([
      push(inbox, letters.slice(0, 4)),
      push(inbox, letters.slice(4, 8)),
    ]);
    const refused = both.flatMap(({ json }) => json as { error: string; reason: string }[]);
    expect(refused).toHaveLength(3);
    expect(refused[0]).toMatchObject({ error: 'too_many', reason: 'The inbox is full.' });
    const there = await idsIn(inbox);
    expect(there).toHaveLength(5);
    const again = letters.filter(({ _id }) => there.includes(_id));
    expect((await push(inbox, again)).json).toEqual([]);
  });
});
