import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { fromBase64Url } from '../../src/domain/bytes.ts';
import { identityFromRoot } from '../../src/domain/identity.ts';
import { phraseFromRoot, rootFromPhrase } from '../../src/domain/recovery-phrase.ts';
import { sodiumReady } from '../../src/domain/sodium.ts';
import { begin, seesPost, writePost } from '../helpers/browser/acts.mjs';
import { type Mode, type Person, startPerson } from '../helpers/browser/index.mjs';
import type { TorClient } from '../helpers/tor-network/index.mjs';

let folder: string;

beforeAll(async () => {
  await sodiumReady();
  folder = await mkdtemp(join(tmpdir(), 'n25-backup-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** This needs no Tor: nobody listens at this one. */
const client = { socksPort: 1, controlPort: 1, cookieFile: '/nowhere' } as TorClient;

async function wordsOf(page: Page): Promise<string> {
  const text = await page.evaluate(async () => {
    const { browser } = globalThis as unknown as {
      browser: { storage: { local: { get: (name: string) => Promise<never> } } };
    };
    return browser.storage.local.get('keys').then(({ keys: { root } }) => String(root));
  });
  const root = fromBase64Url(text);
  if (!root.ok) throw new Error('no root');
  return phraseFromRoot(root.value);
}

/** Presses the button that saves a file, and gives where the browser has put it. */
async function saved(
  person: Person,
  page: Page,
  { button, ending }: { button: string; ending: string },
): Promise<string> {
  await page.getByRole('button', { name: button }).click();
  return vi.waitFor(
    async () => {
      const { profile } = person.folders;
      const all = await readdir(join(profile, '..'), { recursive: true });
      const file = all.find((name) => /network25-[^/]*$/.test(name) && name.endsWith(ending));
      // The name is there first, and the bytes in another file until all have come.
      const isWhole = all.every((name) => !name.endsWith('.part'));
      const path = join(profile, '..', file ?? '');
      if (file === undefined || !isWhole || (await stat(path)).size === 0) {
        throw new Error('no file has been saved');
      }
      return path;
    },
    { timeout: 60_000, interval: 200 },
  );
}

describe.each<{ mode: Mode }>([{ mode: 'private' }, { mode: 'ordinary' }])(
  'Alice’s backup, in $mode mode',
  ({ mode }) => {
    let alice: Person;
    let fresh: Person;
    let options: Page;
    let words: string;
    let file: string;
    const passphrase = 'quiet lantern under seven bridges';

    beforeAll(async () => {
      const person = (name: string) =>
        startPerson({
          name,
          folder: join(folder, mode),
          mode,
          client,
          artifacts: join('test-artifacts', 'backup', mode),
        });
      alice = await person('Alice');
      fresh = await person('Alice-again');
      const page = await alice.popup();
      await begin(page, 'Alice');
      await writePost(page, 'written on the old machine');
      words = await wordsOf(page);
    });

    afterAll(() => Promise.all([alice?.close(), fresh?.close()]));

    it('is a file that any age program opens', async () => {
      options = await alice.options('backup');
      await options.getByText('No backup has been made yet.').waitFor();
      await alice.screenshot(options, '01-before');
      file = await saved(alice, options, { button: 'Make the backup', ending: '.age' });
      await options.getByText(/^Saved as network25-/).waitFor();
      await options.getByText(/^The last one was made on/).waitFor();
      await alice.screenshot(options, '02-made');
      const bytes = await readFile(file);
      expect(bytes.subarray(0, 22).toString()).toBe('age-encryption.org/v1\n');
      expect(bytes.includes('written on the old machine')).toBe(false);
    });

    it('goes with a copy of her posts for any other program', async () => {
      const which = { button: 'Save my posts', ending: '.json' };
      const feed: unknown = JSON.parse(await readFile(await saved(alice, options, which), 'utf8'));
      expect(feed).toMatchObject({
        version: 'https://jsonfeed.org/version/1.1',
        title: 'Alice',
        items: [{ content_text: 'written on the old machine', tags: [expect.any(String)] }],
      });
      await options.getByText('1 post').waitFor();
      await alice.screenshot(options, '07-export');
      await alice.close();
    });

    it('brings nothing when it is damaged, and says so', async () => {
      const page = await fresh.popup();
      await page.getByRole('link', { name: 'I have a backup' }).waitFor();
      await fresh.screenshot(page, '03-first-run');
      options = await fresh.options('backup');
      const bytes = await readFile(file);
      const cut = join(folder, mode, 'cut.age');
      await writeFile(cut, new Uint8Array(bytes.subarray(0, bytes.length - 20)));
      await options.getByLabel('Backup file').setInputFiles(cut);
      await options.getByLabel('Your 24 recovery words').fill(words.replace(/^\S+/, 'zebra'));
      await options.getByRole('button', { name: 'Restore everything' }).click();
      await options.getByText('Without a passphrase?').first().waitFor();
      await options.getByLabel('A new passphrase for this computer').fill(passphrase);
      await options.getByRole('button', { name: 'Restore everything' }).click();
      await options.getByText('The two are not the same.').waitFor();
      await options.getByLabel('The same again').fill(passphrase);
      await options.getByRole('button', { name: 'Restore everything' }).click();
      await options.getByText(/^These are not the 24 recovery words/).waitFor();
      await options.getByLabel('Your 24 recovery words').fill(words);
      await options.getByRole('button', { name: 'Restore everything' }).click();
      await options.getByText(/^This backup is damaged or not whole/).waitFor();
      await fresh.screenshot(options, '04-damaged');
    });

    it('brings everything back on another machine', async () => {
      await options.getByLabel('Backup file').setInputFiles(file);
      await options.getByLabel('Your 24 recovery words').fill(words);
      await fresh.screenshot(options, '05-words');
      await options.getByRole('button', { name: 'Restore everything' }).click();
      await options.getByText('Everything is back').waitFor();
      await fresh.screenshot(options, '06-restored');
      await fresh.restart();
      const page = await fresh.popup('#feed');
      await page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
      await page.getByRole('button', { name: 'Unlock' }).click();
      await seesPost(page, 'written on the old machine');
      await writePost(page, 'written on the new machine');
      // Her keys lie behind the passphrase from the first write on.
      await expect(wordsOf(page)).rejects.toThrow('no root');
      await page.close();
      const identity = await fresh.options('identity');
      const root = rootFromPhrase(words);
      if (!root.ok) throw new Error('no words');
      const { address } = identityFromRoot(root.value);
      await identity.locator(`[data-address="${address}"]`).first().waitFor();
    });
  },
);
