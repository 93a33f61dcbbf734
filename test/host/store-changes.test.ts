import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readChanges, type ChangesOptions } from '../../native-host/store/changes.ts';
import type { Level } from '../../native-host/store/level.ts';
import { openPouch, type OpenDatabase } from '../../native-host/store/pouch.ts';
import { temporaryFolder } from './endpoint-world.ts';

/** A document that changes while the feed is being read is still told of, once, with what it is now. */
let open: OpenDatabase;
let remove: () => Promise<void>;
beforeEach(async () => {
  const { folder, remove: removeFolder } = await temporaryFolder();
  open = await openPouch(path.join(folder, 'level'), true);
  remove = removeFolder;
});
afterEach(async () => {
  await open.pouch.close();
  await remove();
});

/** The database, in which something happens between the feed's look at the changes and at the documents. */
function interrupted(happens: () => Promise<unknown>): Level {
  let left = 1;
  return {
    ...open.level,
    async getMany(keys) {
      if (left-- > 0) await happens();
      return open.level.getMany(keys);
    },
  };
}

const edit = async (id: string) => open.pouch.put({ ...(await open.pouch.get(id)), edited: true });

test.each<[string, Partial<ChangesOptions>]>([
  ['forwards', {}],
  ['backwards', { descending: true }],
  ['of chosen documents', { ids: new Set(['a']) }],
])('%s', async (_, options) => {
  await open.pouch.bulkDocs([{ _id: 'a' }, { _id: 'b' }]);
  await edit('a');
  const level = interrupted(() => edit('a'));
  const { results, more } = await readChanges(level, {
    since: 0,
    limit: 10,
    upTo: 3,
    ...options,
  });
  const { _rev: rev } = await open.pouch.get('a');
  expect(results.filter(({ id }) => id === 'a').map(({ changes }) => changes)).toEqual([[{ rev }]]);
  expect(results).toHaveLength(options.ids ? 1 : 2);
  expect(more).toBe(false);
});

test('forwards, it is told of at its new number', async () => {
  await open.pouch.bulkDocs([{ _id: 'a' }, { _id: 'b' }]);
  const page = await readChanges(
    interrupted(() => edit('a')),
    { since: 0, limit: 10 },
  );
  expect(page.results.map(({ seq, id }) => [seq, id])).toEqual([
    [2, 'b'],
    [3, 'a'],
  ]);
  expect(page.lastSeq).toBe(3);
});
