import { cp, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { databasesFolder } from '../../native-host/store/store.ts';
import { openWorld, temporaryFolder, type World } from './endpoint-world.ts';
import { memory, remoteDatabase, type Replicating } from './pouchdb-client.ts';
import { databaseOf, finished, newDatabase } from './store-helpers.ts';

let backup: { folder: string; remove: () => Promise<void> };
let root: { folder: string; remove: () => Promise<void> };
let world: World;
beforeEach(async () => {
  [backup, root] = [await temporaryFolder(), await temporaryFolder()];
  world = await openWorld('a', { folder: root.folder });
  await newDatabase(world.store, 'posts');
});
afterEach(async () => {
  await world.close();
  await Promise.all([backup.remove(), root.remove()]);
});

const databases = (): string => path.join(root.folder, databasesFolder);
const write = (from: number, count: number) =>
  databaseOf(world.store, 'posts').write(finished(count, from), false);
async function pull(here: Replicating): Promise<number> {
  await here.replicate.from(remoteDatabase(world.open, 'posts'));
  return (await here.info()).doc_count;
}
async function restart(between: () => Promise<void>): Promise<void> {
  await world.close();
  await between();
  world = await openWorld('a', { folder: root.folder });
}

test('what is written after an older copy was put back reaches a friend who had seen more', async () => {
  await write(0, 5);
  await restart(() => cp(databases(), backup.folder, { recursive: true }));
  const before = databaseOf(world.store, 'posts').incarnation;
  await write(5, 5);
  const here = memory();
  expect(await pull(here)).toBe(10);

  await restart(async () => {
    await rm(databases(), { recursive: true });
    await cp(backup.folder, databases(), { recursive: true });
  });
  await write(100, 5);
  expect(databaseOf(world.store, 'posts').incarnation).not.toBe(before);
  // Numbers 6 to 10 stand for other documents now: asked for what is behind 10, there would be nothing.
  expect(await pull(here)).toBe(15);
});

test('a database that is only moved, or opened again, stays the one it was', async () => {
  await write(0, 5);
  const before = databaseOf(world.store, 'posts').incarnation;
  await restart(async () => {
    await rename(databases(), `${databases()}.moved`);
    await rename(`${databases()}.moved`, databases());
  });
  expect(databaseOf(world.store, 'posts').incarnation).toBe(before);
  expect(await readdir(databases())).toHaveLength(1);
});
