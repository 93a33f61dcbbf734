import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CodedError } from '../../src/protocol/codes.ts';
import { readChanges } from '../../src/store/documents.ts';
import { openMemoryStores } from '../../src/store/memory-stores.ts';
import type { SpaceDatabase, StoredDocument } from '../../src/store/ports.ts';
import type { OnionFetch } from '../../src/sync/onion-fetch.ts';
import { peerClient } from '../../src/sync/peer-client.ts';
import { pullSpace } from '../../src/sync/pull.ts';
import { blogOf, person } from '../domain/people.ts';
import { TestSessionArea } from '../store/session-area.ts';

const mallory = person('mallory');
const blog = blogOf(mallory, ['one', 'two', 'three']);
const space = { name: blog.space.name, door: 'signed' } as const;
const genuine = new Map(blog.documents.map((document) => [document._id as string, document]));

const uncaught: unknown[] = [];
const note = (error: unknown) => uncaught.push(error);
beforeEach(() => {
  uncaught.length = 0;
  process.on('uncaughtException', note);
  process.on('unhandledRejection', note);
});
afterEach(() => {
  process.off('uncaughtException', note);
  process.off('unhandledRejection', note);
  expect(uncaught).toEqual([]);
});

/** An answer with something in it changed, left out or replaced, at any depth. */
function spoiled(honest: unknown): fc.Arbitrary<unknown> {
  return fc
    .array(fc.tuple(fc.nat(), fc.oneof(fc.jsonValue(), fc.constant(undefined))), { maxLength: 3 })
    .map((changes) => {
      let value = structuredClone(honest);
      for (const [where, what] of changes) {
        const places = placesIn(value);
        const place = places[where % places.length];
        if (place === undefined) value = what;
        else if (Array.isArray(place.in)) place.in[Number(place.at)] = what;
        else place.in[place.at] = what;
      }
      return JSON.parse(JSON.stringify(value) ?? 'null') as unknown;
    });
}

type Place = { in: Record<string, unknown> | unknown[]; at: string };

function placesIn(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const container = value as Record<string, unknown>;
  return Object.keys(container).flatMap((at) => [
    { in: container, at },
    ...placesIn(container[at]),
  ]);
}

const changes = {
  results: blog.documents.map(({ _id, _rev }, at) => ({
    id: _id,
    seq: at + 1,
    changes: [{ rev: _rev }],
  })),
  last_seq: blog.documents.length,
};
const bulkGet = {
  results: blog.documents.map((document) => ({ id: document._id, docs: [{ ok: document }] })),
};

async function pull(db: SpaceDatabase, fetch: OnionFetch): Promise<string | undefined> {
  const client = peerClient(fetch, { address: mallory.identity.address });
  try {
    await pullSpace(
      { client, uuid: 'u', space, db },
      { stored: () => undefined, refused: () => undefined },
      new AbortController().signal,
    );
    return undefined;
  } catch (error) {
    if (error instanceof CodedError) return error.code;
    throw error;
  }
}

/** Answers as given; what isn't asked about stays away. */
function scripted(answers: { changes: unknown; bulkGet: unknown }): OnionFetch {
  return async ({ path }) => {
    if (path.includes('/_changes')) return answers.changes;
    if (path.includes('/_bulk_get')) return answers.bulkGet;
    throw new CodedError('not-found');
  };
}

let opened = 0;
const openDatabase = () => {
  opened += 1;
  return openMemoryStores(new TestSessionArea()).open(`s${opened}`);
};

async function contents(db: SpaceDatabase): Promise<readonly StoredDocument[]> {
  return (await readChanges(db, 0)).documents;
}

describe('a pull', () => {
  it('ends well or with a code, and stores genuine documents only, whatever is answered', async () => {
    await fc.assert(
      fc.asyncProperty(spoiled(changes), spoiled(bulkGet), async (someChanges, someDocuments) => {
        const db = await openDatabase();
        await pull(db, scripted({ changes: someChanges, bulkGet: someDocuments }));
        for (const document of await contents(db)) {
          expect(document).toEqual(genuine.get(document._id));
        }
        // And the same friend, honest for once, can still bring what was missed or withheld.
        const better = {
          ...changes,
          results: changes.results.map((row) => ({ ...row, seq: row.seq + 1_000 })),
          last_seq: 2_000,
        };
        expect(await pull(db, scripted({ changes: better, bulkGet }))).toBeUndefined();
        expect(new Set((await contents(db)).map(({ _id }) => _id))).toEqual(
          new Set(genuine.keys()),
        );
      }),
      { numRuns: 150 },
    );
  }, 30_000);

  it('goes on from its checkpoint', async () => {
    const db = await openDatabase();
    const asked: string[] = [];
    const fetch: OnionFetch = async (request) => {
      asked.push(request.path.split('/').at(-1) ?? '');
      if (request.path.includes('since=8')) return { results: [], last_seq: 8 };
      return scripted({ changes, bulkGet })(request);
    };
    expect(await pull(db, fetch)).toBeUndefined();
    expect(asked.splice(0)).toEqual([
      '_changes?style=all_docs&since=0&limit=1000',
      '_bulk_get?revs=true&latest=true',
    ]);
    await pull(db, fetch);
    expect(asked).toEqual(['_changes?style=all_docs&since=8&limit=1000']);
  });

  it('asks for half as many documents when an answer is too long', async () => {
    const db = await openDatabase();
    const sizes: number[] = [];
    const fetch: OnionFetch = async (request) => {
      const { docs = [] } = (request.body ?? {}) as { docs?: { id: string }[] };
      if (docs.length === 0) return changes;
      sizes.push(docs.length);
      if (docs.length > 2) throw new CodedError('too-large');
      const results = docs.map(({ id }) => ({ id, docs: [{ ok: genuine.get(id) }] }));
      return { results };
    };
    expect(await pull(db, fetch)).toBeUndefined();
    expect(await contents(db)).toHaveLength(genuine.size);
    expect(sizes).toEqual([8, 4, 2, 2, 4, 2, 2]);
  });

  it('stops at once when told to, and says so', async () => {
    const db = await openDatabase();
    const stop = new AbortController();
    const client = peerClient(() => new Promise(() => undefined), {
      address: mallory.identity.address,
    });
    const pulling = pullSpace(
      { client, uuid: 'u', space, db },
      { stored: () => undefined, refused: () => undefined },
      stop.signal,
    );
    setTimeout(() => stop.abort(), 20);
    await expect(pulling).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('says what went wrong on our side', async () => {
    const area = new TestSessionArea(3_000);
    const db = await openMemoryStores(area).open('sone');
    expect(await pull(db, scripted({ changes, bulkGet }))).toBe('session-storage-full');
    expect(await contents(db)).toEqual([]);
    area.quota = 1_000_000;
    expect(await pull(db, scripted({ changes, bulkGet }))).toBeUndefined();
    expect(await contents(db)).toHaveLength(genuine.size);
  });
});
