import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { CodedError } from '../src/protocol/codes.ts';
import { alwaysOnFile } from './always-on.ts';
import { endService } from './service/socket.ts';
import { openStoreFolder, type StoreFolder } from './store/store-folder.ts';

/** How long the host that served it may still be closing it. */
const patience = 5_000;
const every = 100;

/**
 * Erases the data directory of a profile. What lets a service come up by itself, which is all that opens anything without
 * the person, goes first, whoever holds the directory; a service that does is told to end. Throws CodedError `data-in-use`
 * while another host goes on holding it, the caller included, and `data-unwritable`. One that isn't there is erased already.
 *
 * @param directory by our own rule from the profile's name, never a path from outside
 */
export async function eraseProfile(directory: string): Promise<void> {
  if (!existsSync(directory)) return;
  await remove(alwaysOnFile(directory));
  await endService(directory);
  const folder = await take(directory);
  await folder.close();
  await remove(directory);
}

async function remove(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
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
