import path from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { folderOf } from '../../native-host/store/database-name.ts';
import type { NewDocument } from '../../native-host/store/write.ts';
import { openPouch } from '../../native-host/store/pouch.ts';
import { databasesFolder, openStore } from '../../native-host/store/store.ts';
import { temporaryFolder } from './endpoint-world.ts';
import { newDatabase } from './store-helpers.ts';

/**
 * Our reader goes beside PouchDB to the disk. Whatever is written, it must see what PouchDB sees; when a
 * new PouchDB lays its files out differently, this is what fails.
 */
const id = fc.constantFrom('a', 'b', 'c/d', 'Ωmega', '\u{1f600}', '_design/x');
const replicated = fc
  .record({
    id,
    way: fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 5 }),
    known: fc.integer({ min: 1, max: 5 }),
    gone: fc.boolean(),
  })
  .map(({ id: _id, way, known, gone }): NewDocument => {
    // As with real revisions, a hash stands for everything before it.
    const ids = way.map((_, index) => way.slice(0, way.length - index).join(''));
    return {
      _id,
      _rev: `${way.length}-${ids[0] ?? ''}`,
      _revisions: { start: way.length, ids: ids.slice(0, known) },
      ...(gone ? { _deleted: true } : {}),
    };
  });
const edits = fc.array(
  fc.oneof(
    replicated,
    id.map((_id): NewDocument => ({ _id, edited: true })),
  ),
  {
    minLength: 1,
    maxLength: 25,
  },
);

test('what is on disk reads the same through PouchDB', { timeout: 55_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(edits, async (documents) => {
      const { folder, remove } = await temporaryFolder();
      const store = await openStore(folder);
      const database = await newDatabase(store, 'db');
      for (const document of documents) {
        await database.write([document], !('_revisions' in document));
      }
      const everything = { includeDocs: true, conflicts: true };
      const changes = { since: 0, limit: 1_000, allLeaves: true, ...everything };
      const forwards = await database.changes(changes);
      const backwards = await database.changes({ ...changes, descending: true });
      const rows = await database.range({ limit: 1_000, ...everything });
      const ids = [...new Set(documents.map(({ _id = '' }) => _id))];
      const requests = ids.map((wanted) => ({ id: wanted, revs: 'all' as const }));
      const leaves = await database.documents(requests, { revs: true });
      const winners = await database.documents(
        ids.map((wanted) => ({ id: wanted })),
        { revsInfo: true, conflicts: true },
      );
      const info = await database.info();
      await store.close();

      const { pouch } = await openPouch(
        path.join(folder, databasesFolder, folderOf('db'), 'level'),
        false,
      );
      const options = { include_docs: true, conflicts: true };
      const feed = await pouch.changes({ style: 'all_docs', ...options });
      expect(inAnyOrder(forwards.results)).toEqual(inAnyOrder(feed.results));
      expect(forwards.lastSeq).toBe(feed.last_seq);
      expect(backwards.results).toEqual(forwards.results.toReversed());
      const all = await pouch.allDocs(options);
      // PouchDB's own range ends at U+00FF: it never lists ids that begin beyond.
      const listed = rows.filter((row) => row.id < '\u00ff');
      expect(inAnyOrder(listed)).toEqual(inAnyOrder(all.rows));
      expect(rows).toHaveLength(info.documents);
      for (const [index, wanted] of ids.entries()) {
        const revisions = await pouch.get(wanted, { open_revs: 'all', revs: true });
        expect(leaves[index]?.map((answer) => answer.found && answer.document)).toEqual(
          expect.arrayContaining(revisions.map((revision) => ('ok' in revision ? revision.ok : 0))),
        );
        expect(leaves[index]).toHaveLength(revisions.length);
        const winner = await pouch
          .get(wanted, { revs_info: true, conflicts: true })
          .catch(() => undefined);
        const [answer] = winners[index] ?? [];
        const document = answer?.found === true ? answer.document : undefined;
        expect(inAnyOrder(document)).toEqual(inAnyOrder(winner));
      }
      const { doc_count, update_seq } = await pouch.info();
      expect(info).toEqual({ documents: doc_count, updateSeq: update_seq });
      await pouch.close();
      await remove();
    }),
    { numRuns: 60 },
  );
});

/** Equal generations come with the winner first here, as in CouchDB; PouchDB has another order. */
function inAnyOrder(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(inAnyOrder);
  const entries = Object.entries(value).map(([field, content]: [string, unknown]) => {
    const isSet = field === 'changes' || field === '_conflicts';
    const sorted =
      isSet && Array.isArray(content)
        ? content.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
        : content;
    return [field, inAnyOrder(sorted)];
  });
  return Object.fromEntries(entries);
}
