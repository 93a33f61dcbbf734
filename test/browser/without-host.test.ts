import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { identityFromRoot } from '../../src/domain/identity.ts';
import { sodiumReady } from '../../src/domain/sodium.ts';
import { begin, seesPost, writePost } from '../helpers/browser/acts.mjs';
import { type Person, startPerson } from '../helpers/browser/index.mjs';
import type { TorClient } from '../helpers/tor-network/index.mjs';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'n25-browser-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe(
  'a browser without the companion program and without databases',
  { sequential: true },
  () => {
    let alice: Person;
    /** A valid address where nobody is. */
    let nobody: string;

    beforeAll(async () => {
      await sodiumReady();
      nobody = identityFromRoot(new Uint8Array(32).fill(7)).address;
      // Nobody is at these ports: there is no Tor either.
      const client = { socksPort: 1, controlPort: 1, cookieFile: '/nowhere' } as TorClient;
      alice = await startPerson({
        name: 'Alice',
        folder,
        mode: 'private',
        client,
        host: false,
        artifacts: join('test-artifacts', 'without-host'),
        prefs: { 'extensions.background.idle.timeout': 2_000 },
      });
    });

    afterAll(() => alice?.close());

    it('says plainly that nothing is kept, and lets one begin', async () => {
      const page = await alice.popup();
      await page.getByText('Nothing is kept when the browser closes').waitFor();
      await page.getByText('The companion program cannot be used').first().waitFor();
      await alice.screenshot(page, '01-first-run');
      await begin(page, 'Alice');
      await writePost(page, 'kept in memory');
      await page.close();
    });

    it('keeps what it holds while the background page sleeps', async () => {
      // Longer than the idle time-out: the event page is gone, and with it everything in its memory.
      await pause(12_000);
      const page = await alice.popup('#feed');
      await seesPost(page, 'kept in memory');
      await writePost(page, 'written after waking up');
      await alice.screenshot(page, '02-after-sleep');
      await page.close();
    });

    // Nobody knows here whether the browser's SOCKS is a Tor, and a look-up waits a while for somebody to
    // tell: many times as long as this event page may idle.
    it('answers a call that takes longer than the background page may idle', async () => {
      const page = await alice.popup('#add');
      await page.getByLabel('Address or link').fill(nobody);
      await page.getByRole('button', { name: 'Look up' }).click();
      const answer = page.getByText('does not know yet whether it can go over Tor');
      await answer.waitFor({ timeout: 60_000 });
      await page.close();
    });

    it('leads from a right-click straight to adding, and still offers the person when the popup is gone', async () => {
      const link = `<p><a href="http://${nobody}/">a link</a>`;
      const page = await alice.visit(`data:text/html,${encodeURIComponent(link)}`);
      await page.bringToFront();
      await alice.rightClick(page.getByRole('link', { name: 'a link' }), 'Add friend');
      await expect
        .poll(async () => (await alice.window.addonPopup()).url)
        .toContain('#add/pending');
      await alice.window.closeAddonPopup();
      await page.close();
      const popup = await alice.popup('#feed');
      await popup.getByRole('link', { name: 'Add this person' }).click();
      await popup.getByText('Fetching the profile over Tor').first().waitFor();
      await popup.close();
    });

    it('changes the address all the same, and takes along what was written', async () => {
      const options = await alice.options('identity');
      const change = options.getByRole('button', { name: 'Change my address' });
      await change.waitFor();
      const address = async () => /[a-z2-7]{56}\.onion/.exec(await options.content())?.[0];
      const former = await address();
      await change.click();
      const dialog = options.getByRole('dialog');
      await dialog.getByRole('button', { name: 'Change my address' }).click();
      await options
        .getByText(former ?? '')
        .first()
        .waitFor({ state: 'detached' });
      await change.waitFor();
      expect(await address()).toMatch(/^[a-z2-7]{56}/);
      expect(await address()).not.toBe(former);
      await options.close();
      const page = await alice.popup('#feed');
      await seesPost(page, 'kept in memory');
      await seesPost(page, 'written after waking up');
      await writePost(page, 'written at the new address');
      await alice.screenshot(page, '03-new-address');
      await page.close();
    });
  },
);
