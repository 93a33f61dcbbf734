import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isMainThread } from 'node:worker_threads';
import leveldown, { type LevelDown } from 'leveldown';
import { CodedError } from '../../src/protocol/codes.ts';
import { translateError } from './errors.ts';

export interface StoreFolder {
  /** Tells this store from every other; replicators keep their checkpoints by it. */
  readonly uuid: string;
  /** Let another process have the folder. */
  close(): Promise<void>;
}

/**
 * Take the databases' folder for this process alone, making it if need be, for its owner only.
 *
 * Throws `CodedError`: `data-in-use` (the detail is the other process's number, if known),
 * `data-unwritable`, `data-damaged` (a file where a folder must be), `disk-full`.
 */
export async function openStoreFolder(root: string): Promise<StoreFolder> {
  // LevelDB makes its files with the process's mask; everything this process writes is private.
  if (isMainThread) process.umask(0o077);
  try {
    await ownFolder(root);
    const real = await realpath(root);
    // A second attempt of one process would end its lock: closing any handle to a file ends them all.
    if (ours.has(real)) throw new CodedError('data-in-use', String(process.pid));
    ours.add(real);
    try {
      return await openOurs(real);
    } catch (error) {
      ours.delete(real);
      throw error;
    }
  } catch (error) {
    throw translateError(error, root);
  }
}

/** Folders this process holds. */
const ours = new Set<string>();

async function openOurs(root: string): Promise<StoreFolder> {
  const lock = await takeLock(path.join(root, 'lock'));
  try {
    const uuid = await readOrMakeUuid(path.join(root, 'uuid'));
    return {
      uuid,
      async close() {
        await closeLevel(lock);
        ours.delete(root);
      },
    };
  } catch (error) {
    await closeLevel(lock);
    throw error;
  }
}

async function ownFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
}

async function readOrMakeUuid(file: string): Promise<string> {
  const known = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  if (/^[0-9a-f]{32}$/.test(known)) return known;
  const uuid = randomBytes(16).toString('hex');
  await writeFile(file, uuid, { mode: 0o600 });
  return uuid;
}

/**
 * An empty LevelDB is the lock: it holds an operating-system lock on its LOCK file, which ends with
 * the process however it ends. So there is no stale lock to judge by a process number, which may be
 * another's by now or mean nothing in another container. The number is written for people only.
 */
async function takeLock(folder: string): Promise<LevelDown> {
  await ownFolder(folder);
  const lock = leveldown(folder);
  try {
    await openLevel(lock);
  } catch (error) {
    if (inUse(error)) throw new CodedError('data-in-use', await holderOf(folder));
    // Torn files of an empty database. LOCK itself stays, so that two who mend still exclude each other.
    if (!isDamage(error)) throw error;
    for (const file of await readdir(folder)) {
      if (file !== 'LOCK') await rm(path.join(folder, file), { recursive: true });
    }
    await openLevel(lock);
  }
  await writeFile(path.join(folder, 'process'), String(process.pid), { mode: 0o600 });
  return lock;
}

const inUse = (error: unknown): boolean => codeIs(error, 'data-in-use');
const isDamage = (error: unknown): boolean => codeIs(error, 'data-damaged');

function codeIs(error: unknown, code: string): boolean {
  const translated = translateError(error, 'lock');
  return translated instanceof CodedError && translated.code === code;
}

async function holderOf(folder: string): Promise<string | undefined> {
  const text = await readFile(path.join(folder, 'process'), 'utf8').catch(() => '');
  return /^\d+$/.test(text) ? text : undefined;
}

function openLevel(level: LevelDown): Promise<void> {
  return new Promise((resolve, reject) => {
    level.open({ writeBufferSize: 65_536, cacheSize: 0 }, (error) =>
      error ? reject(error) : resolve(),
    );
  });
}

function closeLevel(level: LevelDown): Promise<void> {
  return new Promise((resolve, reject) => {
    level.close((error) => (error ? reject(error) : resolve()));
  });
}
