import { afterAll, beforeAll, expect, it } from 'vitest';
import { forgetCosts, lettersIn, recordOf } from '../../native-host/endpoint/limits/letters.ts';
import { openStore, type HostStore } from '../../native-host/store/store.ts';
import { newDatabase } from './store-helpers.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

let folder: string;
let store: HostStore;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'n25-letters-'));
  store = await openStore(folder);
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

it('a letter may come while its owner erases another: both forget what that cost', async () => {
  const database = await newDatabase(store, 'inbox');
  const letter = { id: 'e1', bits: 12, bytes: 500 };
  await database.write([{ _id: letter.id }, recordOf(letter)], true);
  expect(await lettersIn(database)).toEqual([letter]);
  await database.erase(new Map([[letter.id, undefined]]), { forGood: true });
  // One brings a letter, the other has erased one; each sees that the cost of the erased one is still told.
  const [seen] = await Promise.all([lettersIn(database), forgetCosts(database, [letter.id])]);
  expect(seen).toEqual([]);
  expect(await database.getLocal(`_local/letter:${letter.id}`)).toBeUndefined();
});
