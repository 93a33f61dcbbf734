import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  acceptRequest,
  askToBeFriends,
  befriend,
  createIdentity,
  openConversation,
  seesPost,
} from '../helpers/browser/acts.mjs';
import { type Person, startPerson } from '../helpers/browser/index.mjs';
import { startTorNetwork, type TorNetwork } from '../helpers/tor-network/index.mjs';

let network: TorNetwork;
let folder: string;

beforeAll(async () => {
  network = await startTorNetwork({ clients: 3 });
  folder = await mkdtemp(join(tmpdir(), 'n25-forum-'));
});

afterAll(async () => {
  await network.stop();
  await rm(folder, { recursive: true, force: true });
});

type Page = Awaited<ReturnType<Person['popup']>>;
const long = { timeout: 90_000 };

/** The folders of the databases on this machine. */
async function databases({ folders }: Person): Promise<string[]> {
  const profiles = join(folders.data, 'profiles');
  const [profile = ''] = await readdir(profiles);
  return readdir(join(profiles, profile, 'databases'));
}

const has = async (person: Person, space: string) =>
  (await databases(person)).some((name) => name.includes(space));

describe('a private forum of three people', { sequential: true }, () => {
  let alice: Person;
  let bob: Person;
  let carol: Person;
  let forum: string;

  const open = async (person: Person) => person.popup(`#space/${forum}`);
  const about = async (person: Person) => person.popup(`#space-info/${forum}`);

  const writeIn = async (page: Page, text: string) => {
    await page.getByLabel('New post in Council').fill(text);
    await page.getByRole('button', { name: 'Post', exact: true }).click();
    await seesPost(page, text);
  };

  const sayYes = async (person: Person, picture?: string) => {
    const page = await person.popup('#spaces');
    const ask = page.getByRole('article', { name: /asks you to join Council/ });
    await ask.waitFor(long);
    if (picture !== undefined) await person.screenshot(page, picture);
    await ask.getByRole('button', { name: 'Join' }).click();
    await ask.waitFor({ state: 'detached', ...long });
    await page.close();
  };

  beforeAll(async () => {
    const start = (name: string, index: number) => {
      const client = network.clients[index];
      if (!client) throw new Error('too few clients');
      const artifacts = join('test-artifacts', 'forum');
      return startPerson({ name, folder, mode: 'private', network, client, artifacts });
    };
    alice = await start('Alice', 0);
    bob = await start('Bob', 1);
    carol = await start('Carol', 2);
    const address = await createIdentity(alice);
    await createIdentity(bob);
    await createIdentity(carol);
    await befriend(bob, alice, address);
    await befriend(carol, alice, address);
  });

  afterAll(async () => {
    await alice?.close();
    await bob?.close();
    await carol?.close();
  });

  it('Alice founds it with Bob, who is asked and says yes; both write', async () => {
    const page = await alice.popup('#new-space/private-forum');
    await page.getByLabel('Title').fill('Council');
    await page.getByLabel('Bob').check();
    await alice.screenshot(page, '01-founding');
    await page.getByRole('button', { name: 'Begin' }).click();
    await page.getByText('being founded').waitFor(long);
    forum = /#space-info\/(s[a-z2-7]{52})/.exec(page.url())?.[1] ?? '';
    await sayYes(bob, '02-asked');
    await page.getByText('you are a member').waitFor(long);
    await alice.screenshot(page, '03-about');
    await page.close();

    const hers = await open(alice);
    await writeIn(hers, 'The well needs a new rope.');
    const his = await open(bob);
    await seesPost(his, 'The well needs a new rope.');
    await writeIn(his, 'I have one.');
    await seesPost(hers, 'I have one.');
    const said = his.getByRole('article').filter({ hasText: 'new rope' });
    await said.getByText('React', { exact: true }).click();
    await said.getByRole('button', { name: 'React with 👍' }).click();
    await hers.getByRole('button', { name: '👍 from 1: Bob' }).waitFor(long);
    await hers.getByRole('button', { name: '👍 from 1: Bob' }).click();
    await his
      .getByRole('button', { name: /👍 from 2: .*Alice.*, one of them yours/ })
      .waitFor(long);
    await alice.screenshot(hers, '04-posts');
    await hers.close();
    await his.close();
    expect(await has(alice, forum)).toBe(true);
    expect(await has(bob, forum)).toBe(true);
    expect(await has(carol, forum)).toBe(false);
  });

  it('Carol is asked, both vote for her, and she reads what was written before', async () => {
    const hers = await about(alice);
    await hers.getByLabel('Carol').check();
    await hers.getByRole('button', { name: 'Ask', exact: true }).click();
    await sayYes(carol);
    await hers.getByRole('article', { name: /^Admit Carol/ }).waitFor(long);
    await alice.screenshot(hers, '05-to-decide');
    await hers.close();
    const his = await about(bob);
    const proposal = his.getByRole('article', { name: /^Admit/ });
    await proposal.waitFor(long);
    await bob.screenshot(his, '06-vote');
    const key = /([0-9a-f]{4} ){15}[0-9a-f]{4}/;
    await proposal.getByRole('button', { name: 'Vote yes' }).click();
    const members = his.getByRole('region', { name: '3 members' });
    await members.waitFor(long);
    await members.getByText('founded it').first().waitFor();
    const newcomer = members.getByRole('listitem').filter({ hasText: /proposed by Alice/ });
    await newcomer
      .getByText(/with the votes of .*you.*Alice|with the votes of .*Alice.*you/)
      .waitFor();
    await newcomer.getByText('Address and keys').click();
    await newcomer.getByText(/[a-z2-7]{56}\.onion/).waitFor();
    await newcomer.getByText(key).first().waitFor(long);
    await bob.screenshot(his, '06-members');
    await his.close();

    const list = await carol.popup('#spaces');
    await list.getByRole('link', { name: /Council.*3 members/ }).waitFor(long);
    await list.close();
    const page = await open(carol);
    await seesPost(page, 'The well needs a new rope.');
    await seesPost(page, 'I have one.');
    await writeIn(page, 'Thank you for having me.');
    await page.locator('[data-sync="up-to-date"]').waitFor(long);
    await carol.screenshot(page, '07-newcomer');
    await page.close();
    // Bob and Carol are no friends.
    const bobs = await open(bob);
    await seesPost(bobs, 'Thank you for having me.');
    await bobs.close();
  });

  it('Carol is removed by vote: what is written from then on she does not get', async () => {
    const hers = await about(alice);
    await hers.getByRole('button', { name: 'Propose removal' }).last().waitFor(long);
    const member = hers.getByRole('listitem').filter({ hasText: 'Carol' });
    await member.getByRole('button', { name: 'Propose removal' }).click();
    const dialog = hers.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Propose removal' }).click();
    await hers.getByRole('article', { name: /^Remove Carol/ }).waitFor(long);
    const his = await about(bob);
    const proposal = his.getByRole('article', { name: /^Remove/ });
    await proposal.waitFor(long);
    await proposal.getByRole('button', { name: 'Vote yes' }).click();
    await his.getByRole('region', { name: '2 members' }).waitFor(long);
    await hers.getByRole('region', { name: '2 members' }).waitFor(long);
    await hers.getByText('Former members').click();
    await alice.screenshot(hers, '08-removed');
    await hers.close();
    await his.close();

    const writing = await open(alice);
    await writeIn(writing, 'Just the two of us again.');
    await writing.close();
    const reading = await open(bob);
    await seesPost(reading, 'Just the two of us again.');
    await reading.close();
    const page = await open(carol);
    await seesPost(page, 'I have one.');
    expect(await page.getByText('Just the two of us again.').count()).toBe(0);
    await page.close();
  });

  it('Carol comes back by vote, and reads what she has missed, as the rules say', async () => {
    const hers = await about(alice);
    await hers.getByLabel('Carol').check();
    await hers.getByRole('button', { name: 'Ask', exact: true }).click();
    await sayYes(carol);
    const his = await about(bob);
    const proposal = his.getByRole('article', { name: /^Admit/ });
    await proposal.waitFor(long);
    await proposal.getByRole('button', { name: 'Vote yes' }).click();
    await his.getByRole('region', { name: '3 members' }).waitFor(long);
    await his.close();
    await hers.getByRole('region', { name: '3 members' }).waitFor(long);
    await alice.screenshot(hers, '09-back');
    await hers.close();
    const page = await open(carol);
    await seesPost(page, 'Just the two of us again.');
    await page.close();
  });

  it('Alice introduces Carol to Bob, who asks her himself; she accepts', async () => {
    const hers = await alice.popup('#friends');
    await openConversation(hers, 'Carol');
    await hers.getByText('This conversation', { exact: true }).click();
    await hers.getByLabel('Introduce to (Carol)').selectOption({ label: 'Bob' });
    await hers.getByText('Bob has been told').waitFor({ state: 'attached' });
    await hers.close();
    const his = await bob.popup('#friends');
    await openConversation(his, 'Alice');
    await his.getByText('Meet Carol').waitFor(long);
    await bob.screenshot(his, '10-introduced');
    await his.getByRole('link', { name: 'Look at their profile' }).click();
    await his.getByRole('button', { name: 'Look up' }).click();
    await his.getByRole('region', { name: 'Profile found' }).waitFor(long);
    await askToBeFriends(his, 'Carol', 'Alice says hello');
    await his.close();
    const page = await carol.popup('#friends');
    await page.getByText('Alice says hello').waitFor(long);
    await acceptRequest(page, 'Bob');
    await page.getByRole('link', { name: /Bob.*Connected/ }).waitFor(long);
    await page.close();
  });

  it('a list without history: who comes later reads only what is written from then on', async () => {
    const hers = await alice.popup('#new-space/list');
    await hers.getByLabel('Title').fill('Minutes');
    await hers.getByLabel('Bob').check();
    await hers.getByLabel(/can’t read what was written before/).check();
    await hers.getByRole('button', { name: 'Begin' }).click();
    const yes = async (person: Person) => {
      const page = await person.popup('#spaces');
      const ask = page.getByRole('article', { name: /asks you to join Minutes/ });
      await ask.getByRole('button', { name: 'Join' }).click(long);
      await ask.waitFor({ state: 'detached', ...long });
      return page;
    };
    const write = async (page: Page, text: string) => {
      await page.getByLabel('New post in Minutes').fill(text);
      await page.getByRole('button', { name: 'Post', exact: true }).click();
      await seesPost(page, text);
    };
    // Until somebody is in, the row leads to what the list is, where no posts are.
    const entrance = (page: Page) =>
      page.locator('a[href^="#space/"]').filter({ hasText: 'Minutes' });
    const his = await yes(bob);
    await hers.getByRole('region', { name: '2 members' }).waitFor(long);
    const list = /#space-info\/(s[a-z2-7]{52})/.exec(hers.url())?.[1] ?? '';
    const writing = await alice.popup(`#space/${list}`);
    await write(writing, 'before Carol');
    await entrance(his).click(long);
    await seesPost(his, 'before Carol');
    await his.close();
    await hers.getByLabel('Carol').check();
    await hers.getByRole('button', { name: 'Ask', exact: true }).click();
    const page = await yes(carol);
    await hers.getByRole('region', { name: '3 members' }).waitFor(long);
    await hers.close();
    await write(writing, 'after Carol');
    await writing.close();
    await entrance(page).click(long);
    await seesPost(page, 'after Carol');
    expect(await page.getByText('before Carol').count()).toBe(0);
    expect(await page.getByText('is missing').count()).toBe(0);
    await carol.screenshot(page, '11-without-history');
    await page.close();
  });

  it('Bob leaves, and erases what he had of it', async () => {
    const page = await about(bob);
    await page.getByRole('button', { name: 'Leave', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Leave', exact: true }).click();
    await page.getByRole('heading', { name: 'Blogs, forums and lists' }).waitFor(long);
    await page.close();
    const hers = await about(alice);
    await hers.getByRole('region', { name: '2 members' }).waitFor(long);
    await hers.close();
    const again = await about(bob);
    await again.getByRole('button', { name: 'Erase it here' }).click();
    await again.getByRole('dialog').getByRole('button', { name: 'Erase it here' }).click();
    await again.getByRole('heading', { name: 'Blogs, forums and lists' }).waitFor(long);
    await again.close();
    await expect.poll(() => has(bob, forum)).toBe(false);
  });
});
