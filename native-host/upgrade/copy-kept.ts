import { cp, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { isFileError } from '../file-errors.ts';
import { syncFolder } from '../store/folders.ts';
import { destroy, syncAll } from './durable.ts';

/**
 * A copy of what a change to a newer form touches, from before the first step until all of them are done. It is there
 * exactly when it is whole: it is made under another name.
 */
const copyFolder = 'before-upgrade';
const passingFolder = `${copyFolder}.new`;
const listFile = 'list.json';
const filesFolder = 'files';

const listSchema = v.strictObject({
  /** The form that was on its way. */
  to: v.number(),
  /** Relative to the data directory, each a file, a folder or nothing. */
  places: v.array(v.string()),
});

/** Keeps these places as they are now. Throws what the system says; nothing has changed then. */
export async function keepCopy(root: string, to: number, places: readonly string[]): Promise<void> {
  const passing = path.join(root, passingFolder);
  try {
    await mkdir(path.join(passing, filesFolder), { recursive: true, mode: 0o700 });
    for (const place of places) {
      await copyIfThere(path.join(root, place), path.join(passing, filesFolder, place));
    }
    await writeFile(path.join(passing, listFile), JSON.stringify({ to, places }), { mode: 0o600 });
    await syncAll(passing);
    await rename(passing, path.join(root, copyFolder));
    await syncFolder(root);
  } catch (error) {
    // It would take the room that is lacking. What can't be written over goes all the same.
    await rm(passing, { recursive: true, force: true });
    throw error;
  }
}

/** To which form the change was going that left its copy here; `undefined` if there is none. */
export async function copyLeft(root: string): Promise<number | undefined> {
  return (await listIn(root))?.to;
}

/** Puts everything back as it was. May be done again and again. */
export async function putBack(root: string): Promise<void> {
  for (const place of (await listIn(root))?.places ?? []) {
    await rm(path.join(root, place), { recursive: true, force: true });
    await copyIfThere(path.join(root, copyFolder, filesFolder, place), path.join(root, place));
    await syncAll(path.join(root, place));
  }
  await syncFolder(root);
}

/** There is no copy any more when this resolves, nor what was to become one. */
export async function destroyCopy(root: string): Promise<void> {
  const passing = path.join(root, passingFolder);
  await destroy(passing);
  // From here on it is no copy, whatever dies meanwhile.
  await rename(path.join(root, copyFolder), passing).catch((error: unknown) => {
    if (!isFileError(error, 'ENOENT')) throw error;
  });
  await destroy(passing);
}

async function listIn(root: string): Promise<v.InferOutput<typeof listSchema> | undefined> {
  const text = await readFile(path.join(root, copyFolder, listFile), 'utf8').catch(
    (error: unknown) => {
      if (isFileError(error, 'ENOENT')) return undefined;
      throw error;
    },
  );
  return text === undefined ? undefined : v.parse(listSchema, JSON.parse(text));
}

async function copyIfThere(from: string, to: string): Promise<void> {
  if ((await stat(from).catch(() => undefined)) === undefined) return;
  await mkdir(path.dirname(to), { recursive: true, mode: 0o700 });
  await cp(from, to, { recursive: true });
}
