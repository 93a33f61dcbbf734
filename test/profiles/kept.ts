import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

/**
 * Profiles as a version of Network25 left them on a disk, each a folder here that is
 * called by the number of its form: `browser.json` is what `storage.local` held,
 * `sheet.json` the same keys behind the passphrase below, and `host.json` the data directory, each file as gzip in base64.
 * The people in them are made up, and so their keys are public.
 */
const here = import.meta.dirname;
export const keptPassphrase = 'this one is in the repository';

export async function keptProfiles(): Promise<string[]> {
  const entries = await readdir(here, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

export async function readKept(profile: string, part: string): Promise<Record<string, unknown>> {
  const text = await readFile(path.join(here, profile, `${part}.json`), 'utf8');
  return JSON.parse(text) as Record<string, unknown>;
}

export async function writeKept(profile: string, part: string, items: object): Promise<void> {
  await mkdir(path.join(here, profile), { recursive: true });
  await writeFile(path.join(here, profile, `${part}.json`), `${JSON.stringify(items, null, 2)}\n`);
}

/** What LevelDB and the lock note of the process that ran. */
const ofItsRun = new Set(['LOG', 'LOG.old', 'process']);

export async function packFolder(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !ofItsRun.has(entry.name));
  const packed = files.map(async (file) => {
    const place = path.join(file.parentPath, file.name);
    const bytes = gzipSync(new Uint8Array(await readFile(place)), { level: 9 });
    return [path.relative(folder, place), bytes.toString('base64')] as const;
  });
  return Object.fromEntries((await Promise.all(packed)).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

export async function unpackFolder(files: Record<string, unknown>, folder: string): Promise<void> {
  for (const [name, packed] of Object.entries(files)) {
    const place = path.join(folder, name);
    await mkdir(path.dirname(place), { recursive: true });
    const bytes = gunzipSync(Uint8Array.from(Buffer.from(String(packed), 'base64')));
    await writeFile(place, new Uint8Array(bytes));
  }
}
