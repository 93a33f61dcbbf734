import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { HostDatabase } from '../../native-host/store/database.ts';
import { forPouch, type NewDocument } from '../../native-host/store/write.ts';
import { openWorld, temporaryFolder, type World } from './endpoint-world.ts';
import { memory, remoteDatabase } from './pouchdb-client.ts';
import { databaseOf, finished, newDatabase } from './store-helpers.ts';

let root: { folder: string; remove: () => Promise<void> };
let world: World;
let posts: HostDatabase;
beforeEach(async () => {
  root = await temporaryFolder();
  world = await openWorld('a', { folder: root.folder });
  posts = await newDatabase(world.store, 'posts');
});
afterEach(async () => {
  expect(world.faults).toEqual([]);
  await world.close();
  await root.remove();
});

const whole = (...ids: string[]) => new Map(ids.map((id) => [id, undefined]));
const idsOf = async (database: HostDatabase): Promise<string[]> =>
  (await database.range({ limit: 1_000 })).map(({ id }) => id);
const notThere = async (...documents: NewDocument[]): Promise<string[]> => {
  const asked = documents.map(({ _id = '', _rev = '' }) => [_id, [_rev]] as const);
  return [...(await posts.revsDiff(new Map(asked))).keys()];
};

/** Everything in the files below this folder. */
async function bytesBelow(folder: string): Promise<Buffer> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const parts = files
    .filter((file) => file.isFile())
    .map(({ parentPath, name }) => readFile(path.join(parentPath, name)));
  return Buffer.from(
    (await Promise.all(parts)).map((part) => part.toString('latin1')).join(''),
    'latin1',
  );
}

describe('what is erased', () => {
  test('is gone from every list, count and file, and the rest is untouched', async () => {
    const planted = 'Qm7zK4pX9vT2wR8y';
    await posts.write([{ _id: 'planted', text: planted }, { _id: 'other' }], true);
    await posts.write(finished(20), false);
    expect((await bytesBelow(root.folder)).includes(planted)).toBe(true);
    const [row] = await posts.range({ limit: 1, startKey: 'planted' });
    const rev = row && 'value' in row ? row.value.rev : '';

    expect(await posts.erase(whole('planted', 'unknown'), { forGood: true })).toEqual(
      new Map([['planted', [rev]]]),
    );
    expect(await idsOf(posts)).not.toContain('planted');
    expect((await posts.info()).documents).toBe(21);
    const { results } = await posts.changes({ since: 0, limit: 100 });
    expect(results.map(({ id }) => id)).not.toContain('planted');
    const files = await bytesBelow(root.folder);
    expect(files.includes(planted)).toBe(false);
    // Not even its name.
    expect(files.includes('planted')).toBe(false);

    await posts.write([{ _id: 'later' }], true);
    expect(await posts.info()).toMatchObject({ documents: 22, updateSeq: 23 });
  });

  test('is not asked for and not taken again, and those who bring it are content', async () => {
    const documents = finished(3);
    await posts.write(documents, false);
    const friend = memory();
    await friend.replicate.from(remoteDatabase(world.open, 'posts'));
    await posts.erase(whole('d000001', 'never-here'), { forGood: true });

    const pushed = await friend.replicate.to(remoteDatabase(world.open, 'posts'), {
      checkpoint: false,
    });
    expect(pushed).toMatchObject({ docs_written: 0, doc_write_failures: 0 });
    expect(await notThere(...documents)).toEqual([]);
    expect(await posts.write([...documents, { _id: 'never-here', _rev: '1-a' }], false)).toEqual(
      [],
    );
    expect(await idsOf(posts)).toEqual(['d000000', 'd000002']);
  });

  test('would be back with the next push of a friend’s, were it not remembered', async () => {
    const documents = finished(3);
    await posts.write(documents, false);
    const friend = memory();
    await friend.replicate.from(remoteDatabase(world.open, 'posts'));
    await posts.erase(whole('d000001'), { forGood: false });
    expect(await notThere(...documents)).toEqual(['d000001']);
    await friend.replicate.to(remoteDatabase(world.open, 'posts'), { checkpoint: false });
    expect(await idsOf(posts)).toEqual(['d000000', 'd000001', 'd000002']);
  });

  test('stays so over a restart, until somebody makes it anew', async () => {
    const [document = {}] = finished(1);
    await posts.write([document], false);
    await posts.erase(whole('d000000'), { forGood: true });
    await world.close();
    world = await openWorld('a', { folder: root.folder });
    posts = databaseOf(world.store, 'posts');
    await posts.write([document], false);
    expect(await idsOf(posts)).toEqual([]);
    await posts.write([{ _id: 'd000000', anew: true }], true);
    expect(await idsOf(posts)).toEqual(['d000000']);
  });

  test('takes along its attachments, but none that others hold as well', async () => {
    const attach = (text: string) => ({
      'a.txt': { content_type: 'text/plain', data: Buffer.from(text).toString('base64') },
    });
    for (const [id, text] of [
      ['one', 'shared by two'],
      ['two', 'shared by two'],
      ['three', 'held by one alone'],
    ] as const) {
      const body = { _attachments: attach(text) };
      expect((await world.open.ask('PUT', `/posts/${id}`, { body })).status).toBe(201);
    }
    await posts.erase(whole('one', 'three'), { forGood: true });
    const files = await bytesBelow(root.folder);
    expect(files.includes('held by one alone')).toBe(false);
    expect((await world.open.ask('GET', '/posts/two/a.txt')).text).toBe('shared by two');
  });
});

describe('_purge', () => {
  const purge = (body: unknown) => world.open.ask('POST', '/posts/_purge', { body });

  test('erases a document whose every leaf is named, and leaves alone what is not', async () => {
    const tree = (rev: string): NewDocument => ({
      _id: 'tree',
      _rev: `2-${rev}`,
      _revisions: { start: 2, ids: [rev, 'a'] },
    });
    await posts.write([tree('b'), tree('c'), ...finished(1)], false);
    const some = { tree: ['2-b'], nothing: ['1-a'] };
    expect((await purge(some)).json).toEqual({
      purge_seq: null,
      purged: { tree: [], nothing: [] },
    });
    const { status, json } = await purge({ tree: ['2-b', '2-c'] });
    expect([status, json]).toMatchObject([201, { purged: { tree: ['2-c', '2-b'] } }]);
    expect(await idsOf(posts)).toEqual(['d000000']);
    // As with CouchDB, other people's clients may bring it again.
    await posts.write([tree('b')], false);
    expect(await idsOf(posts)).toContain('tree');
  });

  test.each([[[]], [{ a: '1-a' }], [{ a: [1] }], ['text']])('refuses %j', async (body) => {
    expect((await purge(body)).status).toBe(400);
  });
});

test('whatever is written, erased and exchanged: what is erased stays away, all else is everywhere', async () => {
  const id = fc.constantFrom('d000000', 'd000001', 'd000002', 'd000003', 'd000004');
  const step = fc.oneof(
    fc.record({ what: fc.constant('write' as const), id }),
    fc.record({ what: fc.constant('erase' as const), id }),
    fc.record({ what: fc.constantFrom('push' as const, 'pull' as const), id }),
  );
  let round = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 15 }), async (steps) => {
      const name = `round${(round += 1)}`;
      const database = await newDatabase(world.store, name);
      const friend = memory();
      const there = () => remoteDatabase(world.open, name);
      const [erased, written] = [new Set<string>(), new Set<string>()];
      for (const one of steps) {
        if (one.what === 'push') await friend.replicate.to(there());
        else if (one.what === 'pull') await friend.replicate.from(there());
        else if (one.what === 'erase') {
          erased.add(one.id);
          await database.erase(whole(one.id), { forGood: true });
        } else {
          const [document = {}] = finished(1, Number(one.id.slice(1)));
          await friend.bulkDocs([forPouch(document)], { new_edits: false });
          written.add(one.id);
        }
      }
      await friend.replicate.to(there());
      const expected = [...written].filter((each) => !erased.has(each)).toSorted();
      expect(await idsOf(database)).toEqual(expected);
      expect((await database.info()).documents).toBe(expected.length);
      await friend.destroy();
      await world.store.destroy(name);
    }),
    { numRuns: 25 },
  );
});
