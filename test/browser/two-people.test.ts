import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  acceptRequest,
  askToBeFriends,
  createIdentity,
  lookUp,
  openConversation,
  seesMessage,
  seesPost,
  sendMessage,
  showPublicPage,
  writePost,
} from '../helpers/browser/acts.mjs';
import { parseAddress, publicKeyFromAddress } from '../../src/domain/address.ts';
import { sodiumReady } from '../../src/domain/sodium.ts';
import { inboxSpace } from '../../src/domain/space/charter.ts';
import { grainyPng } from './grainy-png.ts';
import { type Mode, type Person, startPerson } from '../helpers/browser/index.mjs';
import { startTorNetwork, type TorNetwork } from '../helpers/tor-network/index.mjs';

let network: TorNetwork;
let folder: string;

beforeAll(async () => {
  await sodiumReady();
  network = await startTorNetwork({ clients: 2 });
  folder = await mkdtemp(join(tmpdir(), 'n25-browser-'));
});

afterAll(async () => {
  await network.stop();
  await rm(folder, { recursive: true, force: true });
});

const long = { timeout: 90_000 };
/** Three by two pixels, with a place in a comment. */
const photo = Buffer.from(
  '/9j//gAZR1BTIDUyLjUyMDAgTiAxMy40MDUwIEX/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8QEBEQCgwSExIQEw8QEBD/2wBDAQMDAwQDBAgEBAgQCwkLEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBD/wAARCAACAAMDAREAAhEBAxEB/8QAFAABAAAAAAAAAAAAAAAAAAAACP/EABoQAAEFAQAAAAAAAAAAAAAAAAUAAhZVlNH/xAAVAQEBAAAAAAAAAAAAAAAAAAADCf/EABwRAAAHAQEAAAAAAAAAAAAAAAADBAYXVdKTlP/aAAwDAQACEQMRAD8AA8hP3hDS/qo1GDHpknnJwAkR4Wynubsf/9k=',
  'base64',
);

/** In hexadecimal, the contents of all files of that size below a folder. */
async function filesOf(home: string, size: number): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(home, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const bytes = await readFile(join(entry.parentPath, entry.name)).catch(() => undefined);
    if (bytes?.length === size) found.push(bytes.toString('hex'));
  }
  return found;
}

const hasFocus = (one: Locator) => one.evaluate((element) => element === document.activeElement);

/** Whether the companion program keeps what it needs to come up without the browser. */
const choiceIn = (settings: Page) =>
  settings.getByRole('switch', { name: 'Let the companion program come up by itself' });

/** The whole main job, click by click, each step on what the one before left. */
describe.each<{ mode: Mode }>([{ mode: 'private' }, { mode: 'ordinary' }])(
  'Alice and Bob in $mode mode',
  { sequential: true },
  ({ mode }) => {
    let alice: Person;
    let bob: Person;
    const address: Record<string, string> = {};
    const artifacts = join('test-artifacts', mode);

    beforeAll(async () => {
      const start = (name: string, index: number) => {
        const client = network.clients[index];
        if (!client) throw new Error('too few clients');
        return startPerson({ name, folder: join(folder, mode), mode, network, client, artifacts });
      };
      alice = await start('Alice', 0);
      bob = await start('Bob', 1);
    });

    afterAll(async () => {
      await alice?.close();
      await bob?.close();
    });

    it('each makes an identity and can be reached', async () => {
      const firstRun = await alice.popup();
      await firstRun.getByLabel('Your name').waitFor();
      await alice.screenshot(firstRun, '01-first-run');
      await firstRun.close();
      address['alice'] = await createIdentity(alice);
      address['bob'] = await createIdentity(bob);
      expect(address['alice']).not.toBe(address['bob']);
    });

    it('Bob tells about himself and shows a public page', async () => {
      const identity = await bob.options('identity');
      await identity.getByLabel('About you').fill('Gardens, mostly.');
      await identity.getByLabel('Interests').fill('peas, seeds');
      await identity.getByRole('button', { name: 'Save profile' }).click();
      await identity.getByText('Profile saved').first().waitFor();
      await bob.screenshot(identity, '02-identity');
      await identity.close();
      await showPublicPage(bob);
    });

    // Plain Firefox can't open onion pages, and Network25 doesn't change that.
    it.runIf(mode === 'private')(
      'Alice visits it, and her toolbar button knows who it is',
      async () => {
        const page = await alice.visit(`http://${address['bob']}/`);
        await page.bringToFront();
        await alice.screenshot(page, '03-public-page');
        await expect.poll(async () => (await alice.window.button()).title).toContain('person');
        await alice.screenshotOfWindow('04-toolbar-knows');
        const popup = await alice.popup('#feed');
        await popup.getByText('Someone you can add').waitFor();
        await popup.close();
        await page.close();
      },
    );

    it('Alice right-clicks a link to Bob, sees his profile and asks', async () => {
      const link = `<p><a href="http://${address['bob']}/">a link</a>`;
      const page = await alice.visit(`data:text/html,${encodeURIComponent(link)}`);
      await page.bringToFront();
      await alice.rightClick(page.getByRole('link', { name: 'a link' }), 'Add friend');
      await alice.window.closeAddonPopup();
      await page.close();
      const popup = await alice.popup();
      const add = { name: 'Add this person' };
      await popup.getByRole('link', add).or(popup.getByRole('button', add)).click();
      const found = popup.getByRole('region', { name: 'Profile found' });
      await found.waitFor({ timeout: 90_000 });
      await found.getByText('Gardens, mostly.').waitFor();
      await alice.screenshot(popup, '05-profile-found');
      await askToBeFriends(popup, 'Bob from the garden', 'we met at the seed swap');
      await popup.close();
    });

    it('Bob is asked, compares the safety phrase and accepts', async () => {
      const page = await bob.popup('#friends');
      await page.getByText('we met at the seed swap').waitFor({ timeout: 90_000 });
      await bob.screenshot(page, '06-request');
      await acceptRequest(page, 'Alice');
      await page.getByRole('link', { name: 'Alice' }).waitFor({ timeout: 90_000 });
      await page.close();
    });

    it('Bob looks up what is no address, his own, and Alice: each time he is told what it is', async () => {
      const page = await bob.popup('#add');
      const tryLink = async (link: string) => {
        await page.getByLabel('Address or link').fill(link);
        await page.getByRole('button', { name: 'Look up' }).click();
      };
      await tryLink('somebody I know');
      await page
        .getByText(
          'There is no valid onion address in this. An address has 56 letters and digits before .onion; look whether all of it was copied.',
        )
        .waitFor();
      await tryLink(`http://${address['bob']}/`);
      await page
        .getByText('This is your own address. Give it to a friend, and paste theirs here.')
        .waitFor();
      await lookUp(page, address['alice'] ?? '');
      await page.getByText('Alice is already your friend.').waitFor();
      await page.close();
    });

    it('posts go both ways by themselves, and unread ones are counted', async () => {
      const hers = await alice.popup('#feed');
      const his = await bob.popup('#feed');
      await writePost(hers, 'Hello from Alice');
      await seesPost(his, 'Hello from Alice');
      await hers.close();
      await writePost(his, 'Hello from Bob');
      await expect
        .poll(async () => (await alice.window.button()).badge, { timeout: 60_000 })
        .toBe('1');
      const again = await alice.popup('#feed');
      await seesPost(again, 'Hello from Bob');
      await alice.screenshot(again, '07-feed');
      await again.close();
      await his.close();
    });

    it('a post has Markdown, is edited, answered and taken back, and the friend sees each', async () => {
      const hers = await alice.popup('#feed');
      const his = await bob.popup('#feed');
      const words = 'The **bees** are back, see [the club](https://example.org/bees)';
      await hers.getByRole('textbox', { name: 'Write a post' }).fill(words);
      await hers.getByRole('button', { name: 'Post', exact: true }).click();
      const seen = his.getByRole('article').filter({ hasText: 'are back' });
      await seen.locator('strong', { hasText: 'bees' }).waitFor({ timeout: 60_000 });
      await seen.getByText('(example.org)').waitFor();
      const written = hers.getByRole('article').filter({ hasText: 'are back' });
      // By its id: while it is edited its words are in a text box.
      const id = (await written.getAttribute('data-post-id')) ?? '';
      const post = hers.locator(`[data-post-id="${id}"]`);
      await post.getByRole('button', { name: 'Edit' }).click();
      const editor = post.getByRole('textbox', { name: 'Edit' });
      await expect.poll(() => hasFocus(editor)).toBe(true);
      await editor.fill('The **bees** are back, all of them');
      await post.getByRole('button', { name: 'Save' }).click();
      await expect.poll(() => hasFocus(post)).toBe(true);
      await seen.getByText('all of them').waitFor({ timeout: 60_000 });
      await seen.getByText('edited').waitFor();

      await post.getByRole('link', { name: 'Reply', exact: true }).click();
      await hers.getByRole('textbox', { name: 'Reply' }).fill('And the honey will be, too.');
      await hers.getByRole('button', { name: 'Reply', exact: true }).click();
      await hers.getByRole('article').filter({ hasText: 'honey' }).waitFor();
      await alice.screenshot(hers, '07-thread');
      await his.getByText('Answers Alice').click({ timeout: 60_000 });
      await his.getByRole('heading', { name: 'Thread' }).waitFor();
      await expect.poll(() => his.getByRole('article').count()).toBe(2);
      await bob.screenshot(his, '07-thread-read');

      const answer = hers.getByRole('article').filter({ hasText: 'honey' });
      await answer.getByRole('button', { name: 'Take back' }).click();
      const keeps = hers.getByRole('dialog').getByRole('button').first();
      await expect.poll(() => hasFocus(keeps)).toBe(true);
      await hers.getByRole('dialog').getByRole('button', { name: 'Take back' }).click();
      await answer.waitFor({ state: 'detached' });
      await his.getByText('This post is not here any more').waitFor({ timeout: 60_000 });
      await hers.close();
      await his.close();
    });

    it('Alice names Bob by an @, and he is told that a post speaks of him', async () => {
      const hers = await alice.popup('#feed');
      const text = hers.getByRole('textbox', { name: 'Write a post' });
      await text.pressSequentially('Look at this, @from');
      const people = hers.getByRole('listbox', { name: 'People you can mention' });
      await people.getByRole('option', { name: 'Bob from the garden' }).waitFor();
      await alice.screenshot(hers, '06-mention');
      await text.press('Enter');
      expect(await text.inputValue()).toBe('Look at this, @Bob from the garden ');
      await text.press('Control+Enter');
      await hers.getByRole('article').first().getByText('@Bob from the garden').waitFor();
      const his = await bob.popup('#spaces');
      await his.getByText('one mentions you').waitFor({ state: 'attached', ...long });
      await his.close();
      const feed = await bob.popup('#feed');
      const post = feed.getByRole('article').filter({ hasText: 'Look at this' });
      await post.getByText('mentions you').waitFor();
      await post.getByText('@Bob', { exact: true }).waitFor();
      await bob.screenshot(feed, '06-mentioned');
      await feed.close();
      await hers.close();
    });

    it('a picture goes with a post, without where it was taken, and the friend sees and saves it', async () => {
      const hers = await alice.popup();
      const composer = hers.locator('form.composer');
      await composer.getByLabel('Write a post').fill('Our plot in spring');
      await composer
        .locator('input[type=file]')
        .setInputFiles({ name: 'plot.jpg', mimeType: 'image/jpeg', buffer: photo });
      await composer.getByText('Place, time and camera were taken out.').waitFor();
      await alice.screenshot(hers, '07-attached');
      await composer.getByRole('button', { name: 'Post' }).click();
      await hers
        .getByRole('article')
        .filter({ hasText: 'Our plot in spring' })
        .locator('img')
        .waitFor();
      await hers.close();
      const his = await bob.popup();
      const theirs = his.getByRole('article').filter({ hasText: 'Our plot in spring' });
      const picture = theirs.locator('img[alt="plot.jpg"]');
      await picture.waitFor();
      expect(await picture.getAttribute('width')).toBe('3');
      await bob.screenshot(his, '07-picture');
      await theirs.getByRole('button', { name: 'Save' }).click();
      // The photo without its comment, wherever the browser saves what has no other place.
      const clean = photo.toString('hex').replace(/fffe0019.{46}/, '');
      const home = join(folder, mode, 'Bob');
      await expect
        .poll(() => filesOf(home, clean.length / 2), { timeout: 30_000 })
        .toContain(clean);
      await his.close();
    });

    it('a large picture is described, shown small first, and whole when it is looked at', async () => {
      const hers = await alice.popup();
      const composer = hers.locator('form.composer');
      await composer.getByLabel('Write a post').fill('Our meadow');
      const buffer = grainyPng(900, 600);
      await composer
        .locator('input[type=file]')
        .setInputFiles({ name: 'meadow.png', mimeType: 'image/png', buffer });
      await composer.getByLabel('What is in meadow.png').fill('Grass and bees');
      await alice.screenshot(hers, '07-described');
      await composer.getByRole('button', { name: 'Post' }).click();
      await hers.getByRole('article').first().getByText('Our meadow').waitFor();
      await hers.close();
      const his = await bob.popup();
      const theirs = his.getByRole('article').filter({ hasText: 'Our meadow' });
      const picture = theirs.locator('img[alt="Grass and bees"]');
      await picture.waitFor();
      expect(await picture.getAttribute('width')).toBe('900');
      const pixels = () => picture.evaluate((image) => (image as HTMLImageElement).naturalWidth);
      expect(await pixels()).toBe(640);
      const colours = await picture.evaluate((image) => {
        const canvas = document.createElement('canvas');
        [canvas.width, canvas.height] = [640, 427];
        const context = canvas.getContext('2d');
        context?.drawImage(image as HTMLImageElement, 0, 0);
        return new Set(context?.getImageData(0, 0, 640, 427).data).size;
      });
      // A browser that hides what a canvas holds would have made a white one.
      expect(colours).toBeGreaterThan(50);
      await bob.screenshot(his, '07-small');
      await theirs.getByRole('button', { name: 'Grass and bees: show larger' }).click();
      await expect.poll(pixels).toBe(900);
      await his.close();
    });

    it('private messages go both ways and are marked when they arrive', async () => {
      const hers = await alice.popup('#friends');
      const his = await bob.popup('#friends');
      await openConversation(hers, 'Bob from the garden');
      await openConversation(his, 'Alice');
      await sendMessage(hers, 'Bob from the garden', 'just between us');
      await seesMessage(his, 'just between us');
      await sendMessage(his, 'Alice', 'nobody else reads this');
      await seesMessage(hers, 'nobody else reads this');
      await hers.getByText('On their machine').waitFor({ timeout: 60_000 });
      await alice.screenshot(hers, '08-conversation');
      await hers.close();
      await his.close();
    });

    it('Alice finds words in posts and messages, and goes to where they stand', async () => {
      const page = await alice.popup('#feed');
      await page.getByRole('heading', { name: 'Feed' }).waitFor({ state: 'attached' });
      await page.keyboard.press('/');
      const input = page.getByRole('searchbox', { name: 'Words to look for' });
      await input.waitFor();
      await input.pressSequentially('bet us');
      const found = page.getByRole('list', { name: 'What was found' }).getByRole('link');
      await found.filter({ hasText: 'just between us' }).waitFor({ timeout: 60_000 });
      const marked = () => found.locator('mark').allTextContents();
      await expect.poll(marked).toEqual(['between', 'us']);
      await alice.screenshot(page, '08-search-private');
      await input.fill('BEES');
      const bees = found.filter({ hasText: 'all of them' });
      await bees.waitFor();
      await alice.screenshot(page, '08-search');
      await page.getByLabel('Written by').selectOption({ label: 'Bob from the garden' });
      await page.getByText('Nothing found').waitFor();
      await page.getByLabel('Written by').selectOption({ label: 'Anybody' });
      await bees.waitFor();
      await input.press('ArrowDown');
      expect(await bees.evaluate((link) => link === document.activeElement)).toBe(true);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Thread' }).waitFor();
      await page.close();
    });

    it('the system tells Alice that a message has come, once she has chosen so', async () => {
      const settings = await alice.options('friends');
      await settings.getByRole('switch', { name: 'Tell me when something comes' }).click();
      await expect
        .poll(() => settings.getByRole('switch', { name: 'Tell me when' }).isChecked())
        .toBe(true);
      // Without a desktop to show it, a notification is closed again within milliseconds: that it was is what stays.
      await settings.evaluate(`
        globalThis.ended = [];
        browser.notifications.onClosed.addListener((id) => void globalThis.ended.push(id));
      `);
      const his = await bob.popup('#friends');
      await openConversation(his, 'Alice');
      await sendMessage(his, 'Alice', 'the bees have swarmed');
      await expect
        .poll(() => settings.evaluate('globalThis.ended'), { timeout: 60_000 })
        .toEqual(['network25-news']);
      const picture = { name: 'Also say whom it is from' };
      await settings.getByRole('switch', picture).waitFor();
      await alice.screenshot(settings, '08-told');
      await settings.close();
      await expect.poll(async () => (await alice.window.button()).badge).toBe('1');

      const hers = await alice.popup('#friends');
      await openConversation(hers, 'Bob from the garden');
      await hers.getByText('This conversation', { exact: true }).click();
      await hers.getByRole('switch', { name: 'Mute this conversation' }).click();
      await hers.getByRole('switch', { name: 'Mute this conversation', checked: true }).waitFor();
      await alice.screenshot(hers, '08-muted');
      await hers.goto('about:blank');
      await sendMessage(his, 'Alice', 'and are in the pear tree');
      await his.locator('[data-delivery="on-the-way"]').waitFor({ state: 'detached' });
      await expect.poll(async () => (await alice.window.button()).badge).toBe('');
      const again = await alice.popup('#friends');
      await again.getByRole('link', { name: /Bob from the garden.*Muted.*1 unread/ }).waitFor(long);
      await alice.screenshot(again, '08-muted-list');
      await openConversation(again, 'Bob from the garden');
      await again.getByText('This conversation', { exact: true }).click();
      await again.getByRole('switch', { name: 'Mute this conversation', checked: true }).click();
      await again.close();
      await hers.close();
      await his.close();
    });

    it('Alice finds Bob’s keys, compares the phrase and marks them verified', async () => {
      const page = await alice.options('friends');
      await page.getByText('Bob from the garden').first().click();
      await page.getByText('I compared the safety phrase and it is the same').click();
      await page.getByText('Verified', { exact: true }).first().waitFor();
      await alice.screenshot(page, '09-friends');

      // Bob's phrase as a picture, as it would be photographed from his screen.
      const his = await bob.options('friends');
      await his.getByText('Alice', { exact: true }).first().click();
      await his.getByText('This phrase as a QR code').click();
      const code = his.getByRole('img', { name: 'This phrase as a QR code' });
      await code.scrollIntoViewIfNeeded();
      const buffer = await code.screenshot();
      await bob.screenshot(his, '09-phrase');
      await his.close();
      await page.getByText('This phrase as a QR code').click();
      await page
        .getByLabel('Compare with a picture of their QR code')
        .setInputFiles({ name: 'phrase.png', mimeType: 'image/png', buffer });
      await page.getByText('It is the same phrase.').waitFor();
      await page.close();
    });

    it('both close and open their browsers: nothing is lost, and what was missed arrives', async () => {
      await bob.restart(async () => {
        const page = await alice.popup('#feed');
        await writePost(page, 'written while Bob was away');
        await page.close();
        const talk = await alice.popup('#friends');
        const row = talk.getByRole('link', { name: /Bob from the garden/ });
        await row.getByText('Not reachable').waitFor(long);
        await row.getByText('Last seen').waitFor(long);
        await openConversation(talk, 'Bob from the garden');
        await sendMessage(talk, 'Bob from the garden', 'for when you are back');
        await talk.locator('[data-delivery="waiting"]').waitFor(long);
        await alice.screenshot(talk, '09-away');
        await talk.close();
      });
      const his = await bob.popup('#feed');
      await seesPost(his, 'Hello from Alice');
      await seesPost(his, 'written while Bob was away');
      const arrived = await alice.popup('#friends');
      await openConversation(arrived, 'Bob from the garden');
      await arrived.locator('[data-delivery="waiting"]').waitFor({ state: 'detached', ...long });
      await arrived.locator('[data-delivery="on-their-machine"]').last().waitFor(long);
      await arrived.getByText('Connected, up to date').first().waitFor(long);
      await arrived.close();
      await alice.restart();
      const hers = await alice.popup('#feed');
      await seesPost(hers, 'Hello from Bob');
      await seesPost(hers, 'written while Bob was away');
      await writePost(his, 'and back again');
      await seesPost(hers, 'and back again');
      await hers.close();
      const talk = await alice.popup('#friends');
      await openConversation(talk, 'Bob from the garden');
      await seesMessage(talk, 'just between us');
      await seesMessage(talk, 'nobody else reads this');
      await talk.close();
      const settings = await alice.options('friends');
      await settings.getByText('Verified', { exact: true }).first().waitFor();
      await settings.close();
      await his.close();
    });

    it('they agree on what is told and how long it lives, and purge it on both sides', async () => {
      const hers = await alice.popup('#friends');
      const his = await bob.popup('#friends');
      await openConversation(hers, 'Bob from the garden');
      await openConversation(his, 'Alice');
      for (const page of [hers, his]) {
        await page.getByText('This conversation', { exact: true }).click();
        await page.getByRole('switch', { name: 'when I have read something' }).click();
      }
      for (const page of [hers, his]) {
        await page.getByText('You both do, so you see it, too.').waitFor({ timeout: 60_000 });
      }
      await hers.getByLabel('Messages disappear').selectOption({ label: 'After an hour' });
      await his.getByText('Alice set when messages disappear').waitFor({ timeout: 60_000 });
      await sendMessage(hers, 'Bob from the garden', 'not for ever');
      await seesMessage(his, 'not for ever');
      await hers.locator('[data-delivery="read"]').first().waitFor({ timeout: 60_000 });
      await alice.screenshot(hers, '12-agreements');

      await hers.getByRole('button', { name: 'Erase this conversation' }).click();
      await hers.getByRole('dialog').waitFor();
      await alice.screenshot(hers, '13-purge');
      await hers
        .getByRole('dialog')
        .getByRole('button', { name: 'Erase this conversation' })
        .click();
      await hers.locator('[data-purge="erased"]').waitFor({ timeout: 60_000 });
      await his.locator('[data-purged="erased"]').waitFor({ timeout: 60_000 });
      await his.getByText('just between us').waitFor({ state: 'detached' });
      await hers.getByText('just between us').waitFor({ state: 'detached' });
      await alice.screenshot(hers, '14-purged');
      await sendMessage(his, 'Alice', 'a fresh start');
      await seesMessage(hers, 'a fresh start');
      await bob.screenshot(his, '15-fresh-start');
      await hers.close();
      await his.close();
    });

    it('Alice reads an address from a picture of the QR code that Bob shows', async () => {
      const his = await bob.popup('#add');
      const code = his.getByRole('img', { name: 'Your address as a QR code' });
      await code.scrollIntoViewIfNeeded();
      const buffer = await code.screenshot();
      await bob.screenshot(his, '16-qr');
      await his.close();
      const hers = await alice.popup('#add');
      await hers
        .getByLabel('Read a QR code from a picture')
        .setInputFiles({ name: 'bob.png', mimeType: 'image/png', buffer });
      await expect.poll(() => hers.getByLabel('Address or link').inputValue()).toBe(address['bob']);
      await hers.close();
    });

    it('shows where the data is and which Tor is used', async () => {
      const storage = await alice.options('storage');
      await storage
        .getByText(mode === 'private' ? 'With the companion program' : 'In this browser and with')
        .first()
        .waitFor();
      await alice.screenshot(storage, '10-storage');
      await storage.close();
      // Bob's add-on, in other hands for a moment.
      const his = await bob.popup();
      const onion = parseAddress(address['alice'] ?? '');
      if (!onion.ok) throw new Error(onion.code);
      const inbox = inboxSpace(publicKeyFromAddress(onion.value)).name;
      await his.evaluate(async (url) => {
        const headers = { 'content-type': 'application/json' };
        await fetch(url, { method: 'POST', headers, body: '{' });
      }, `http://${address['alice']}:25984/${inbox}/_bulk_docs`);
      await his.close();
      const connection = await alice.options('connection');
      await connection.getByText('Somebody unknown sent one thing that was refused.').waitFor();
      const refused = connection.getByText('1 not in the form Network25 uses');
      await refused.scrollIntoViewIfNeeded();
      await alice.screenshot(connection, '17-refused');
      await connection
        .getByText(
          mode === 'private'
            ? 'Through this browser’s own Tor'
            : 'Through the Tor of the companion',
        )
        .or(connection.getByText("Through this browser's own Tor"))
        .first()
        .waitFor();
      await alice.screenshot(connection, '11-connection');
      await connection.close();
    });

    // The host is the same program in the other mode, and Tor takes its time to find who has moved to another process.
    it.runIf(mode === 'private')(
      'Bob’s companion program takes what comes while his browser is closed',
      async () => {
        const settings = await bob.options('connection');
        await choiceIn(settings).press('Space');
        await settings.getByRole('button', { name: 'Keep it on this disk' }).press('Enter');
        await expect.poll(() => choiceIn(settings).getAttribute('aria-checked')).toBe('true');
        await settings.close();
        const talk = await alice.popup('#friends');
        await openConversation(talk, 'Bob from the garden');
        let service: Awaited<ReturnType<Person['service']>> | undefined;
        try {
          await bob.restart(async () => {
            service = await bob.service();
            await sendMessage(talk, 'Bob from the garden', 'your computer takes it');
            const mine = talk.locator('.message', { hasText: 'your computer takes it' });
            await mine.locator('[data-delivery="on-their-machine"]').waitFor(long);
            await alice.screenshot(talk, '11-always-on');
          });
          const his = await bob.popup('#friends');
          await openConversation(his, 'Alice');
          await seesMessage(his, 'your computer takes it');
          await sendMessage(his, 'Alice', 'and it was here when I came');
          await seesMessage(talk, 'and it was here when I came');
          await his.close();
          const after = await bob.options('connection');
          await choiceIn(after).press('Space');
          await expect.poll(() => choiceIn(after).getAttribute('aria-checked')).toBe('false');
          await after.close();
        } finally {
          await service?.close();
          await talk.close();
        }
      },
    );
  },
);
