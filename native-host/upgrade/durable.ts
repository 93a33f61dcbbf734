import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { syncFolder } from '../store/folders.ts';

/** Whatever happens on the way, the file is the old one or the new one, and on the disk when this resolves. */
export async function writeWhole(file: string, text: string): Promise<void> {
  const beside = `${file}.new`;
  const handle = await open(beside, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(beside, file);
  await syncFolder(path.dirname(file));
}

/** What is in a file or folder, is on the disk when this resolves. */
export async function syncAll(place: string): Promise<void> {
  for (const file of await filesIn(place)) {
    const handle = await open(file, 'r+');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}

/** Writes over what is there before it goes: it may have held what somebody has erased since, or chosen to keep no more. */
export async function destroy(place: string): Promise<void> {
  for (const file of await filesIn(place)) {
    const { size } = await stat(file);
    const handle = await open(file, 'r+');
    try {
      for (let at = 0; at < size; at += chunk) {
        const noise = crypto.getRandomValues(new Uint8Array(Math.min(chunk, size - at)));
        await handle.write(noise, 0, noise.length, at);
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
  await rm(place, { recursive: true, force: true });
}

/** As much as random bytes are given at once. */
const chunk = 65_536;

/** Every file under this place, or the place itself; none when nothing is there. */
async function filesIn(place: string): Promise<string[]> {
  const found = await stat(place).catch(() => undefined);
  if (found === undefined) return [];
  if (!found.isDirectory()) return [place];
  const entries = await readdir(place);
  const each = await Promise.all(entries.map((entry) => filesIn(path.join(place, entry))));
  return each.flat();
}
