import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { StoredDocument } from '../../src/domain/document/envelope.ts';
import { blogOf, person } from '../domain/people.ts';
import { accessList, letIn, openWorld, type World } from './endpoint-world.ts';
import { memory, remoteDatabase, type Replicating } from './pouchdb-client.ts';
import { databaseOf, newDatabase } from './store-helpers.ts';

const [alice, bob, carol] = [person('Alice'), person('Bob'), person('Carol')];
const wall = blogOf(alice, ['one', 'two', 'three', 'four']);
const name = wall.space.name;
const [bobs, carols] = [bob, carol].map((each) => ({
  address: each.identity.address,
  token: `token-of-${each.name}`,
  read: [name],
  write: [name],
}));
const peers = [bobs!, carols!];
const day = 86_400_000;
const limits = {
  documents: 20,
  bytes: 100_000,
  documentsOfOne: 15,
  bytesOfOne: 80_000,
  milliseconds: 30 * day,
};

let now = Date.now();
let world: World;
beforeAll(async () => {
  world = await openWorld(alice.identity.address, {
    limits: { staging: limits },
    clock: () => now,
  });
});
afterAll(async () => {
  expect(world.faults).toEqual([]);
  await world.close();
});
let version = 0;
const share = (door: 'signed' | 'sealed', staged: boolean): void => {
  world.access.set(accessList([{ name, door, readers: 'peers', staged }], peers, (version += 1)));
  letIn(world.access, peers);
};
beforeEach(async () => {
  await world.store.destroy(name);
  await newDatabase(world.store, name);
  share('signed', true);
});

async function having(documents: readonly StoredDocument[]): Promise<Replicating> {
  const here = memory();
  await here.bulkDocs(
    documents.map((document) => ({ ...document })),
    { new_edits: false },
  );
  return here;
}
const at = (peer = bobs) =>
  remoteDatabase(world.onion, name, { token: peer!.token, skipSetup: true });
const idsOf = (documents: readonly { _id: string }[]) => documents.map(({ _id }) => _id).toSorted();
async function served(): Promise<string[]> {
  return (await databaseOf(world.store, name).range({ limit: 1_000 })).map(({ id }) => id);
}
async function waiting(after = ''): Promise<{ id: string; by: string; doc: StoredDocument }[]> {
  const { json } = await world.open.ask('GET', `/${name}/_staged?after=${after}`);
  return (json as { rows: { id: string; by: string; doc: StoredDocument }[] }).rows;
}
const settle = (body: object) => world.open.ask('POST', `/${name}/_staged`, { body });

describe('what others bring into a space whose owner judges first', () => {
  test('is taken, served to nobody, and not asked for again', async () => {
    const bobHas = await having(wall.documents);
    const pushed = await bobHas.replicate.to(at());
    expect(pushed).toMatchObject({ docs_written: wall.documents.length, doc_write_failures: 0 });
    expect(await served()).toEqual([]);
    expect((await memory().replicate.from(at(carols))).docs_written).toBe(0);

    const again = await (await having(wall.documents)).replicate.to(at(carols));
    expect(again.docs_written).toBe(0);
    const rows = await waiting();
    expect(rows.map(({ id }) => id)).toEqual(idsOf(wall.documents));
    expect(new Set(rows.map(({ by }) => by))).toEqual(new Set([bob.identity.address]));
    expect(rows.map(({ doc }) => doc)).toEqual(expect.arrayContaining([...wall.documents]));
  });

  test('reaches everybody once it is accepted, also those who had seen later changes', async () => {
    const [first, second, ...rest] = wall.documents;
    await (await having([first!])).replicate.to(at());
    await databaseOf(world.store, name).write([{ ...second! }], false);
    const carolHas = memory();
    expect((await carolHas.replicate.from(at(carols))).docs_written).toBe(1);

    expect((await settle({ accept: [first!._id, 'unknown'] })).json).toEqual({
      ok: true,
      accepted: [first!._id],
    });
    expect((await carolHas.replicate.from(at(carols))).docs_written).toBe(1);
    expect(await waiting()).toEqual([]);
    expect(rest.length).toBeGreaterThan(0);
  });

  test('is gone for good when it is dropped, and who brings it again is content', async () => {
    const bobHas = await having(wall.documents.slice(0, 2));
    await bobHas.replicate.to(at());
    await settle({ drop: idsOf(wall.documents.slice(0, 2)) });
    expect(await waiting()).toEqual([]);
    const again = await bobHas.replicate.to(at(), { checkpoint: false });
    expect(again).toMatchObject({ docs_written: 0, doc_write_failures: 0 });
    expect([await served(), await waiting()]).toEqual([[], []]);
  });

  test('would be served to others whatever it is, if it did not wait', async () => {
    share('signed', false);
    // A text that no signed document names: what the door alone can see of it is in order.
    const [, , , text] = wall.documents;
    await (await having([text!])).replicate.to(at());
    expect((await memory().replicate.from(at(carols))).docs_written).toBe(1);
  });

  test('would be lost for ever if it were refused until it fits', async () => {
    // A door that takes nothing of this kind yet, as one does to which ancestors are missing.
    share('sealed', false);
    const bobHas = await having(wall.documents);
    const refused = await bobHas.replicate.to(at());
    expect(refused.docs_written).toBe(0);
    share('signed', false);
    expect((await bobHas.replicate.to(at())).docs_written).toBe(0);
    expect(await served()).toEqual([]);
  });

  test('outlasts compaction, and its owner may write the same', async () => {
    await (await having(wall.documents)).replicate.to(at());
    await databaseOf(world.store, name).compact();
    const [first] = wall.documents;
    await databaseOf(world.store, name).write([{ ...first! }], false);
    expect(await served()).toEqual([first!._id]);
    await settle({ accept: idsOf(wall.documents) });
    expect(await served()).toEqual(idsOf(wall.documents));
  });

  test('has its limits, for one and for all, and room again once it is judged or old', async () => {
    const many = blogOf(
      alice,
      Array.from({ length: 12 }, (_, index) => `post ${index}`),
    );
    const bring = (documents: readonly StoredDocument[], { token } = bobs!) =>
      world.onion.ask('POST', `/${many.space.name}/_bulk_docs`, {
        body: { docs: documents, new_edits: false },
        token,
      });
    await newDatabase(world.store, many.space.name);
    const listed = peers.map((peer) => ({
      ...peer,
      read: [many.space.name],
      write: [many.space.name],
    }));
    const space = {
      name: many.space.name,
      door: 'signed',
      readers: 'peers',
      staged: true,
    } as const;
    world.access.set(accessList([space], listed, (version += 1)));
    letIn(world.access, listed);
    const { documents } = many;
    now -= 31 * day;
    expect((await bring(documents.slice(0, 15))).status).toBe(201);
    const full = await bring(documents.slice(15, 16));
    expect([full.status, full.json]).toMatchObject([507, { error: 'insufficient_storage' }]);
    // Another still has room, up to what all may bring.
    expect((await bring(documents.slice(15, 20), carols)).status).toBe(201);
    expect((await bring(documents.slice(20, 21), carols)).status).toBe(507);
    now += 31 * day;
    expect((await bring(documents.slice(20, 21), carols)).status).toBe(201);
    await world.store.destroy(many.space.name);
  });

  test.each([[{ accept: 'x' }], [{ accept: [1] }], [{ other: [] }]])(
    'refuses the verdict %j',
    async (body) => {
      expect((await settle(body)).status).toBe(400);
    },
  );

  test('is its owner’s business alone', async () => {
    for (const [method, body] of [
      ['GET', undefined],
      ['POST', { accept: [] }],
    ] as const) {
      const answer = await world.onion.ask(method, `/${name}/_staged`, {
        token: bobs!.token,
        ...(body ? { body } : {}),
      });
      expect(answer.status).toBeGreaterThanOrEqual(400);
    }
  });
});

test('brought in any order, by anybody, and judged at any time: what is accepted is there, and nothing else', async () => {
  const ids = idsOf(wall.documents);
  const some = fc.subarray([...wall.documents], { minLength: 1 });
  const step = fc.oneof(
    fc.record({ what: fc.constant('bring' as const), by: fc.constantFrom(bobs, carols), some }),
    fc.record({ what: fc.constantFrom('accept' as const, 'drop' as const), some }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      await world.store.destroy(name);
      await newDatabase(world.store, name);
      const state = new Map<string, 'waiting' | 'served' | 'gone'>();
      for (const one of steps) {
        if (one.what === 'bring') {
          const body = { docs: one.some, new_edits: false };
          const answer = await world.onion.ask('POST', `/${name}/_bulk_docs`, {
            body,
            token: one.by!.token,
          });
          expect([answer.status, answer.json]).toEqual([201, []]);
          for (const { _id } of one.some) if (!state.has(_id)) state.set(_id, 'waiting');
        } else {
          const named = idsOf(one.some);
          await settle({ [one.what]: named });
          for (const id of named) {
            if (state.get(id) === 'waiting') state.set(id, one.what === 'drop' ? 'gone' : 'served');
          }
        }
      }
      const inState = (wanted: string) => ids.filter((id) => state.get(id) === wanted);
      expect((await waiting()).map(({ id }) => id)).toEqual(inState('waiting'));
      expect(await served()).toEqual(inState('served'));
    }),
    { numRuns: 30 },
  );
});
