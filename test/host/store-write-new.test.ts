import path from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { folderOf } from '../../native-host/store/database-name.ts';
import { decodeMetadata, documentsStart, type Metadata } from '../../native-host/store/layout.ts';
import { openPouch, type OpenDatabase } from '../../native-host/store/pouch.ts';
import { databasesFolder, openStore } from '../../native-host/store/store.ts';
import { forPouch, type NewDocument } from '../../native-host/store/write.ts';
import { writeNew } from '../../native-host/store/write-new.ts';
import { temporaryFolder } from './endpoint-world.ts';
import { finished, newDatabase } from './store-helpers.ts';

/** Two databases in folders of their own: what we write into one, PouchDB writes into the other. */
async function twins() {
  const { folder, remove } = await temporaryFolder();
  const ours = await openPouch(path.join(folder, 'ours'), true);
  const theirs = await openPouch(path.join(folder, 'theirs'), true);
  const close = async (): Promise<void> => {
    await Promise.all([ours.pouch.close(), theirs.pouch.close()]);
    await remove();
  };
  return { folder, ours, theirs, close };
}

/** Everything in the files but PouchDB's random name for the database. */
async function contents({ level }: OpenDatabase): Promise<Map<string, unknown>> {
  const found = new Map<string, unknown>();
  for await (const { key, value } of level.scan({ gt: '' })) {
    // Bodies are as they are: the name of the next revision follows from the order of their fields.
    const isBody = key.includes('by-sequence');
    if (!key.endsWith('_local_uuid')) found.set(key, isBody ? value : JSON.parse(value));
    if (key.startsWith(documentsStart)) {
      // Ours are read by a shorter way.
      const { id, rev_tree, rev_map, winningRev, deleted, seq } = JSON.parse(value) as Metadata;
      const whole = { id, rev_tree, rev_map, winningRev, deleted, seq };
      expect(decodeMetadata(value)).toMatchObject(whole);
    }
  }
  return found;
}

const text = fc.string({ unit: 'binary', maxLength: 20 });
const fields = fc.dictionary(
  text.filter((name) => !name.startsWith('_') && name !== '__proto__'),
  // PouchDB's copy of a document loses a field of this name at any depth; we keep it.
  fc.jsonValue().filter((value) => !JSON.stringify(value).includes('"__proto__"')),
  { maxKeys: 4 },
);
const ids = text.filter((id) => id !== '' && !id.startsWith('_') && id.isWellFormed());
const hash = fc.stringMatching(/^[0-9a-f]{32}$/);
const revisions = fc.record({ start: fc.integer({ min: 1, max: 3 }), hash });
const batches = fc
  .uniqueArray(fc.record({ id: ids, fields, revision: revisions, tells: fc.boolean() }), {
    selector: ({ id }) => id,
    maxLength: 30,
  })
  // As PouchDB sorts what comes finished, which decides only which of them has which number.
  .map((documents) => documents.toSorted((a, b) => (a.id < b.id ? -1 : 1)));

test.each([true, false])(
  'what is new is written as PouchDB would write it (new edits: %s)',
  { timeout: 60_000 },
  async (newEdits) => {
    const property = fc.asyncProperty(batches, fc.nat(30), async (all, cut) => {
      const { ours, theirs, close } = await twins();
      for (const part of [all.slice(0, cut), all.slice(cut)]) {
        if (part.length === 0) continue;
        const documents = part.map(({ id, fields: own, revision, tells }): NewDocument => {
          const { start, hash: name } = revision;
          const history = tells ? { _revisions: { start, ids: [name] } } : {};
          const known = newEdits ? {} : { _rev: `${start}-${name}`, ...history };
          return { _id: id, ...own, ...known };
        });
        const copies = documents.map((document) => forPouch({ ...document }));
        const results = await theirs.pouch.bulkDocs(copies, { new_edits: newEdits });
        const written = await writeNew(ours, documents, newEdits);
        if (newEdits) expect(written).toEqual(results);
        else expect(written).toHaveLength(documents.length);
      }
      const [mine, pouchs] = [await contents(ours), await contents(theirs)];
      // PouchDB writes down what a client told of the history once more, and never looks at it.
      for (const value of pouchs.values()) {
        if (typeof value === 'object' && value !== null) Reflect.deleteProperty(value, 'revisions');
      }
      expect(mine).toEqual(pouchs);
      expect(await ours.pouch.info()).toMatchObject({ ...(await counted(theirs)) });
      await close();
    });
    await fc.assert(property, { numRuns: 40 });
  },
);

async function counted({ pouch }: OpenDatabase) {
  const { doc_count, update_seq } = await pouch.info();
  return { doc_count, update_seq };
}

const one: NewDocument = { _id: 'a', _rev: '1-a', text: 'one' };
const hard: Record<string, NewDocument[]> = {
  'a deletion': [{ _id: 'a', _rev: '1-a', _deleted: true }],
  'a local document': [{ _id: '_local/a', _rev: '0-1' }],
  'a design document': [{ _id: '_design/a', _rev: '1-a' }],
  'a longer history': [{ _id: 'a', _rev: '2-b', _revisions: { start: 2, ids: ['b', 'a'] } }],
  'an attachment': [{ _id: 'a', _rev: '1-a', _attachments: {} }],
  'two revisions of one document': [one, { ...one, _rev: '1-b' }],
  'one that is known here': [
    { _id: 'new', _rev: '1-a' },
    { ...one, _id: 'known' },
  ],
};

test.each(Object.entries(hard))(
  '%s is for PouchDB, with all that comes with it',
  async (_, all) => {
    const { ours, close } = await twins();
    await writeNew(ours, [{ ...one, _id: 'known' }], false);
    const before = await contents(ours);
    expect(await writeNew(ours, all, false)).toBeUndefined();
    expect(await contents(ours)).toEqual(before);
    await close();
  },
);

test('PouchDB goes on where we wrote, and we where PouchDB did', async () => {
  const { folder, remove } = await temporaryFolder();
  const store = await openStore(folder);
  const database = await newDatabase(store, 'db');
  await database.write(finished(3), false);
  await database.write([{ _id: '_design/a', text: 'by PouchDB' }], true);
  await database.write(finished(2, 3), false);
  const [made] = await database.write([{ _id: 'edited' }], true);
  const rev = made && 'rev' in made ? made.rev : '';
  await database.write([{ _id: 'edited', _rev: rev, text: 'again' }], true);
  await database.erase(new Map([['d000001', undefined]]), { forGood: false });
  await database.write(finished(1, 1), false);
  expect(await database.info()).toEqual({ documents: 7, updateSeq: 9 });
  const { results } = await database.changes({ since: 0, limit: 100 });
  expect(results.map(({ seq }) => seq)).toEqual([1, 3, 4, 5, 6, 8, 9]);
  await store.close();
  const level = path.join(folder, databasesFolder, folderOf('db'), 'level');
  const reopened = await openPouch(level, false);
  expect(await counted(reopened)).toEqual({ doc_count: 7, update_seq: 9 });
  expect((await reopened.pouch.changes()).results).toHaveLength(7);
  await reopened.pouch.close();
  await remove();
});
