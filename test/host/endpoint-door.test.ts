import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { StoredDocument } from '../../src/domain/document/envelope.ts';
import { sealRequest } from '../../src/domain/friend/request.ts';
import { inboxSpace } from '../../src/domain/space/charter.ts';
import { fromBase64Url, toBase64Url, utf8 } from '../../src/domain/bytes.ts';
import {
  deliveryHash,
  searchWork,
  workDone,
  type Challenge,
} from '../../src/domain/peer-handshake/work.ts';
import { createEndpoint } from '../../native-host/endpoint/endpoint.ts';
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

const inboxLimits = { inboxDocuments: 5, work: { least: 4, most: 6 } };
let world: World;
beforeAll(async () => {
  world = await openWorld(alice.identity.address, {
    limits: inboxLimits,
  });
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
  interface Asked {
    readonly nonce: string;
    readonly bits: number;
  }
  const asked = async (): Promise<Asked> =>
    (await world.onion.ask('GET', `/${inbox}/_work`)).json as Asked;

  const challenge = (id: string, { nonce }: Asked, recipient = alice): Challenge => ({
    recipient: recipient.identity.publicKey,
    nonce: must(fromBase64Url(nonce)),
    delivery: deliveryHash(utf8(id)),
  });

  /** Work of exactly so many bits, for this recipient's letter, that is none at all for the `other` challenge. */
  async function work(id: string, bits: number, ask: Asked, recipient = alice, other?: Challenge) {
    const wanted = challenge(id, ask, recipient);
    for (let first = 0; ; first += 1) {
      const solution = searchWork(wanted, bits, first, 1);
      if (!solution || workDone(wanted, solution) !== bits) continue;
      if (other && workDone(other, solution) > 0) continue;
      return { nonce: ask.nonce, solution: toBase64Url(solution) };
    }
  }
  const leave = async (letter: object, bits = 7, id = idOf(letter)): Promise<Answer> =>
    push(inbox, [letter], { work: await work(id, bits, await asked()) });
  const idOf = (letter: object): string =>
    '_id' in letter && typeof letter._id === 'string' ? letter._id : '';
  const letters = (count: number) =>
    Array.from({ length: count }, (_, index) => request(alice, `letter ${index}`));

  test('takes what anyone seals for it, once', async () => {
    const letter = request(alice, 'hello');
    for (let time = 0; time < 2; time += 1) {
      const answer = await leave(letter);
      expect([answer.status, answer.json]).toEqual([201, []]);
    }
    expect(await idsIn(inbox)).toEqual([letter._id]);
  });

  test('does not take what is for another inbox, not sealed, or too large', async () => {
    const carols = request(person('Carol'), 'hello');
    const large = { ...request(alice, ''), c: 'A'.repeat(limits.inboxDocumentBytes) };
    for (const bad of [carols, blog.documents[0] ?? {}, large]) {
      expect((await leave(bad)).json).toMatchObject([{ error: 'forbidden' }]);
    }
    expect(await idsIn(inbox)).toEqual([]);
  });

  test('takes one at once, so many bytes, and so many in all; what is there already takes no room', async () => {
    const many = letters(8);
    expect((await push(inbox, many.slice(0, 2))).status).toBe(413);
    expect((await push(inbox, [{ c: 'A'.repeat(200_000) }])).status).toBe(413);
    expect(await idsIn(inbox)).toEqual([]);
    const answers = await Promise.all(many.map((letter) => leave(letter)));
    const refused = answers.flatMap(({ json }) => json as { error: string; reason: string }[]);
    expect(refused).toHaveLength(3);
    expect(refused[0]).toMatchObject({ error: 'too_many', reason: 'The inbox is full.' });
    const there = await idsIn(inbox);
    expect(there).toHaveLength(5);
    const again = many.find(({ _id }) => there.includes(_id)) ?? many[0]!;
    expect((await leave(again)).json).toEqual([]);
  });

  test('asks a stranger for work, the more the fuller it is, and takes nothing without', async () => {
    const letter = request(alice, 'hello');
    const { nonce, bits } = await asked();
    expect(bits).toBe(4);
    const enough = await work(letter._id, bits, { nonce, bits });
    // One in sixteen solutions of another challenge would do for this one by chance.
    const right = challenge(letter._id, { nonce, bits });
    const tries: [string, object][] = [
      ['none', {}],
      ['too little', { work: await work(letter._id, bits - 1, { nonce, bits }) }],
      ['for another letter', { work: await work('e', 7, { nonce, bits }, alice, right) }],
      ['for somebody else', { work: await work(letter._id, 7, { nonce, bits }, bob, right) }],
      ['of a nonce of its own', { work: { ...enough, nonce: toBase64Url(new Uint8Array(32)) } }],
    ];
    for (const [what, more] of tries) {
      const { status, json } = await push(inbox, [letter], more);
      expect([what, status, json]).toMatchObject([what, 428, { error: 'work_needed' }]);
    }
    expect((await push(inbox, [letter], { work: { ...enough, more: 1 } })).status).toBe(400);
    expect(await idsIn(inbox)).toEqual([]);
    expect((await push(inbox, [letter], { work: enough })).json).toEqual([]);
    for (const each of letters(4)) await leave(each);
    expect((await asked()).bits).toBe(6);
  });

  test('a full one keeps what cost most', async () => {
    const [first, second, ...rest] = letters(7);
    await leave(first!, 6);
    for (const each of rest.slice(0, 4)) await leave(each, 8);
    expect((await leave(second!, 6)).json).toMatchObject([{ error: 'too_many' }]);
    expect((await leave(second!, 7)).json).toEqual([]);
    const there = await idsIn(inbox);
    expect(there.toSorted()).toEqual([second!, ...rest.slice(0, 4)].map(idOf).toSorted());
    expect((await leave(rest[4]!, 9)).json).toEqual([]);
    expect(await idsIn(inbox)).not.toContain(second!._id);
  });

  test('remembers over a restart what each letter cost', async () => {
    const [first, second, ...rest] = letters(6);
    await leave(first!, 6);
    for (const each of rest) await leave(each, 8);
    const restarted = createEndpoint({
      store: world.store,
      access: world.access,
      address: () => alice.identity.address,
      limits: inboxLimits,
    });
    const ask = async (method: string, path: string, body?: unknown) => {
      const headers = { 'content-type': 'application/json' };
      const request = { method, path: `/${inbox}/${path}`, headers, body: JSON.stringify(body) };
      const answer = await restarted.handle(request, { kind: 'stranger' });
      return JSON.parse(answer.body as string) as unknown;
    };
    const deliver = async (letter: StoredDocument, bits: number) => {
      const done = await work(letter._id, bits, (await ask('GET', '_work')) as Asked);
      return ask('POST', '_bulk_docs', { docs: [letter], new_edits: false, work: done });
    };
    expect(await deliver(second!, 7)).toEqual([]);
    expect((await idsIn(inbox)).toSorted()).toEqual([second!, ...rest].map(idOf).toSorted());
    // What was taken out by its owner leaves nothing behind for long.
    const database = databaseOf(world.store, inbox);
    for (const { _id, _rev } of rest) {
      await database.write([{ _id, _rev, _deleted: true }], true);
    }
    expect(await deliver(letters(8)[7]!, 7)).toEqual([]);
    expect(await database.locals('_local/letter:')).toHaveLength(2);
    restarted.close();
  });

  test('keeps nothing of a letter that its owner has erased, not even what it cost', async () => {
    const [letter, other] = letters(2);
    await leave(letter!, 6);
    await leave(other!, 6);
    const erased = await world.endpoint.handle(
      {
        method: 'POST',
        path: `/${inbox}/_purge`,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ [letter!._id]: [] }),
      },
      { kind: 'owner' },
    );
    expect(erased.status).toBe(201);
    const database = databaseOf(world.store, inbox);
    const costs = await database.locals('_local/letter:');
    expect(costs.map(({ _id }) => _id)).toEqual([`_local/letter:${other!._id}`]);
    // Who kept it is told that all is well, and nothing is stored.
    expect((await leave(letter!, 6)).json).toEqual([]);
    expect(await idsIn(inbox)).toEqual([other!._id]);
  });

  test('takes so many bytes in all', async () => {
    const few = letters(4);
    const most = few.slice(0, 3).reduce((all, each) => all + JSON.stringify(each).length, 0);
    const small = await openWorld(alice.identity.address, {
      limits: { ...inboxLimits, inboxBytes: most },
    });
    await newDatabase(small.store, inbox);
    shareWith(
      small.access,
      [{ name: inbox, door: 'inbox', readers: 'nobody' }],
      [{ address: bob.identity.address, token, read: [], write: [] }],
    );
    const answers: unknown[] = [];
    for (const letter of few) {
      const body = { docs: [letter], new_edits: false };
      answers.push((await small.onion.ask('POST', `/${inbox}/_bulk_docs`, { body, token })).json);
    }
    expect(answers).toMatchObject([[], [], [], [{ error: 'too_many' }]]);
    await small.close();
  });

  test('asks a friend for none, who is the first to make room', async () => {
    const [theirs, ...strangers] = letters(6);
    const answer = await world.onion.ask('POST', `/${inbox}/_bulk_docs`, {
      body: { docs: [theirs], new_edits: false },
      token,
    });
    expect(answer.json).toEqual([]);
    for (const each of strangers) await leave(each);
    expect((await idsIn(inbox)).toSorted()).toEqual(strangers.map(idOf).toSorted());
  });

  test('only an inbox asks for work', async () => {
    const path = `/${blog.space.name}/_work`;
    expect((await world.onion.ask('GET', path)).status).toBe(404);
    expect((await world.onion.ask('GET', path, { token })).status).toBe(404);
  });
});
