import { cp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import PouchDB from 'pouchdb-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { folderOf } from '../../native-host/store/database-name.ts';
import { databasesFolder } from '../../native-host/store/store.ts';
import { openWorld, temporaryFolder, type World } from './endpoint-world.ts';
import { memory, type Replicating } from './pouchdb-client.ts';
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
/** As our add-on pulls: it keeps the checkpoint for itself. */
async function pull(here: Replicating): Promise<number> {
  const ask = world.open.fetch();
  const asked: Promise<unknown>[] = [];
  const source = new PouchDB(`http://${world.open.host}/posts`, {
    adapter: 'http',
    skip_setup: true,
    fetch(url, init) {
      const answer = ask(url, init);
      asked.push(answer);
      return answer;
    },
  });
  await here.replicate.from(source, { checkpoint: 'target' });
  // The replicator doesn't wait for everything it asks, and the world may close next.
  await Promise.allSettled(asked);
  return (await here.info()).doc_count;
}
async function restart(between: () => Promise<void>): Promise<void> {
  await world.close();
  await between();
  world = await openWorld('a', { folder: root.folder });
}

/** Takes what the copy has in the place of what is there. */
async function putBack(what: string): Promise<void> {
  await rm(path.join(root.folder, what), { recursive: true });
  await cp(path.join(backup.folder, what), path.join(root.folder, what), { recursive: true });
}

/** A friend has seen ten, a copy with the first five is put back, ten others are written: what does the friend get? */
async function story(restore: () => Promise<void>): Promise<number> {
  await write(0, 5);
  await restart(() => cp(root.folder, backup.folder, { recursive: true }));
  await write(5, 5);
  const here = memory();
  expect(await pull(here)).toBe(10);
  await restart(restore);
  await write(100, 10);
  return pull(here);
}

const posts = path.join(databasesFolder, folderOf('posts'));

test.each([
  ['the whole data directory', ''],
  ['all databases', databasesFolder],
  ['one database', posts],
  ['LevelDB’s folder alone', path.join(posts, 'level')],
])(
  'what is written after an older copy was put back reaches who had seen more: %s',
  async (_, what) => {
    expect(await story(() => putBack(what))).toBe(20);
  },
);

test('with a copy that passed for the original, numbers given out twice would hide what is new', async () => {
  const { incarnation } = databaseOf(world.store, 'posts');
  const received = await story(async () => {
    await putBack(posts);
    const at = path.join(root.folder, posts);
    const parts = ['incarnation', 'level'].map(async (part) => {
      const { ino, birthtimeNs } = await stat(path.join(at, part), { bigint: true });
      return `${ino}-${birthtimeNs}`;
    });
    const identity = (await Promise.all(parts)).join('-');
    await writeFile(path.join(at, 'incarnation'), `${incarnation} ${identity}`);
  });
  // Numbers 6 to 10 stand for other documents now; the friend asks only for what is behind 10.
  expect(received).toBe(15);
});

test('the numbers of the run that a copy would go on from are not given out again', async () => {
  await restart(() => cp(root.folder, backup.folder, { recursive: true }));
  const { run } = world.store.updates;
  await restart(() => putBack(''));
  expect(world.store.updates.run).not.toBe(run);
  expect(world.store.updates.last).toBe(0);
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
