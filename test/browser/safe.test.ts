import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { begin, seesPost, writePost } from '../helpers/browser/acts.mjs';
import { filesHolding } from '../helpers/browser/files-holding.mjs';
import { type Mode, type Person, startPerson } from '../helpers/browser/index.mjs';
import type { TorClient } from '../helpers/tor-network/index.mjs';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'n25-safe-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** This needs no Tor: nobody listens at this one. */
const client = { socksPort: 1, controlPort: 1, cookieFile: '/nowhere' } as TorClient;
const first = 'lantern river tuesday moss violin';
const second = 'barley comet window apron seven';
const wrong = /This is not the passphrase/;

async function unlock(page: Page, passphrase: string): Promise<void> {
  await page.getByLabel('Passphrase').fill(passphrase);
  await page.getByRole('button', { name: 'Unlock' }).click();
}

/** The browser packs what it stores: a long text may lie there in parts. */
const pieces = (text: string): string[] => text.match(/.{16}/g) ?? [];

/** The keys as they lie on the disk, read as the add-on reads them. */
async function kept(page: Page): Promise<Record<string, string | number>> {
  return page.evaluate(async () => {
    const { browser } = globalThis as unknown as {
      browser: { storage: { local: { get: (name: string) => Promise<never> } } };
    };
    return browser.storage.local.get('keys').then(({ keys }) => keys);
  });
}

describe.each<{ mode: Mode }>([{ mode: 'private' }, { mode: 'ordinary' }])(
  'Alice’s passphrase, in $mode mode',
  ({ mode }) => {
    let alice: Person;
    let page: Page;
    /** Of each key the pieces it is looked for by. */
    let secrets: string[][];

    beforeAll(async () => {
      const artifacts = join('test-artifacts', 'safe', mode);
      const place = join(folder, mode);
      alice = await startPerson({ name: 'Alice', folder: place, mode, client, artifacts });
      page = await alice.popup();
      await begin(page, 'Alice');
      await writePost(page, 'written before there was a passphrase');
      const { root, device, vault } = await kept(page);
      secrets = [root, device, vault].map((secret) => pieces(String(secret)));
    });

    afterAll(() => alice.close());

    it('is missed: without one, whoever has the disk finds every key', async () => {
      const found: string[][] = [];
      await alice.restart(async () => {
        for (const secret of secrets) {
          found.push(await filesHolding([alice.folders.profile], secret));
        }
      });
      expect(found).toHaveLength(3);
      for (const files of found) expect(files).not.toEqual([]);
    });

    it('is chosen, once it has been written twice alike', async () => {
      const options = await alice.options('identity');
      const form = options.getByRole('form', { name: 'Passphrase' });
      await options.getByText('There is no passphrase').waitFor();
      await form.getByLabel('New passphrase').fill('secret');
      await form.getByText(/^Weak/).waitFor();
      await form.getByLabel('New passphrase').fill(first);
      await form.getByText('Strong.').waitFor();
      await form.getByLabel('The same again').fill(second);
      await form.getByRole('button', { name: 'Set the passphrase' }).click();
      await form.getByText('The two are not the same.').waitFor();
      await alice.screenshot(options, '01-choosing');
      await form.getByLabel('The same again').fill(first);
      await form.getByRole('button', { name: 'Set the passphrase' }).click();
      await form.getByLabel('Passphrase now').waitFor();
      const choice = options.getByLabel('Lock by itself');
      await choice.selectOption('After 15 minutes');
      await alice.screenshot(options, '02-chosen');
      expect(await kept(options)).toEqual({ version: 2, sheet: expect.any(String) });
      await options.close();
    });

    it('leaves no key in the browser’s profile or the host’s data once the browser is closed', async () => {
      // The step before shows that this search would have found them.
      let found = ['not looked yet'];
      await alice.restart(async () => {
        const { profile, data } = alice.folders;
        found = await filesHolding([profile, data], secrets.flat());
      });
      expect(found).toEqual([]);
    });

    it('is asked for when the browser has started; a wrong one opens nothing', async () => {
      page = await alice.popup('#feed');
      await page.getByRole('heading', { name: 'Network25 is locked' }).waitFor();
      await alice.screenshot(page, '03-locked');
      await unlock(page, 'lantern river tuesday moss violins');
      await page.getByText(wrong).waitFor();
      await alice.screenshot(page, '04-wrong');
      const options = await alice.options('identity');
      await options.getByText('Network25 is locked').waitFor();
      await alice.screenshot(options, '05-locked-settings');
      await options.close();
      await unlock(page, first);
      await seesPost(page, 'written before there was a passphrase');
    });

    it('locks at once, and goes on where it was', async () => {
      await page.getByRole('button', { name: 'Lock Network25' }).click();
      await page.getByRole('heading', { name: 'Network25 is locked' }).waitFor();
      expect(await page.getByRole('article').count()).toBe(0);
      await unlock(page, first);
      await seesPost(page, 'written before there was a passphrase');
      await writePost(page, 'written after it was locked');
    });

    it('is changed by who knows it', async () => {
      const options = await alice.options('identity');
      await options.getByLabel('Lock by itself').waitFor();
      // Chosen before the browser was closed, and the safe locked and opened again.
      expect(await options.getByLabel('Lock by itself').inputValue()).toBe('15');
      const form = options.getByRole('form', { name: 'Passphrase' });
      await form.getByLabel('Passphrase now').fill('a guess');
      await form.getByLabel('New passphrase').fill(second);
      await form.getByLabel('The same again').fill(second);
      await form.getByRole('button', { name: 'Change the passphrase' }).click();
      await form.getByText(wrong).waitFor();
      await form.getByLabel('Passphrase now').fill(first);
      await form.getByRole('button', { name: 'Change the passphrase' }).click();
      await options.getByText('The new passphrase holds from now on').waitFor();
      await alice.restart();
      page = await alice.popup('#feed');
      await unlock(page, first);
      await page.getByText(wrong).waitFor();
      await unlock(page, second);
      await seesPost(page, 'written after it was locked');
    });

    it('is given up by who knows it', async () => {
      const options = await alice.options('identity');
      const form = options.getByRole('form', { name: 'Passphrase' });
      await form.getByLabel('Passphrase now').fill(second);
      await form.getByRole('button', { name: 'Do without a passphrase' }).click();
      await options.getByText('There is no passphrase', { exact: true }).waitFor();
      await alice.restart();
      page = await alice.popup('#feed');
      await seesPost(page, 'written after it was locked');
    });

    it('goes with everything else when everything is erased', async () => {
      const options = await alice.options('identity');
      await options.getByRole('button', { name: 'Erase everything' }).click();
      await options.getByRole('heading', { name: 'Erase everything now?' }).waitFor();
      await alice.screenshot(options, '06-erase');
      const profiles = join(alice.folders.data, 'profiles');
      const before = await readdir(profiles);
      expect(before).toHaveLength(1);
      const dialog = options.getByRole('dialog');
      // The page goes with what it shows.
      await dialog
        .getByRole('button', { name: 'Erase everything' })
        .click()
        .catch(() => undefined);
      await vi.waitFor(async () => expect(await readdir(profiles)).not.toContain(before[0]), {
        timeout: 60_000,
        interval: 250,
      });
      let found = ['not looked yet'];
      await alice.restart(async () => {
        const { profile, data } = alice.folders;
        found = await filesHolding([profile, data], secrets.flat());
      });
      expect(found).toEqual([]);
      page = await alice.popup();
      await page.getByLabel('Your name').waitFor();
      await begin(page, 'Alice');
      expect(await page.getByRole('article').count()).toBe(0);
    });
  },
);

describe('Carol begins with a passphrase and her 24 words', () => {
  const artifacts = join('test-artifacts', 'safe', 'words');
  let carol: Person;
  let page: Page;
  let words: string[];
  let address: string | undefined;

  beforeAll(async () => {
    carol = await startPerson({
      name: 'Carol',
      folder: join(folder, 'first-machine'),
      mode: 'private',
      client,
      artifacts,
    });
    page = await carol.popup();
  });

  afterAll(() => carol.close());

  it('is warned before she goes without a passphrase, and takes one', async () => {
    await page.getByLabel('Your name').fill('Carol');
    await page.getByRole('button', { name: 'Create my identity' }).click();
    await page.getByText('Without a passphrase?').waitFor();
    await carol.screenshot(page, '01-warned');
    await page.getByLabel('Passphrase', { exact: true }).fill(first);
    await page.getByText('Strong.').waitFor();
    await page.getByLabel('The same again').fill(second);
    await page.getByRole('button', { name: 'Create my identity' }).click();
    await page.getByText('The two are not the same.').waitFor();
    await page.getByLabel('The same again').fill(first);
    await carol.screenshot(page, '02-passphrase');
    await page.getByRole('button', { name: 'Create my identity' }).click();
    await page.getByRole('heading', { name: 'Your 24 words' }).waitFor();
    expect(await kept(page)).toEqual({ version: 2, sheet: expect.any(String) });
  });

  it('writes them down, and shows that she has', async () => {
    const list = page.getByRole('list', { name: 'The 24 words, in their order' });
    words = await list.getByRole('listitem').allTextContents();
    expect(words).toHaveLength(24);
    await carol.screenshot(page, '03-words');
    await page.getByRole('button', { name: 'I have written them down' }).click();
    const form = page.getByRole('form', { name: 'Is everything on paper?' });
    const fields = form.getByRole('combobox');
    const labels = await form.locator('label').allTextContents();
    expect(labels).toHaveLength(3);
    for (const [index, label] of labels.entries()) {
      const right = words[Number(label.replace(/\D/g, '')) - 1] ?? '';
      await fields.nth(index).fill(index === 1 ? 'no such word' : right);
    }
    const missing = words[Number((labels[1] ?? '').replace(/\D/g, '')) - 1] ?? '';
    await form.getByRole('button', { name: 'Done' }).click();
    await form.getByText(/This is not word/).waitFor();
    await carol.screenshot(page, '04-asked');
    await fields.nth(1).fill(missing.toUpperCase());
    await form.getByRole('button', { name: 'Done' }).click();
    await writePost(page, 'written on the first machine');
  });

  it('sees them again for her passphrase only', async () => {
    const options = await carol.options('identity');
    address = (await options.locator('[data-address]').first().getAttribute('data-address')) ?? '';
    expect(address).toMatch(/^[a-z2-7]{56}/);
    const form = options.getByRole('form', { name: 'Your 24 words' });
    await form.getByRole('button', { name: 'Show my 24 words' }).click();
    await form.getByText(wrong).waitFor();
    await form.getByLabel('Your passphrase, to see them').fill(first);
    await form.getByRole('button', { name: 'Show my 24 words' }).click();
    const list = options.getByRole('list', { name: 'The 24 words, in their order' });
    await list.getByRole('listitem').nth(23).waitFor();
    expect(await list.getByRole('listitem').allTextContents()).toEqual(words);
    await list.scrollIntoViewIfNeeded();
    await carol.screenshot(options, '05-again');
    await options.getByRole('button', { name: 'Hide them' }).click();
    await list.waitFor({ state: 'detached' });
    await options.close();
  });

  it('gives up a forum, and whoever takes her disk after that opens nothing of it', async () => {
    const spaces = await carol.popup('#spaces');
    await spaces.getByRole('link', { name: 'New', exact: true }).click();
    await spaces.getByRole('link', { name: /^Public forum / }).click();
    await spaces.getByLabel('Title').fill('Hidden garden');
    await spaces.getByRole('button', { name: 'Begin' }).click();
    await spaces.getByRole('heading', { name: 'Hidden garden' }).waitFor();
    const { sheet } = await kept(spaces);
    const { profile, data } = carol.folders;
    const before = join(folder, 'before');
    let found: string[] = [];
    await carol.restart(async () => {
      found = await filesHolding([profile], pieces(String(sheet)));
      await cp(profile, join(before, 'profile'), { recursive: true });
      await cp(data, join(before, 'data'), { recursive: true });
    });
    // So that the search below can fail.
    expect(found).not.toEqual([]);

    page = await carol.popup('#spaces');
    await unlock(page, first);
    await page.getByRole('link', { name: 'Hidden garden' }).click();
    await page.getByRole('link', { name: 'About' }).click();
    await page.getByRole('button', { name: 'Leave the forum' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Leave the forum' }).click();
    await page.getByRole('heading', { name: 'Blogs, forums and lists' }).waitFor();
    await page.getByRole('link', { name: 'Hidden garden' }).waitFor({ state: 'detached' });
    await vi.waitFor(async () => expect((await kept(page))['sheet']).not.toBe(sheet), 60_000);
    const { sheet: now } = await kept(page);
    // The salt of her passphrase is in both.
    const gone = pieces(String(sheet)).filter((piece) => !String(now).includes(piece));
    expect(gone.length).toBeGreaterThan(30);
    // As if the databases' files had kept all of their past: they are as they were, the keys are of now.
    await carol.restart(async () => {
      found = await filesHolding([profile], gone);
      await rm(data, { recursive: true });
      await cp(join(before, 'data'), data, { recursive: true });
    });
    expect(found).toEqual([]);
    page = await carol.popup('#feed');
    await unlock(page, first);
    await seesPost(page, 'written on the first machine');
    const none = await carol.popup('#spaces');
    await none.getByRole('heading', { name: 'Blogs, forums and lists' }).waitFor();
    expect(await none.getByText('Hidden garden').count()).toBe(0);

    // Who took a copy before has the keys of then.
    await carol.restart(async () => {
      for (const [name, place] of Object.entries({ profile, data })) {
        await rm(place, { recursive: true });
        await cp(join(before, name), place, { recursive: true });
      }
    });
    page = await carol.popup('#spaces');
    await unlock(page, first);
    await page.getByRole('link', { name: 'Hidden garden' }).waitFor();
  });

  it('comes back on another machine with nothing but the words', async () => {
    const place = join(folder, 'second-machine');
    const back = await startPerson({
      name: 'Carol',
      folder: place,
      mode: 'private',
      client,
      artifacts,
    });
    try {
      const fresh = await back.popup();
      await fresh.getByRole('button', { name: 'I have 24 words from before' }).click();
      const field = fresh.getByLabel('Your 24 words');
      const submit = fresh.getByRole('button', { name: 'Bring my identity back' });
      await fresh.getByLabel('Your name').fill('Carol');
      await fresh.getByLabel('Passphrase', { exact: true }).fill(second);
      await fresh.getByLabel('The same again').fill(second);
      await field.fill(words.with(2, 'recieve').join(' '));
      await submit.click();
      await fresh.getByText('Word 3 is not in the list').waitFor();
      await carol.screenshot(fresh, '06-not-a-word');
      await field.fill(words.slice(1).join(' '));
      await submit.click();
      await fresh.getByText('These are 23 words; 24 are needed.').waitFor();
      await field.fill(`  ${words.join('\n').toUpperCase()} `);
      await submit.click();
      await fresh.getByRole('textbox', { name: 'Write a post' }).waitFor({ timeout: 90_000 });
      const options = await back.options('identity');
      const same = options.locator(`[data-address="${address}"]`).first();
      await same.waitFor();
      expect(await options.getByText('are not on paper yet').count()).toBe(0);
    } finally {
      await back.close();
    }
  });
});
