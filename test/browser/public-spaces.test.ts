import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  acceptRequest,
  askToBeFriends,
  createIdentity,
  lookUp,
  seesPost,
} from '../helpers/browser/acts.mjs';
import { type Person, startPerson } from '../helpers/browser/index.mjs';
import { startTorNetwork, type TorNetwork } from '../helpers/tor-network/index.mjs';

let network: TorNetwork;
let folder: string;

beforeAll(async () => {
  network = await startTorNetwork({ clients: 3 });
  folder = await mkdtemp(join(tmpdir(), 'n25-spaces-'));
});

afterAll(async () => {
  await network.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('blogs and forums of three people', { sequential: true }, () => {
  let alice: Person;
  let bob: Person;
  let carol: Person;
  const address: Record<string, string> = {};
  const links: Record<string, string> = {};
  const long = { timeout: 90_000 };

  type Page = Awaited<ReturnType<Person['popup']>>;

  /** What the page about a space gives to others. */
  const linkOf = async (page: Page) => {
    await page.getByRole('link', { name: 'About' }).click();
    const link = await page.getByText(/#n25:s[a-z2-7]{52}/).textContent();
    await page.getByRole('link', { name: 'Back' }).click();
    return link ?? '';
  };

  const begin = async (page: Page, kind: string, title: string) => {
    await page.getByRole('link', { name: 'New', exact: true }).click();
    await page.getByRole('link', { name: new RegExp(`^${kind} `) }).click();
    await page.getByLabel('Title').fill(title);
    await page.getByRole('button', { name: 'Begin' }).click();
    await page.getByRole('heading', { name: title }).waitFor(long);
  };

  const follow = async (page: Page, link: string, title: string) => {
    await page.getByLabel('Link to a blog or forum').fill(link);
    await page.getByRole('button', { name: 'Look' }).click();
    await page.getByRole('heading', { name: title }).waitFor(long);
  };

  const writeIn = async (page: Page, title: string, text: string) => {
    await page.getByLabel(`New post in ${title}`).fill(text);
    await page.getByRole('button', { name: 'Post', exact: true }).click();
    await seesPost(page, text);
  };

  beforeAll(async () => {
    const start = (name: string, index: number) => {
      const client = network.clients[index];
      if (!client) throw new Error('too few clients');
      return startPerson({
        name,
        folder,
        mode: 'private',
        network,
        client,
        artifacts: join('test-artifacts', 'spaces'),
      });
    };
    alice = await start('Alice', 0);
    bob = await start('Bob', 1);
    carol = await start('Carol', 2);
    address['alice'] = await createIdentity(alice);
    address['bob'] = await createIdentity(bob);
    await createIdentity(carol);
  });

  afterAll(async () => {
    await alice?.close();
    await bob?.close();
    await carol?.close();
  });

  it('Alice begins a blog with a name of its own, and a friend reads it without doing anything', async () => {
    const add = await bob.popup('#add');
    await lookUp(add, address['alice'] ?? '');
    await askToBeFriends(add, 'Alice', 'hello');
    await add.close();
    const requests = await alice.popup('#friends');
    await requests.getByText('hello').waitFor(long);
    await acceptRequest(requests, 'Bob');
    await requests.close();

    const page = await alice.popup('#spaces');
    await page.getByRole('heading', { name: 'Blogs, forums and lists' }).waitFor();
    await alice.screenshot(page, '01-empty');
    await page.getByRole('link', { name: 'New', exact: true }).click();
    await page.getByRole('heading', { name: 'What do you want to begin?' }).waitFor();
    await alice.screenshot(page, '02-kinds');
    await page.getByRole('link', { name: 'Back' }).click();
    await begin(page, 'Blog', 'Garden');
    await writeIn(page, 'Garden', 'Tomatoes are up.');
    links['garden'] = await linkOf(page);
    await alice.screenshot(page, '03-blog');
    await page.close();

    const feed = await bob.popup('#feed');
    await seesPost(feed, 'Tomatoes are up.');
    await bob.screenshot(feed, '04-in-the-feed');

    const begun = await alice.popup('#spaces');
    await begun.getByRole('link', { name: /^Garden/ }).click();
    await begun.getByRole('button', { name: 'Edit' }).click();
    const heading = (on: Page) => on.getByRole('article').getByLabel('Title, if you like');
    await heading(begun).fill('The first ones');
    await begun.close();
    // A popup closes at a click beside it; what was begun is there again.
    const again = await alice.popup('#spaces');
    await again.getByRole('link', { name: /^Garden/ }).click();
    await again.getByRole('button', { name: 'Edit' }).click();
    await expect.poll(() => heading(again).inputValue(), long).toBe('The first ones');
    await alice.screenshot(again, '04-edit-title');
    await again.getByRole('button', { name: 'Save' }).click();
    await again.getByRole('heading', { name: 'The first ones' }).waitFor();
    await again.close();
    await feed.getByRole('heading', { name: 'The first ones' }).waitFor(long);
    await bob.screenshot(feed, '04-titled');
    await feed.close();
  });

  it('Carol, who knows nobody, reads it by its link', async () => {
    const page = await carol.popup('#spaces');
    await page.getByLabel('Link to a blog or forum').fill('http://example.org/');
    await page.getByRole('button', { name: 'Look' }).click();
    await page.getByText('This is not a link to a blog or forum.').waitFor();
    await follow(page, links['garden'] ?? '', 'Garden');
    await seesPost(page, 'Tomatoes are up.');
    await page.locator('[data-sync="up-to-date"]').waitFor(long);
    await carol.screenshot(page, '04-by-link');
    await page.close();
  });

  it('Alice begins a public forum; Carol joins it by the link and writes, and Bob finds it in Alice’s profile', async () => {
    const hers = await alice.popup('#spaces');
    await begin(hers, 'Public forum', 'Beekeepers');
    await writeIn(hers, 'Beekeepers', 'Welcome.');
    links['forum'] = await linkOf(hers);

    const page = await carol.popup('#spaces');
    await follow(page, links['forum'] ?? '', 'Beekeepers');
    await seesPost(page, 'Welcome.');
    await writeIn(page, 'Beekeepers', 'Buy my honey!');
    await page.close();
    await seesPost(hers, 'Buy my honey!');
    await alice.screenshot(hers, '05-forum');
    await hers.close();

    const his = await bob.popup('#spaces');
    const listed = his.getByRole('region', { name: 'Listed by friends' });
    await listed.getByText('Beekeepers').waitFor(long);
    await bob.screenshot(his, '06-listed');
    await listed.getByRole('button', { name: 'Join' }).click();
    await his.getByRole('link', { name: 'Beekeepers' }).click();
    await seesPost(his, 'Buy my honey!');
    await his.close();
  });

  it('Bob mutes Carol and keeps nothing of hers; Alice, who is away, misses nothing', async () => {
    const his = await bob.popup('#spaces');
    await his.getByRole('link', { name: 'Beekeepers' }).click();
    const pest = his.getByRole('article').filter({ hasText: 'Buy my honey!' });
    await pest.getByRole('button', { name: 'Mute' }).click();
    await bob.screenshot(his, '07-mute');
    await his.getByRole('button', { name: 'Keep nothing of it' }).click();
    await pest.waitFor({ state: 'detached' });
    await alice.restart(async () => {
      await writeIn(his, 'Beekeepers', 'Has anybody seen my smoker?');
    });
    await his.close();
    const hers = await alice.popup('#spaces');
    await hers.getByRole('link', { name: 'Beekeepers' }).click();
    await seesPost(hers, 'Has anybody seen my smoker?');
    await hers.close();
    const list = await bob.popup('#spaces');
    await list.getByText('People you have muted').click();
    await list.getByText('hidden, neither stored nor passed on').waitFor();
    await bob.screenshot(list, '08-list');
    await list.close();
  });

  it('Bob mutes the blog, which then is on its own page only, and Carol stops reading it', async () => {
    const his = await bob.popup('#spaces');
    await his.getByRole('link', { name: 'Garden' }).click();
    await his.getByRole('link', { name: 'About' }).click();
    await his.getByRole('switch', { name: 'Mute' }).click();
    await bob.screenshot(his, '09-about');
    await his.getByRole('link', { name: 'Back' }).click();
    await seesPost(his, 'Tomatoes are up.');
    await his.close();
    const feed = await bob.popup('#feed');
    await seesPost(feed, 'Has anybody seen my smoker?');
    await expect.poll(() => feed.getByText('Tomatoes are up.').count()).toBe(0);
    await feed.close();

    const page = await carol.popup('#spaces');
    await page.getByRole('link', { name: 'Garden' }).click();
    await page.getByRole('link', { name: 'About' }).click();
    await page.getByRole('button', { name: 'Stop reading' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Stop reading' }).click();
    await page.getByRole('heading', { name: 'Blogs, forums and lists' }).waitFor();
    await page.getByRole('link', { name: 'Garden' }).waitFor({ state: 'detached' });
    await page.close();
  });

  it('Carol asks Alice, who declines, and Bob, who blocks her and lets her be again', async () => {
    const ask = async (name: string) => {
      const page = await carol.popup('#add');
      await lookUp(page, address[name] ?? '');
      await askToBeFriends(page, name, 'Buy my honey?');
      await page.close();
    };
    await ask('alice');
    const hers = await alice.popup('#friends');
    const request = hers.getByRole('form', { name: 'Request from Carol' });
    await request.getByText('Buy my honey?').waitFor(long);
    await alice.screenshot(hers, '10-request');
    await request.getByRole('button', { name: 'Decline' }).click();
    await alice.screenshot(hers, '11-decline');
    await hers.getByRole('dialog').getByRole('button', { name: 'Decline' }).click();
    await request.waitFor({ state: 'detached' });
    await hers.close();

    await ask('bob');
    const his = await bob.popup('#friends');
    const asked = his.getByRole('form', { name: 'Request from Carol' });
    await asked.getByRole('button', { name: 'Block' }).click(long);
    await asked.waitFor({ state: 'detached' });
    await his.close();
    const settings = await bob.options('friends');
    const blocked = settings.getByRole('region', { name: 'Blocked' });
    await blocked.getByText('Carol').waitFor();
    await blocked.scrollIntoViewIfNeeded();
    await bob.screenshot(settings, '12-blocked');
    await blocked.getByRole('button', { name: 'Unblock' }).click();
    await blocked.waitFor({ state: 'detached' });
    await settings.close();
  });

  it('Alice gives the blog another title, which is in her profile', async () => {
    const page = await alice.popup('#spaces');
    await page.getByRole('link', { name: 'Garden' }).click();
    await page.getByRole('link', { name: 'About' }).click();
    await page.getByRole('textbox', { name: 'Title' }).fill('Garden and kitchen');
    await page.getByRole('button', { name: 'Change title' }).click();
    await page.getByRole('heading', { name: 'Garden and kitchen' }).waitFor();
    await page.close();
    const his = await bob.popup('#spaces');
    await his.getByRole('link', { name: 'Garden and kitchen' }).waitFor(long);
    await his.close();
  });
});
