import { fork, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import * as fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CodedError } from '../../src/protocol/codes.ts';
import { folderOf, isDatabaseName, nameOfFolder } from '../../native-host/store/database-name.ts';
import { translateError } from '../../native-host/store/errors.ts';
import { databasesFolder, openStore, type HostStore } from '../../native-host/store/store.ts';
import { temporaryFolder } from './endpoint-world.ts';
import { databaseOf, finished, newDatabase } from './store-helpers.ts';

const nodeModules = path.join(import.meta.dirname, '..', '..', 'node_modules');
let script: string;
let built: Awaited<ReturnType<typeof temporaryFolder>>;

beforeAll(async () => {
  built = await temporaryFolder();
  script = path.join(built.folder, 'child.cjs');
  await build({
    entryPoints: [path.join(import.meta.dirname, 'store-child.ts')],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    packages: 'external',
  });
});
afterAll(() => built.remove());

let root: string;
let remove: () => Promise<void>;
const opened: HostStore[] = [];

beforeEach(async () => {
  ({ folder: root, remove } = await temporaryFolder());
});
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
  await remove();
});

async function open(folder = root, options = {}): Promise<HostStore> {
  const store = await openStore(folder, options);
  opened.push(store);
  return store;
}

async function reopen(store: HostStore): Promise<HostStore> {
  opened.splice(opened.indexOf(store), 1);
  await store.close();
  return open();
}

const codeOf = (task: Promise<unknown>): Promise<unknown> =>
  task.then(
    () => 'no error',
    (error: unknown) => (error instanceof CodedError ? [error.code, error.detail] : error),
  );

describe('databases', () => {
  test('what was written is there after a restart, with the same uuid, incarnation and run', async () => {
    const store = await open();
    const database = await newDatabase(store, 'posts');
    await database.write(finished(3), false);
    const { uuid, updates } = store;
    const again = await reopen(store);
    expect(again.list()).toEqual(['posts']);
    expect(again.uuid).toBe(uuid);
    expect(again.updates.run).toBe(updates.run);
    expect(again.updates.last).toBe(updates.last);
    expect(databaseOf(again, 'posts').incarnation).toBe(database.incarnation);
    expect(await databaseOf(again, 'posts').info()).toEqual({ documents: 3, updateSeq: 3 });
  });

  test('a database made anew under the same name is another incarnation, and the old one is no more', async () => {
    const store = await open();
    const before = await newDatabase(store, 'posts');
    await before.write(finished(1), false);
    expect(await store.destroy('posts')).toBe(true);
    expect(await store.destroy('posts')).toBe(false);
    const after = await newDatabase(store, 'posts');
    expect(after.incarnation).not.toBe(before.incarnation);
    expect(await after.info()).toEqual({ documents: 0, updateSeq: 0 });
    await expect(before.info()).rejects.toThrow('Database does not exist.');
  });

  test('a copy put back without its incarnation file gets a new one', async () => {
    const store = await open();
    const { incarnation } = await newDatabase(store, 'posts');
    await store.close();
    opened.length = 0;
    await rm(path.join(root, databasesFolder, folderOf('posts'), 'incarnation'));
    const again = await open();
    expect(databaseOf(again, 'posts').incarnation).not.toBe(incarnation);
    const known = databaseOf(again, 'posts').incarnation;
    expect(databaseOf(await reopen(again), 'posts').incarnation).toBe(known);
  });

  test('more databases than stay open at once serve just the same', async () => {
    const store = await open(root, { mostOpen: 2 });
    const names = Array.from({ length: 12 }, (_, index) => `db${index}`);
    await Promise.all(names.map((name) => newDatabase(store, name)));
    for (let round = 0; round < 3; round += 1) {
      await Promise.all(
        names.map((name) => databaseOf(store, name).write(finished(5, round * 5), false)),
      );
    }
    const infos = await Promise.all(names.map((name) => databaseOf(store, name).info()));
    expect(infos).toEqual(names.map(() => ({ documents: 15, updateSeq: 15 })));
  });

  test('what was made or deleted half when the process died leaves nothing behind', async () => {
    const store = await open();
    await newDatabase(store, 'posts');
    await store.close();
    opened.length = 0;
    await mkdir(path.join(root, databasesFolder, '.passing-0123456789abcdef', 'level'), {
      recursive: true,
    });
    expect((await open()).list()).toEqual(['posts']);
    expect(
      (await readdir(path.join(root, databasesFolder))).filter((entry) => entry.startsWith('.')),
    ).toEqual([]);
  });

  test('writes that come together are each answered for themselves', async () => {
    const posts = await newDatabase(await open(), 'posts');
    const stub = { a: { stub: true, digest: 'md5-nothing', content_type: 'text/plain' } };
    const writes = Array.from({ length: 60 }, (_, index) =>
      index % 20 === 7
        ? posts.write([{ _id: `stub${index}`, _attachments: stub }], true).catch(String)
        : index % 3 === 0
          ? posts.write([{ _id: 'same' }, { _id: `with${index}` }], true)
          : index % 3 === 1
            ? posts.write([{ _id: `edit${index}` }], true)
            : posts.write([{ _id: `kept${index}`, _rev: '1-a' }], false),
    );
    const results = await Promise.all(writes);
    const same = results.filter((_, index) => index % 3 === 0 && index % 20 !== 7);
    expect(same.filter((result) => 'ok' in (result[0] as object))).toHaveLength(1);
    for (const [index, result] of results.entries()) {
      if (index % 20 === 7) expect(result).toMatch(/unknown stub|missing_stub/);
      else if (index % 3 === 0) expect(result[1]).toMatchObject({ ok: true, id: `with${index}` });
      else if (index % 3 === 1) expect(result).toMatchObject([{ ok: true, id: `edit${index}` }]);
      else expect(result).toEqual([]);
    }
    expect((await posts.info()).documents).toBe(58);
  });

  test('updates name each database once, at its last change', async () => {
    const store = await open();
    const heard: string[] = [];
    const stop = store.updates.listen(({ name, type }) => heard.push(`${name} ${type}`));
    const a = await newDatabase(store, 'a');
    await newDatabase(store, 'b');
    await a.write(finished(2), false);
    await a.write(finished(2), false);
    await a.putLocal({ _id: '_local/checkpoint' });
    stop();
    await store.destroy('b');
    expect(heard).toEqual(['a created', 'b created', 'a updated']);
    expect(store.updates.after(0)).toEqual([
      { name: 'a', type: 'updated', number: 3 },
      { name: 'b', type: 'deleted', number: 4 },
    ]);
    expect(store.updates.after(3).map(({ name }) => name)).toEqual(['b']);
  });

  test('an update is no news to who made it, however often, and nobody’s name reaches the disk', async () => {
    const store = await open();
    const a = await newDatabase(store, 'a');
    const seenBy = (reader: string | undefined, since: number) =>
      store.updates.after(since, reader).map(({ number }) => number);
    await a.write(finished(1), false, 'bob');
    await a.write(finished(2), false, 'bob');
    expect([seenBy('bob', 1), seenBy('carol', 1), seenBy(undefined, 1)]).toEqual([[], [3], [3]]);
    await a.write(finished(3), false, 'carol');
    await a.write(finished(4), false, 'bob');
    expect([seenBy('bob', 3), seenBy('carol', 3), seenBy('bob', 4)]).toEqual([[5], [5], []]);
    await a.write(finished(5), false);
    expect([seenBy('bob', 5), seenBy('carol', 5)]).toEqual([[6], [6]]);
    await store.close();
    const saved = await readFile(path.join(root, 'updates.json'), 'utf8');
    expect(saved).not.toMatch(/bob|carol/);
  });
});

describe('names', () => {
  test('no name leads out of the folder or stands for another', () => {
    const character = fc.constantFrom('a', 'z', '0', '9', '_', '$', '(', ')', '+', '/', '-');
    const letters = fc.array(character, { maxLength: 40 }).map((found) => `a${found.join('')}`);
    fc.assert(
      fc.property(letters, (name) => {
        fc.pre(isDatabaseName(name));
        const folder = folderOf(name);
        expect(folder).toMatch(/^d-[a-z0-9_=-]+$/);
        expect(nameOfFolder(folder)).toBe(name);
      }),
    );
  });

  test.each([
    '',
    '.',
    '..',
    '../a',
    'a/../../b'.repeat(40),
    'A',
    '_users',
    'a.b',
    'a\\b',
    'a\0',
    'ä',
  ])('no database is called %j', async (name) => {
    expect(isDatabaseName(name)).toBe(false);
    const store = await open();
    await expect(store.create(name)).rejects.toMatchObject({ status: 400 });
  });

  test('files of other programs are no databases', async () => {
    const databases = path.join(root, databasesFolder);
    await mkdir(path.join(databases, 'notes'), { recursive: true });
    await mkdir(path.join(databases, 'd-A'));
    await writeFile(path.join(databases, 'd-x=2e'), '');
    expect((await open()).list()).toEqual([]);
  });
});

describe('the folder', () => {
  test('nobody but its owner can look into it', async () => {
    const store = await open(path.join(root, 'a', 'b'));
    await newDatabase(store, 'posts');
    for (const entry of await readdir(path.join(root, 'a'), { recursive: true })) {
      const { mode } = await stat(path.join(root, 'a', entry));
      expect(mode & 0o077, entry).toBe(0);
    }
  });

  test('another opening of the same folder is told who has it, in this process or another', async () => {
    await open();
    expect(await codeOf(openStore(root))).toEqual(['data-in-use', String(process.pid)]);
    const other = await child(['open', root]);
    expect(other).toEqual(['"data-in-use"']);
  });

  test('a process that was killed holds nothing', async () => {
    const [pid] = await child(['hold', root]);
    expect(Number(pid)).toBeGreaterThan(0);
    const store = await open();
    expect(databaseOf(store, 'posts').name).toBe('posts');
    expect(await databaseOf(store, 'posts').info()).toEqual({ documents: 100, updateSeq: 100 });
  });

  test('torn files of the lock keep nobody out', async () => {
    await (await openStore(root)).close();
    for (const file of await readdir(path.join(root, 'lock'))) {
      if (/^(MANIFEST|CURRENT)/.test(file)) await writeFile(path.join(root, 'lock', file), 'torn');
    }
    expect((await open()).list()).toEqual([]);
    expect(await codeOf(openStore(root))).toEqual(['data-in-use', String(process.pid)]);
  });

  test('a file where the folder must be is damage, a folder that can not be written is said to be so', async () => {
    await writeFile(path.join(root, 'file'), '');
    const file = path.join(root, 'file');
    expect(await codeOf(openStore(file))).toEqual(['data-damaged', file]);
    const closed = path.join(root, 'closed');
    await mkdir(closed);
    await chmod(closed, 0o500);
    await asNobody(async () => {
      const inside = path.join(closed, 'data');
      expect(await codeOf(openStore(inside))).toEqual(['data-unwritable', inside]);
    });
  });

  test.each([
    ['IO error: /data/000005.ldb: No space left on device', 'disk-full'],
    ['IO error: /data/LOCK: Permission denied', 'data-unwritable'],
    ['Corruption: checksum mismatch', 'data-damaged'],
    ['IO error: lock /data/LOCK: Resource temporarily unavailable', 'data-in-use'],
  ])('LevelDB’s %j is %s', (text, code) => {
    expect(translateError(new Error(text), 'posts')).toMatchObject({ code, detail: 'posts' });
  });
});

describe('a damaged database', () => {
  const damages: [string, (level: string, files: string[]) => Promise<void>][] = [
    ['CURRENT is gone', (level) => rm(path.join(level, 'CURRENT'))],
    ['the manifest is gone', (level, files) => rm(path.join(level, find(files, /^MANIFEST/)))],
    [
      'the manifest is overwritten',
      (level, files) => writeFile(path.join(level, find(files, /^MANIFEST/)), 'x'.repeat(200)),
    ],
    ['a table is gone', (level, files) => rm(path.join(level, find(files, /\.ldb$/)))],
    [
      'a table is cut short',
      (level, files) => truncate(path.join(level, find(files, /\.ldb$/)), 100),
    ],
    [
      'a byte of a table is another',
      (level, files) => changeByte(path.join(level, find(files, /\.ldb$/)), 50),
    ],
    [
      'a byte of the log is, with other writes behind it',
      async (level, files) => {
        const log = path.join(level, find(files, /\.log$/));
        await changeByte(log, (await stat(log)).size / 2);
      },
    ],
    [
      'the manifest has lost its end, so that LevelDB would take newer files for leftovers',
      async (level, files) => {
        const manifest = path.join(level, find(files, /^MANIFEST/));
        await truncate(manifest, (await stat(manifest)).size - 40);
      },
    ],
  ];

  test.each(damages)(
    'when %s: it is named, the others serve, and nothing is deleted',
    async (_, damage) => {
      const store = await open();
      await (await newDatabase(store, 'good')).write(finished(10), false);
      const bad = await newDatabase(store, 'bad');
      await bad.write(finished(10), false);
      await bad.compact();
      for (let count = 10; count < 20; count += 1) await bad.write(finished(1, count), false);
      await store.close();
      opened.length = 0;
      const level = path.join(root, databasesFolder, folderOf('bad'), 'level');
      await damage(level, await readdir(level));

      const again = await open();
      expect(again.list()).toEqual(['bad', 'good']);
      expect(await codeOf(databaseOf(again, 'bad').changes({ since: 0, limit: 100 }))).toEqual([
        'data-damaged',
        'bad',
      ]);
      expect(await codeOf(databaseOf(again, 'bad').write(finished(1), false))).toEqual([
        'data-damaged',
        'bad',
      ]);
      expect(await databaseOf(again, 'good').info()).toEqual({ documents: 10, updateSeq: 10 });
      expect(await again.create('bad')).toBe(false);
    },
  );

  test('whose folder somebody took away says so, and does not wait for ever', async () => {
    const store = await open();
    await newDatabase(store, 'posts');
    const again = await reopen(store);
    await rm(path.join(root, databasesFolder, folderOf('posts')), { recursive: true });
    expect(await codeOf(databaseOf(again, 'posts').info())).toEqual(['data-damaged', 'posts']);
    expect(await codeOf(databaseOf(again, 'posts').write(finished(1), false))).toEqual([
      'data-damaged',
      'posts',
    ]);
  });

  test('a log whose last write is torn goes on without it, and is kept', async () => {
    const store = await open();
    const posts = await newDatabase(store, 'posts');
    for (let count = 0; count < 5; count += 1) await posts.write(finished(1, count), false);
    await store.close();
    opened.length = 0;
    const folder = path.join(root, databasesFolder, folderOf('posts'));
    const log = path.join(folder, 'level', find(await readdir(path.join(folder, 'level')), /log$/));
    await changeByte(log, (await stat(log)).size - 5);
    const torn = await readFile(log);
    const again = await open();
    expect((await databaseOf(again, 'posts').info()).documents).toBe(4);
    const kept = find(await readdir(folder), /^torn-.*\.log$/);
    expect((await readFile(path.join(folder, kept))).equals(torn)).toBe(true);
  });

  test('deleted by its owner to begin anew, it is kept beside the others', async () => {
    const store = await open();
    await newDatabase(store, 'bad');
    await store.close();
    opened.length = 0;
    const level = path.join(root, databasesFolder, folderOf('bad'), 'level');
    await rm(path.join(level, 'CURRENT'));
    const before = await readdir(level);
    const again = await open();
    expect(await again.destroy('bad')).toBe(true);
    expect(await again.create('bad')).toBe(true);
    expect(await databaseOf(again, 'bad').info()).toEqual({ documents: 0, updateSeq: 0 });
    const kept = find(await readdir(path.join(root, databasesFolder)), /damaged/);
    expect(await readdir(path.join(root, databasesFolder, kept, 'level'))).toEqual(
      expect.arrayContaining(before),
    );
    expect((await reopen(again)).list()).toEqual(['bad']);
  });
});

async function changeByte(file: string, at: number): Promise<void> {
  const bytes = new Uint8Array(await readFile(file));
  const place = Math.floor(at);
  bytes[place] = (bytes[place] ?? 0) ^ 1;
  await writeFile(file, bytes);
}

/** A real full disk needs a small file system of its own, which takes the rights of root. */
const mount = (...args: string[]): boolean => {
  const { status } = spawnSync('mount', ['-t', 'tmpfs', ...args, 'tmpfs', root], {
    stdio: 'ignore',
  });
  return status === 0;
};

test('on a full disk nothing acknowledged is lost, and with room again everything goes on', async (context) => {
  if (!mount('-o', 'size=4m')) return context.skip('mounting is not allowed here');
  try {
    const store = await open(path.join(root, 'data'));
    const posts = await newDatabase(store, 'posts');
    const large = (from: number) =>
      finished(1, from).map((document) => ({
        ...document,
        text: randomBytes(20_000).toString('hex'),
      }));
    let written = 0;
    const failure = await codeOf(
      (async () => {
        for (; written < 1_000; written += 1) await posts.write(large(written), false);
      })(),
    );
    expect(failure).toEqual(['disk-full', 'posts']);
    expect(await codeOf(posts.write(large(written), false))).toEqual(['disk-full', 'posts']);
    expect(mount('-o', 'remount,size=40m')).toBe(true);
    expect(await posts.info()).toEqual({ documents: written, updateSeq: written });
    expect(await posts.write(large(written), false)).toEqual([]);
    expect(await store.create('third')).toBe(true);
  } finally {
    for (const store of opened.splice(0)) await store.close();
    spawnSync('umount', [root]);
  }
});

test('every write that was acknowledged survives a kill at any moment', async () => {
  for (let round = 0; round < 5; round += 1) {
    const acknowledged = Number((await child(['write', root])).at(-1));
    const store = await openStore(root);
    const { documents } = await databaseOf(store, 'posts').info();
    await store.close();
    expect(documents).toBeGreaterThanOrEqual(acknowledged);
  }
});

function find(files: readonly string[], pattern: RegExp): string {
  const found = files.find((file) => pattern.test(file));
  if (found === undefined) throw new Error(`no file like ${String(pattern)}`);
  return found;
}

/** What a process of its own said before it ended or was killed (`store-child.ts`). */
async function child(args: string[]): Promise<string[]> {
  const running = fork(script, args, {
    env: { ...process.env, NODE_PATH: nodeModules },
    silent: true,
  });
  const said: string[] = [];
  running.on('message', (message) => {
    if (message === 'kill me') running.kill('SIGKILL');
    else said.push(JSON.stringify(message));
  });
  let errors = '';
  running.stderr?.on('data', (text) => (errors += String(text)));
  // What it said before its end may come after the news of it.
  await Promise.all([once(running, 'exit'), once(running, 'disconnect')]);
  if (said.length === 0) throw new Error(errors);
  return said;
}

/** Root may write anywhere; where the tests run as root, this part runs as somebody else. */
async function asNobody(task: () => Promise<void>): Promise<void> {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    await task();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}
