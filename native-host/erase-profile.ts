import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { CodedError } from '../src/protocol/codes.ts';
import { openStoreFolder, type StoreFolder } from './store/store-folder.ts';

/** How long the host that served it may still be closing it. */
const patience = 5_000;
const every = 100;

/**
 * Erases the data directory of a profile that nobody serves any more. Throws CodedError `data-in-use` while somebody
 * does, the caller included, and `data-unwritable`. One that isn't there is erased already.
 *
 * @param directory by our own rule from the profile's name, never a path from outside
 */
export async function eraseProfile(directory: string): Promise<void> {
  if (!existsSync(directory)) return;
  const folder = await take(directory);
  await folder.close();
  try {
    await rm(directory, { recursive: true, force: true });
  } catch {
    throw new CodedError('data-unwritable');
  }
}

async function take(directory: string): Promise<StoreFolder> {
  const until = performance.now() + patience;
  for (;;) {
    try {
      return await openStoreFolder(directory);
    } catch (error) {
      const inUse = error instanceof CodedError && error.code === 'data-in-use';
      if (!inUse || performance.now() >= until) throw error;
      await pause(every);
    }
  }
}
