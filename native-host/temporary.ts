import { existsSync } from 'node:fs';
import { lstat, mkdir, mkdtemp, readdir, rm, statfs } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CodedError } from '../src/protocol/codes.ts';
import type { Surroundings } from './data-directory.ts';
import { openStoreFolder, type StoreFolder } from './store/store-folder.ts';

/** How long another host may be making or removing its own beside ours. */
const patience = 4_000;
const every = 50;
const prefix = 'profile-';
/** `f_type` of tmpfs and ramfs, which have no disk behind them. */
const inMemory: ReadonlySet<number> = new Set([0x01021994, 0x858458f6]);

export interface TemporarySurroundings extends Pick<Surroundings, 'env' | 'platform'> {
  /** Of the account; `undefined` where the system has none. */
  readonly uid: number | undefined;
  /** The system's folder for what is temporary. */
  readonly temporary: string;
}

/**
 * Makes a folder for one host that keeps nothing, and has `open` take it: in memory where the system has such a place (Linux
 * has), for its owner only. Others of this account whose host died are removed first. Rejects as `open` does, and with
 * CodedError `data-unwritable` where there can be none.
 */
export async function inTemporaryFolder<T>(
  surroundings: TemporarySurroundings,
  open: (directory: string) => Promise<T>,
): Promise<T> {
  const root = await ownRoot(surroundings);
  // While this is held nobody takes a folder that has just been made for one whose host died.
  const turn = await takeTurn(root);
  try {
    await removeLeft(root);
    const directory = await mkdtemp(join(root, prefix));
    try {
      return await open(directory);
    } catch (error) {
      await removeTemporary(directory);
      throw error;
    }
  } finally {
    await turn.close();
  }
}

/** Removes the folders of hosts that died. Never rejects: the next start does it again. */
export async function removeLeftFolders(surroundings: TemporarySurroundings): Promise<void> {
  for (const root of await roots(surroundings)) {
    if (!existsSync(root) || !(await isOurs(root, surroundings))) continue;
    const turn = await takeTurn(root).catch(() => undefined);
    if (!turn) continue;
    await removeLeft(root).catch(() => undefined);
    await turn.close();
  }
}

/** Never rejects: what stays is removed by the next start. */
export async function removeTemporary(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
}

async function removeLeft(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    if (!name.startsWith(prefix)) continue;
    const directory = join(root, name);
    const folder = await openStoreFolder(directory).catch((error: unknown) => error);
    if (folder instanceof CodedError && folder.code === 'data-in-use') continue;
    if (isFolder(folder)) await folder.close();
    await removeTemporary(directory);
  }
}

const isFolder = (folder: unknown): folder is StoreFolder =>
  typeof folder === 'object' && folder !== null && 'close' in folder;

async function ownRoot(surroundings: TemporarySurroundings): Promise<string> {
  for (const root of await roots(surroundings)) {
    await mkdir(root, { mode: 0o700 }).catch(() => undefined);
    if (await isOurs(root, surroundings)) return root;
  }
  throw new CodedError('data-unwritable', surroundings.temporary);
}

/** The best first. */
async function roots({ env, platform, uid, temporary }: TemporarySurroundings): Promise<string[]> {
  const name = `network25-${uid ?? 'own'}`;
  const places: string[] = [];
  for (const place of [env['XDG_RUNTIME_DIR'], platform === 'linux' ? '/dev/shm' : undefined]) {
    if (place === undefined || !isAbsolute(place)) continue;
    const { type } = await statfs(place).catch(() => ({ type: 0 }));
    if (inMemory.has(type)) places.push(place);
  }
  return [...places, temporary].map((place) => join(place, name));
}

/** Everybody may write in some of these places: a folder or link that another account laid there is not ours. */
async function isOurs(root: string, { uid }: TemporarySurroundings): Promise<boolean> {
  const found = await lstat(root).catch(() => undefined);
  if (found?.isDirectory() !== true) return false;
  return uid === undefined || (found.uid === uid && (found.mode & 0o077) === 0);
}

async function takeTurn(root: string): Promise<StoreFolder> {
  const until = performance.now() + patience;
  for (;;) {
    try {
      return await openStoreFolder(root);
    } catch (error) {
      const inUse = error instanceof CodedError && error.code === 'data-in-use';
      if (!inUse || performance.now() >= until) throw error;
      await pause(every);
    }
  }
}
