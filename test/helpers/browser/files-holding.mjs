import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** @type {typeof import('./files-holding.d.mts').filesHolding} */
export async function filesHolding(folders, texts) {
  const wanted = texts.flatMap((text) => [Buffer.from(text, 'utf8'), Buffer.from(text, 'utf16le')]);
  const found = [];
  for (const folder of folders) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    for (const entry of entries.filter((one) => one.isFile())) {
      const path = join(entry.parentPath, entry.name);
      const bytes = await readFile(path);
      if (wanted.some((text) => bytes.includes(text))) found.push(path);
    }
  }
  return found;
}
