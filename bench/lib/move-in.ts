import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kept } from './stored-posts.ts';
import type { Person } from '../../test/helpers/browser/index.mjs';

/** The person whose posts were made in this folder becomes the one of this browser, who starts with it. */
export async function moveIn(person: Person, folder: string, kept: Kept): Promise<void> {
  const page = await person.options('about');
  await page.evaluate(
    async (items) => {
      const { browser } = globalThis as unknown as {
        browser: { storage: { local: { set: (items: object) => Promise<void> } } };
      };
      await browser.storage.local.set(items);
    },
    { profile: '0'.repeat(32), ...kept, home: 'native' },
  );
  const profiles = join(person.folders.data, 'profiles');
  await person.restart(async () => {
    await rm(profiles, { recursive: true, force: true, maxRetries: 5 });
    await mkdir(person.folders.data, { recursive: true });
    await cp(join(folder, 'data', 'profiles'), profiles, { recursive: true });
  });
}
