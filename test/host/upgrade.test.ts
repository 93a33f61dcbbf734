import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '../../native-host/store/store.ts';
import { directoryFormat, formatOf } from '../../native-host/upgrade/directory-format.ts';
import { type Step, upgrade } from '../../native-host/upgrade/upgrade.ts';
import { withMortalFiles } from './mortal-files.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'n25-upgrade-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const at = (...parts: string[]) => path.join(root, ...parts);
const read = (...parts: string[]) => readFile(at(...parts), 'utf8');

/** Every file under the directory and what is in it. */
async function everything(): Promise<Record<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const pairs = files.map(async (file) => {
    const place = path.join(file.parentPath, file.name);
    return [path.relative(root, place), await readFile(place, 'utf8')] as const;
  });
  return Object.fromEntries(await Promise.all(pairs));
}

/** Two changes that would do harm if they were done twice: the first is not finished at once. */
const steps: readonly Step[] = [
  {
    to: directoryFormat + 1,
    places: ['notes', 'gone'],
    async run(folder) {
      for (const name of ['a', 'b']) {
        const file = path.join(folder, 'notes', name);
        await writeFile(file, `${await readFile(file, 'utf8')}+1`);
      }
      await rm(path.join(folder, 'gone'), { force: true });
    },
  },
  {
    to: directoryFormat + 2,
    places: ['notes', 'new'],
    async run(folder) {
      const file = path.join(folder, 'notes', 'a');
      await writeFile(file, `${await readFile(file, 'utf8')}+2`);
      await writeFile(path.join(folder, 'new'), 'came');
    },
  },
];
const newest = directoryFormat + 2;

async function begin(): Promise<void> {
  await mkdir(at('notes'));
  await writeFile(at('notes', 'a'), 'a');
  await writeFile(at('notes', 'b'), 'b');
  await writeFile(at('gone'), 'secret');
  await writeFile(at('stays'), 'as it is');
}

async function expectDone(): Promise<void> {
  const { format, ...files } = await everything();
  expect(format).toMatch(new RegExp(`^${newest} `));
  expect(files).toEqual({ 'notes/a': 'a+1+2', 'notes/b': 'b+1', new: 'came', stays: 'as it is' });
}

describe('a data directory and its form', () => {
  it('is numbered when it is made, and opens again', async () => {
    await (await openStore(root)).close();
    expect(await formatOf(root)).toBe(directoryFormat);
    await (await openStore(root)).close();
  });

  it('made before there were numbers gets one', async () => {
    const store = await openStore(root);
    await store.create('posts');
    await store.close();
    await rm(at('format'));
    const again = await openStore(root);
    expect(again.list()).toEqual(['posts']);
    await again.close();
    expect(await formatOf(root)).toBe(directoryFormat);
  });

  it('of a newer host is refused with the version that reads it, and untouched', async () => {
    await writeFile(at('format'), `${directoryFormat + 1} 7.8.9\n`);
    const before = await everything();
    await expect(openStore(root)).rejects.toMatchObject({ code: 'data-newer', detail: '7.8.9' });
    expect(await everything()).toEqual(before);
    expect(await readdir(root)).toEqual(['format']);
  });

  it('whose number can’t be read is refused, and untouched', async () => {
    await writeFile(at('format'), '\u0000\u0000\u0000');
    await expect(openStore(root)).rejects.toMatchObject({ code: 'data-damaged' });
    expect(await readdir(root)).toEqual(['format']);
  });

  it('goes through every step it hasn’t had, and no copy is left', async () => {
    await begin();
    await upgrade(root, steps, newest);
    await expectDone();
    await upgrade(root, steps, newest);
    await expectDone();
  });
});

describe.each(['death', 'full-disk'] as const)('an upgrade that meets its %s', (kind) => {
  it('at any call loses nothing, and is made good at the next start', async () => {
    let calls = 0;
    for (let came = true; came; calls += 1) {
      await rm(root, { recursive: true, force: true });
      await mkdir(root);
      await begin();
      came = await withMortalFiles(calls, kind, () => upgrade(root, steps, newest));
      expect(await read('stays')).toBe('as it is');
      await upgrade(root, steps, newest);
      await expectDone();
    }
    expect(calls).toBeGreaterThan(15);
  });

  it('at any call can be put back by a host that knows of no newer form', async () => {
    for (let calls = 0, came = true; came; calls += 1) {
      await rm(root, { recursive: true, force: true });
      await mkdir(root);
      await upgrade(root);
      await begin();
      const before = await everything();
      came = await withMortalFiles(calls, kind, () => upgrade(root, steps, newest));
      const reached = await formatOf(root, newest);
      if (reached === newest) {
        await expect(upgrade(root)).rejects.toMatchObject({ code: 'data-newer' });
      } else {
        await upgrade(root);
        // A number on its way beside the one that holds says nothing.
        await rm(at('format.new'), { force: true });
        expect(await everything()).toEqual(before);
      }
    }
  });
});
