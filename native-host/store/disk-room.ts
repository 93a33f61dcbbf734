import { readdir, stat, statfs } from 'node:fs/promises';
import path from 'node:path';

export interface DiskRoom {
  /** Bytes of all files in the data directory, those that are no databases too. */
  readonly all: number;
  /** Bytes that this user may still write on the disk it is on; `undefined` where the system doesn't tell. */
  readonly free: number | undefined;
}

/** How much the data directory takes, and how much more it could. */
export async function diskRoom(root: string): Promise<DiskRoom> {
  const [all, free] = await Promise.all([
    bytesBelow(root),
    statfs(root).then(
      ({ bavail, bsize }) => bavail * bsize,
      () => undefined,
    ),
  ]);
  return { all, free };
}

/** What vanishes while it is counted counts as nothing. */
async function bytesBelow(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  let bytes = 0;
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    bytes += await stat(file).then(
      ({ size }) => size,
      () => 0,
    );
  }
  return bytes;
}
