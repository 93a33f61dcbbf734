import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { folderOf, nameOfFolder } from './database-name.ts';
import { openPouch } from './pouch.ts';

/** What a database's folder holds. */
export const levelFolder = 'level';
const incarnationFile = 'incarnation';
/** Folders on their way in or out; swept at start. */
const passing = '.passing-';
export const damagedMark = '.damaged-';

export interface Incarnation {
  readonly id: string;
  /** It was made now: the files are not those that were here before. */
  readonly isNew: boolean;
}

/** The databases' folder on disk: a database is there exactly when its folder is. */
export interface Folders {
  list(): Promise<string[]>;
  /** Where LevelDB's files are. */
  level(name: string): string;
  create(name: string): Promise<void>;
  /**
   * The database's random incarnation. Made anew if its file is gone, or if it or LevelDB's folder is another than it was
   * written for: then they are a copy that was put back, whose numbers stand for other changes than those peers have seen.
   */
  incarnation(name: string): Promise<Incarnation>;
  /** Gone at once, its files a moment later. */
  remove(name: string): Promise<void>;
  /** Keep a damaged database's files under another name, out of the way. Returns where. */
  setAside(name: string): Promise<string>;
  bytesOnDisk(name: string): Promise<number>;
}

/** Opens the folder, making it if need be and sweeping up what a crash left half done. */
export async function openFolders(root: string): Promise<Folders> {
  await mkdir(root, { recursive: true, mode: 0o700 });
  await sweep(root);
  const at = (name: string): string => path.join(root, folderOf(name));
  const level = (name: string): string => path.join(at(name), levelFolder);
  const passingFolder = (): string => path.join(root, passing + randomBytes(8).toString('hex'));
  return {
    level,
    async list() {
      const entries = await readdir(root);
      return entries.map(nameOfFolder).filter((name) => name !== undefined);
    },
    async create(name) {
      // Built aside and moved in whole: a crash leaves no half database behind.
      const folder = passingFolder();
      try {
        await mkdir(folder, { mode: 0o700 });
        const { pouch } = await openPouch(path.join(folder, levelFolder), true);
        await pouch.close();
        await writeIncarnation(folder);
        await rename(folder, at(name));
        await syncFolder(root);
      } catch (error) {
        await rm(folder, { recursive: true, force: true });
        throw error;
      }
    },
    async incarnation(name) {
      const folder = at(name);
      const text = await readFile(path.join(folder, incarnationFile), 'utf8').catch(() => '');
      const [, id, written] = /^([0-9a-f]{16}) ([\d-]+)$/.exec(text) ?? [];
      const isOriginal = id !== undefined && written === (await identityOf(folder));
      return isOriginal
        ? { id, isNew: false }
        : { id: await writeIncarnation(folder), isNew: true };
    },
    async remove(name) {
      const folder = passingFolder();
      await rename(at(name), folder);
      // Nobody is told that it is gone while a power cut could bring it back.
      await syncFolder(root);
      await rm(folder, { recursive: true, force: true });
    },
    async setAside(name) {
      const kept = `${at(name)}${damagedMark}${randomBytes(4).toString('hex')}`;
      await rename(at(name), kept);
      await syncFolder(root);
      return kept;
    },
    async bytesOnDisk(name) {
      const files = await readdir(level(name));
      // LevelDB may remove a file between the two calls.
      const sizes = await Promise.all(
        files.map((file) =>
          stat(path.join(level(name), file)).then(
            (found) => found.size,
            () => 0,
          ),
        ),
      );
      return sizes.reduce((sum, size) => sum + size, 0);
    },
  };
}

async function sweep(root: string): Promise<void> {
  for (const entry of await readdir(root)) {
    if (!entry.startsWith(passing)) continue;
    await rm(path.join(root, entry), { recursive: true, force: true });
  }
}

async function writeIncarnation(folder: string): Promise<string> {
  const incarnation = randomBytes(8).toString('hex');
  const file = path.join(folder, incarnationFile);
  await writeFile(file, '', { mode: 0o600 });
  await writeFile(file, `${incarnation} ${await identityOf(folder)}`);
  return incarnation;
}

/**
 * Which files these are on their disk: the same after they were moved, and others for each copy, even in the place of the
 * first. What a file system itself undoes (a snapshot of the whole disk) can't be seen so.
 */
async function identityOf(folder: string): Promise<string> {
  const parts = [incarnationFile, levelFolder].map(async (part) => {
    const found = await stat(path.join(folder, part), { bigint: true }).catch(() => undefined);
    return `${found?.ino ?? 0n}-${found?.birthtimeNs ?? 0n}`;
  });
  return (await Promise.all(parts)).join('-');
}

/** A new name in a folder is on the disk only when the folder is. (Windows has no such call.) */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
