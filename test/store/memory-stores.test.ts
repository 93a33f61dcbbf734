import { describe, expect, it } from 'vitest';
import { putDocuments, readChanges } from '../../src/store/documents.ts';
import { openMemoryStores } from '../../src/store/memory-stores.ts';
import { acceptanceCases, documents } from '../acceptance/space-stores.ts';
import { TestSessionArea } from './session-area.ts';

describe('stores in memory', () => {
  const cases = acceptanceCases(async () => {
    const area = new TestSessionArea();
    let stores = openMemoryStores(area);
    return {
      stores,
      async reopen() {
        // A suspended event page is not told: nothing is closed.
        stores = openMemoryStores(area);
        return stores;
      },
      dispose: () => stores.close(),
    };
  });
  for (const { name, run } of cases) it(name, run);

  it('refuses what the session area has no room for, and loses nothing', async () => {
    const area = new TestSessionArea();
    const stores = openMemoryStores(area);
    const db = await stores.open('sone');
    const kept = documents(10);
    await putDocuments(db, kept);
    area.quota = 8_000;
    await expect(putDocuments(db, documents(100))).rejects.toMatchObject({
      code: 'session-storage-full',
    });
    expect((await db.info()).doc_count).toBe(10);

    const again = await openMemoryStores(area).open('sone');
    const page = await readChanges(again, 0);
    expect(new Set(page.documents)).toEqual(new Set(kept));
    area.quota = 1_000_000;
    expect(await putDocuments(again, documents(100))).toHaveLength(100);
  });

  it('takes immutable documents only', async () => {
    const db = await openMemoryStores(new TestSessionArea()).open('sone');
    await expect(db.put({ _id: 'd1' })).rejects.toMatchObject({ code: 'malformed' });
    await expect(db.bulkDocs([{ _id: 'd1' }])).rejects.toMatchObject({ code: 'malformed' });
  });

  it('keeps the order of arrival when writers meet', async () => {
    const area = new TestSessionArea();
    const db = await openMemoryStores(area).open('sone');
    const all = documents(60);
    await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        // Each batch overlaps its neighbours.
        putDocuments(db, all.slice(Math.max(0, at * 3 - 2), at * 3 + 3)),
      ),
    );
    const before = await readChanges(db, 0);
    expect(before.documents).toHaveLength(60);
    const after = await readChanges(await openMemoryStores(area).open('sone'), 0);
    expect(after.documents).toEqual(before.documents);
    expect(after.since).toBe(before.since);
  });

  it('two stores in one process share nothing', async () => {
    const one = await openMemoryStores(new TestSessionArea()).open('sone');
    const other = await openMemoryStores(new TestSessionArea()).open('sone');
    await putDocuments(one, documents(1));
    expect((await other.info()).doc_count).toBe(0);
  });
});
