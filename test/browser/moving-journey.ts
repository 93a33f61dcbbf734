import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  befriend,
  createIdentity,
  openConversation,
  seesMessage,
  seesPost,
  sendMessage,
  writePost,
} from '../helpers/browser/acts.mjs';
import { type Mode, type Person, startPerson } from '../helpers/browser/index.mjs';
import { startTorNetwork, type TorNetwork } from '../helpers/tor-network/index.mjs';

const soon = { timeout: 90_000 };
const ownAddress = async (page: Page) => /[a-z2-7]{56}\.onion/.exec(await page.content())?.[0];

/** The journey of a move, told by both browsers. */
export const moves = (mode: Mode) =>
  describe(`Ada changes her address in ${mode} mode`, { sequential: true }, () => {
    let network: TorNetwork;
    let folder: string;
    let ada: Person;
    let bob: Person;
    let former: string;
    let present: string;

    beforeAll(async () => {
      network = await startTorNetwork({ clients: 2 });
      folder = await mkdtemp(join(tmpdir(), 'n25-browser-'));
      const start = (name: string, index: number) => {
        const client = network.clients[index];
        if (!client) throw new Error('too few clients');
        const artifacts = join('test-artifacts', 'moving', mode);
        return startPerson({ name, folder, mode, network, client, artifacts });
      };
      ada = await start('Ada', 0);
      bob = await start('Bob', 1);
      former = await createIdentity(ada);
      await befriend(ada, bob, await createIdentity(bob));
      const hers = await ada.popup('#feed');
      await writePost(hers, 'from the first address');
      await hers.close();
      const his = await bob.popup('#feed');
      await seesPost(his, 'from the first address');
      await openConversationOf(his, 'Ada');
      await sendMessage(his, 'Ada', 'before the move');
      await his.getByText('On their machine').waitFor(soon);
      await his.close();
    });

    afterAll(async () => {
      await ada?.close();
      await bob?.close();
      await network.stop();
      await rm(folder, { recursive: true, force: true });
    });

    async function openConversationOf(page: Page, petname: string): Promise<void> {
      await page.getByRole('link', { name: 'Friends' }).first().click();
      await openConversation(page, petname);
    }

    it('in the settings, after she was asked, and is never told that she is nobody', async () => {
      const options = await ada.options('identity');
      await options.getByText(former).first().waitFor();
      await options.evaluate(() => {
        const seen: string[] = [];
        Object.assign(globalThis, { seen });
        new MutationObserver(() => seen.push(document.body.innerText)).observe(document.body, {
          subtree: true,
          childList: true,
        });
      });
      const change = options.getByRole('button', { name: 'Change my address' });
      await change.click();
      const dialog = options.getByRole('dialog');
      await dialog.getByText('This can’t be undone.').waitFor();
      await ada.screenshot(options, '01-asked-first');
      await dialog.getByRole('button', { name: 'Change my address' }).click();
      await options
        .getByText(former)
        .first()
        .waitFor({ state: 'detached', ...soon });
      await change.waitFor(soon);
      present = (await ownAddress(options)) ?? '';
      expect(present).toMatch(/^[a-z2-7]{56}\.onion$/);
      expect(present).not.toBe(former);
      const seen = await options.evaluate(() => (globalThis as { seen?: string[] }).seen ?? []);
      expect(seen.filter((text) => /no identity|could not start/i.test(text))).toEqual([]);
      await ada.screenshot(options, '02-new-address');
      await options.close();
    });

    it('and Bob is told, in the conversation and in the settings, and follows', async () => {
      const settings = await bob.options('friends');
      await settings.getByText('Ada says they have moved').waitFor(soon);
      await bob.screenshot(settings, '03-told-in-settings');
      await settings.close();
      const his = await bob.popup('#friends');
      await his.getByRole('link', { name: 'Ada' }).first().click();
      await his.getByText('Ada says they have moved').waitFor(soon);
      await bob.screenshot(his, '04-told-in-conversation');
      await his.getByRole('button', { name: 'Follow', exact: true }).click();
      await his.getByText('Ada says they have moved').waitFor({ state: 'detached', ...soon });
      await seesMessage(his, 'before the move');
      await his.close();
    });

    it('and both go on as before, at the new address', async () => {
      const hers = await ada.popup('#feed');
      const his = await bob.popup('#feed');
      await seesPost(his, 'from the first address');
      await writePost(hers, 'from the second address');
      await seesPost(his, 'from the second address');
      await writePost(his, 'Bob goes on');
      await seesPost(hers, 'Bob goes on');
      await openConversationOf(hers, 'Bob');
      await seesMessage(hers, 'before the move');
      await openConversationOf(his, 'Ada');
      await sendMessage(hers, 'Bob', 'after the move');
      await seesMessage(his, 'after the move');
      await sendMessage(his, 'Ada', 'you moved well');
      await seesMessage(hers, 'you moved well');
      await bob.screenshot(his, '05-goes-on');
      await hers.close();
      await his.close();
    });

    it('and after both browsers were closed it is still so', async () => {
      await ada.restart();
      await bob.restart();
      const hers = await ada.popup('#feed');
      await seesPost(hers, 'from the first address');
      await seesPost(hers, 'from the second address');
      expect(await hers.content()).not.toContain(former);
      const his = await bob.popup('#feed');
      await writePost(hers, 'and on');
      await seesPost(his, 'and on');
      await openConversationOf(his, 'Ada');
      await seesMessage(his, 'before the move');
      await seesMessage(his, 'after the move');
      await hers.close();
      await his.close();
    });
  });
