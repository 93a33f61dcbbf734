import { open, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/** What LevelDB writes at a start beside what it moves from its logs into a table. */
const spare = 262_144;
const piece = new Uint8Array(65_536);
/** In LevelDB's own folder, so that what holds for its files holds for this; LevelDB looks at no such name. */
const trial = 'room';

/**
 * Whether LevelDB could open its folder: tried by writing as much as that takes. What a file system says is
 * free is not what this process may have (quotas, limits, what is kept for root).
 */
export async function hasRoomToOpen(level: string): Promise<boolean> {
  const file = path.join(level, trial);
  try {
    const needed = (await logBytes(level)) + spare;
    const handle = await open(file, 'w', 0o600);
    try {
      for (let written = 0; written < needed; written += piece.length) {
        await handle.writeFile(piece);
      }
      await handle.datasync();
    } finally {
      await handle.close();
    }
    return true;
  } catch {
    return false;
  } finally {
    await rm(file, { force: true }).catch(() => undefined);
  }
}

async function logBytes(level: string): Promise<number> {
  const logs = (await readdir(level)).filter((file) => file.endsWith('.log'));
  const sizes = await Promise.all(logs.map((file) => stat(path.join(level, file))));
  return sizes.reduce((sum, { size }) => sum + size, 0);
}
