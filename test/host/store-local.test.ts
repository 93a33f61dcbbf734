import path from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { pouchRefusal, StoreError } from '../../native-host/store/errors.ts';
import { createLocalDocuments } from '../../native-host/store/local-documents.ts';
import { openPouch } from '../../native-host/store/pouch.ts';
import { forPouch, type NewDocument } from '../../native-host/store/write.ts';
import { temporaryFolder } from './endpoint-world.ts';

/** What a write comes to: its revision, or why not. */
async function outcome(write: () => Promise<string>): Promise<unknown> {
  try {
    return await write();
  } catch (error) {
    const refusal = error instanceof StoreError ? error : pouchRefusal(error);
    if (refusal === undefined) throw error;
    return [refusal.status, refusal.error, refusal.reason];
  }
}

const acts = fc.array(
  fc.record({
    id: fc.constantFrom('a', 'b', 'ü/c'),
    kind: fc.constantFrom('put', 'put', 'remove'),
    rev: fc.constantFrom('current', 'current', 'none', '0-1', '0-7'),
    fields: fc.dictionary(
      fc.constantFrom('x', 'y'),
      fc.jsonValue().filter((value) => !JSON.stringify(value).includes('"__proto__"')),
      { maxKeys: 2 },
    ),
    startAgain: fc.boolean(),
  }),
  { maxLength: 25 },
);

test('local documents are kept as PouchDB keeps them, whatever is written and refused', async () => {
  const { folder, remove } = await temporaryFolder();
  const ours = await openPouch(path.join(folder, 'ours'), true);
  const theirs = await openPouch(path.join(folder, 'theirs'), true);
  let round = 0;
  await fc.assert(
    fc.asyncProperty(acts, async (all) => {
      round += 1;
      const revisions = new Map<string, string>();
      let locals = createLocalDocuments();
      for (const { id, kind, rev, fields, startAgain } of all) {
        if (startAgain) locals = createLocalDocuments();
        const _id = `_local/${round}-${id}`;
        const _rev = rev === 'current' ? revisions.get(_id) : rev === 'none' ? undefined : rev;
        const document: NewDocument = {
          ...fields,
          _id,
          ...(_rev === undefined ? {} : { _rev }),
          ...(kind === 'remove' ? { _deleted: true } : {}),
        };
        const mine = await outcome(() => locals.put(ours.level, { ...document }));
        const other = await outcome(
          async () => (await theirs.pouch.put(forPouch({ ...document }))).rev,
        );
        expect(mine).toEqual(other);
        if (mine === '0-0') revisions.delete(_id);
        else if (typeof mine === 'string') revisions.set(_id, mine);
        const kept = await locals.get(ours.level, _id);
        expect(kept).toEqual(await theirs.pouch.get(_id).catch(() => undefined));
        // Whoever reads may change what they got.
        if (kept) kept['x'] = 'changed';
      }
      const listed = await locals.list(ours.level, `_local/${round}-`);
      expect(new Set(listed.map(({ _id }) => _id))).toEqual(new Set(revisions.keys()));
      expect(await locals.count(ours.level, `_local/${round}-`, 2)).toBe(
        Math.min(2, revisions.size),
      );
    }),
    { numRuns: 40 },
  );
  await Promise.all([ours.pouch.close(), theirs.pouch.close()]);
  await remove();
});
