import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { admit } from '../../native-host/endpoint/access/admit.ts';
import { revisionOf } from '../../src/domain/document/id.ts';
import { refusals } from '../../src/domain/refusal.ts';
import { addToBlog, emptyBlog } from '../../src/domain/space/blog.ts';
import { readChanges } from '../../src/store/documents.ts';
import { openMemoryStores } from '../../src/store/memory-stores.ts';
import type { OnionFetch } from '../../src/sync/onion-fetch.ts';
import { peerClient } from '../../src/sync/peer-client.ts';
import { pullSpace } from '../../src/sync/pull.ts';
import { blogOf, person } from '../domain/people.ts';
import { TestSessionArea } from '../store/session-area.ts';

const mallory = person('mallory');
const blog = blogOf(mallory, ['one', 'two', 'three']);
const elsewhere = blogOf(mallory, ['elsewhere'], 'Other');
const space = { name: blog.space.name, door: 'signed' } as const;
const genuine = new Set<string>(blog.documents.map(({ _id }) => _id));

type Json = Record<string, unknown>;

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

/** `_id` and `_rev` are texts: an answer without them is none, and ends the pull. */
const ids = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', '_design/x', '_local/x', '', ...genuine),
  fc.constantFrom('d', 'b', 'e', 'f', 'g').map((kind) => `${kind}${'a'.repeat(52)}`),
  fc.string({ maxLength: 60 }),
);
const revisions = (id: string) =>
  fc.oneof(
    fc.constant(revisionOf(id)),
    fc.constantFrom('1-', '0-1', `2-${'a'.repeat(32)}`, '1-x', ''),
    fc.string({ maxLength: 40 }),
  );

const anyField = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom('A'.repeat(200_000), -1, 1e308, [], {}, true),
);

/** Of the genuine ones something changed, left out or added; or made up altogether; or another space's. */
const malformed: fc.Arbitrary<Json> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(...blog.documents),
      fc.constantFrom(
        '_id',
        '_rev',
        'v',
        'd',
        's',
        'b',
        '_deleted',
        '_attachments',
        '_revisions',
        'x',
      ),
      anyField,
    )
    .map(([document, field, value]): Json => ({ ...document, [field]: value }))
    .filter(({ _id, _rev }) => typeof _id === 'string' && typeof _rev === 'string')
    .filter(({ _id, _rev }) => String(_id).length <= 200 && String(_rev).length <= 100),
  ids.chain((id) =>
    fc
      .tuple(
        revisions(id),
        fc.dictionary(fc.constantFrom('v', 'd', 's', 'b', 'c', 'g', 'k'), anyField),
      )
      .map(([_rev, rest]) => ({ ...rest, _id: id, _rev })),
  ),
  fc.constantFrom(...elsewhere.documents).map((document) => ({ ...document })),
);

const isGenuine = (document: Json): boolean =>
  blog.documents.some((one) => JSON.stringify(one) === JSON.stringify(document));

/** A batch of both, in any order. */
const batches = fc
  .array(malformed, { maxLength: 12 })
  .map((bad) => bad.filter((one) => !isGenuine(one)))
  .chain((bad) =>
    fc
      .shuffledSubarray([...bad, ...blog.documents], {
        minLength: bad.length + blog.documents.length,
      })
      .map((all) => ({ bad, all: all as Json[] })),
  );

/** A peer who offers all of these, and sends all of them whatever is asked for. */
function peerOf(all: readonly Json[]): OnionFetch {
  return async ({ path }) => {
    if (path.includes('/_changes')) {
      const since = Number(new URL(path, 'http://x').searchParams.get('since'));
      const results = all
        .map(({ _id: id, _rev: rev }, at) => ({ id, seq: at + 1, changes: [{ rev }] }))
        .filter(({ seq }) => seq > since);
      return { results, last_seq: all.length };
    }
    return { results: all.map((ok) => ({ id: ok['_id'], docs: [{ ok }] })) };
  };
}

describe('a batch with malformed documents in it', () => {
  it('is pulled to its end: what is genuine arrives, and nothing counts twice', async () => {
    await fc.assert(
      fc.asyncProperty(batches, async ({ bad, all }) => {
        const stores = openMemoryStores(new TestSessionArea());
        try {
          const db = await stores.open(space.name);
          const counts: number[] = [];
          await pullSpace(
            { client: peerClient(peerOf(all), { address: 'x' }), uuid: 'u', space, db },
            {
              stored: () => undefined,
              refused: (code, count) => {
                expect(refusals).toContain(code);
                counts.push(count);
              },
            },
            new AbortController().signal,
          );
          const { documents } = await readChanges(db, 0, 1_000);
          expect(new Set(documents.map(({ _id }) => _id))).toEqual(genuine);
          expect(counts.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(bad.length);
        } finally {
          await stores.close();
        }
      }),
      { numRuns: 60 },
    );
  }, 120_000);

  it('passes the door in the same way', async () => {
    await fc.assert(
      fc.asyncProperty(batches, async ({ bad, all }) => {
        const { accepted, refused, counts } = await admit(all, {
          kind: 'signed',
          space: space.name,
        });
        expect(new Set(accepted.map(({ _id }) => _id))).toEqual(genuine);
        expect(refused).toHaveLength(bad.length);
        const sum = [...counts.values()].reduce((all, count) => all + count, 0);
        expect(sum).toBeLessThanOrEqual(bad.length);
      }),
      { numRuns: 300 },
    );
  });

  it('that had been stored all the same, shows what is genuine', () => {
    fc.assert(
      fc.property(batches, ({ all }) => {
        const state = addToBlog(
          emptyBlog({ spaceName: space.name, owner: mallory.identity.address }),
          all,
        );
        expect([...state.posts.values()]).toHaveLength(3);
      }),
      { numRuns: 300 },
    );
  });
});
