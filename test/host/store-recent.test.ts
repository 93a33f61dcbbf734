import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HostDatabase } from '../../native-host/store/database.ts';
import { openStore, type HostStore } from '../../native-host/store/store.ts';
import { temporaryFolder } from './endpoint-world.ts';
import { finished, newDatabase } from './store-helpers.ts';

let store: HostStore;
let remove: () => Promise<void>;
beforeAll(async () => {
  const temporary = await temporaryFolder();
  remove = temporary.remove;
  store = await openStore(temporary.folder);
});
afterAll(async () => {
  await store.close();
  await remove();
});

/** As it is told: a document asked for by itself is kept in memory for who asks next. */
async function read(database: HostDatabase, id = 'a'): Promise<unknown> {
  const [answers] = await database.documents([{ id }], {});
  return answers?.[0]?.found === true ? answers[0].document : undefined;
}

test('who reads after a write was acknowledged reads what was written, whoever reads beside it', async () => {
  const database = await newDatabase(store, 'busy');
  let rev: string | undefined;
  const over = new AbortController();
  const others = (async () => {
    while (!over.signal.aborted) {
      await Promise.all([read(database), read(database), read(database, 'none')]);
      // What is read from memory alone would leave nobody else a turn.
      await setImmediate();
    }
  })();
  for (let turn = 0; turn < 200; turn += 1) {
    const document = { _id: 'a', turn, ...(rev === undefined ? {} : { _rev: rev }) };
    const [result] = await database.write([document], true);
    rev = result && 'rev' in result ? result.rev : undefined;
    expect(await read(database)).toMatchObject({ turn });
  }
  over.abort();
  await others;
});

test('what was erased is not read from memory, and what was not there is once it is', async () => {
  const database = await newDatabase(store, 'erased');
  expect(await read(database)).toBeUndefined();
  await database.write([{ _id: 'a', text: 'here' }], true);
  expect(await read(database)).toMatchObject({ text: 'here' });
  await database.erase(new Map([['a', undefined]]), { forGood: true });
  expect(await read(database)).toBeUndefined();
});

test('a local document is read as it was put last', async () => {
  const database = await newDatabase(store, 'local');
  let rev: string | undefined;
  for (let turn = 0; turn < 20; turn += 1) {
    const document = { _id: '_local/a', turn, ...(rev === undefined ? {} : { _rev: rev }) };
    rev = await database.putLocal(document);
    expect(await database.getLocal('_local/a')).toMatchObject({ turn });
  }
});

test('whoever reads may change what they got', async () => {
  const database = await newDatabase(store, 'changed');
  await database.write([{ _id: 'a', text: 'here' }], true);
  const first = await read(database);
  Object.assign(first as object, { text: 'changed' });
  expect(await read(database)).toMatchObject({ text: 'here' });
});

test('what was missing when somebody asked is not missing once it was brought, and is there once', async () => {
  const database = await newDatabase(store, 'missing');
  const documents = finished(50);
  const asked = new Map(documents.map(({ _id = '', _rev = '' }) => [_id, [_rev]]));
  for (const [index, document] of documents.entries()) {
    const missing = await database.revsDiff(asked);
    expect(missing.size).toBe(documents.length - index);
    const [again] = await Promise.all([
      database.revsDiff(asked),
      database.write([document], false),
      database.putLocal({ _id: `_local/${index}` }),
      database.write([document], false),
    ]);
    expect(again.size).toBeGreaterThanOrEqual(documents.length - index - 1);
    expect(await read(database, document._id)).toEqual(document);
  }
  expect((await database.revsDiff(asked)).size).toBe(0);
  expect(await database.info()).toEqual({ documents: 50, updateSeq: 50 });
});
