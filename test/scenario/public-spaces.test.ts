import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sodiumReady } from '../../src/domain/sodium.ts';
import { Onions } from '../sync/onions.ts';
import { befriend, eventually, Household, surprises } from './household.ts';

let onions: Onions;
let alice: Household;
let bob: Household;
let carol: Household;

beforeAll(sodiumReady);

beforeEach(async () => {
  onions = new Onions();
  [alice, bob, carol] = await Promise.all([
    Household.found('Alice', onions),
    Household.found('Bob', onions),
    Household.found('Carol', onions),
  ]);
});

afterEach(async () => {
  await Promise.all([alice, bob, carol].map((household) => household.dispose()));
  await onions.close();
  expect(surprises.splice(0)).toEqual([]);
});

const reads = (who: Household, text: string) =>
  eventually(`${who.name} reads: ${text}`, async () => (await who.reads()).includes(text));

const linkOf = (who: Household, space: string): string => {
  const { link } = who.person.places.views.one(space);
  if (link === undefined) throw new Error('no link');
  return link;
};

const titles = (who: Household) => who.person.places.views.all().map(({ title }) => title);

describe('blogs with names', { timeout: 60_000 }, () => {
  it('are read by friends, and by a stranger who has the link, until they are not wanted any more', async () => {
    await befriend(alice, bob);
    const garden = await alice.person.places.desk.createBlog('Garden');
    await alice.person.posting.write('Tomatoes are up.', garden);
    await alice.person.posting.write('Good morning.');
    await reads(bob, 'Tomatoes are up.');

    // Carol knows nobody.
    await carol.person.places.desk.follow(linkOf(alice, garden));
    await reads(carol, 'Tomatoes are up.');
    expect(await carol.reads()).toEqual(['Tomatoes are up.']);
    expect(alice.person.book.find(carol.address)).toBeUndefined();

    await alice.person.posting.write('And the beans.', garden);
    await reads(bob, 'And the beans.');
    carol.person.publics.lookNow();
    await reads(carol, 'And the beans.');

    // How it stands is told of what others write: by those we exchange it with, or visit for it.
    const syncOf = (one: Household) => one.person.places.views.one(garden).sync;
    for (const one of [bob, carol]) {
      await eventually('it is said to be up to date', () => syncOf(one)?.state === 'up-to-date');
    }
    expect(syncOf(alice)).toBeUndefined();

    // Another title is for those who read our profile; a link still leads there.
    await alice.person.places.desk.renameBlog(garden, 'Garden and kitchen');
    await eventually('Bob sees the new title', () => titles(bob).includes('Garden and kitchen'));

    await bob.person.places.desk.unfollow(garden);
    expect(await bob.reads()).toEqual(['Good morning.']);
    expect(await bob.person.context.stores.list()).not.toContain(garden);
    expect(bob.person.places.views.all().find(({ name }) => name === garden)?.by).toBe('listed');
    await bob.person.places.desk.followListed(alice.address, garden);
    await reads(bob, 'And the beans.');

    await carol.person.places.desk.unfollow(garden);
    expect(await carol.reads()).toEqual([]);
    expect(await carol.person.context.stores.list()).not.toContain(garden);
  });

  it('are there again after a restart, and go on', async () => {
    const garden = await alice.person.places.desk.createBlog('Garden');
    await alice.person.posting.write('One.', garden);
    await bob.person.places.desk.follow(linkOf(alice, garden));
    await reads(bob, 'One.');
    await alice.close();
    await alice.reopen();
    await alice.person.posting.write('Two.', garden);
    bob.wake();
    await reads(bob, 'Two.');
    expect(titles(alice)).toContain('Garden');
  });

  it('that are muted are read on their own page, and not counted', async () => {
    await befriend(alice, bob);
    const garden = await alice.person.places.desk.createBlog('Garden');
    await eventually('Bob has it', () => titles(bob).includes('Garden'));
    await bob.person.publics.spaces.mutes.muteSpace(garden, true);
    await alice.person.posting.write('Tomatoes are up.', garden);
    await alice.person.posting.write('Good morning.');
    await reads(bob, 'Good morning.');
    await eventually('Bob has the other', () => bob.person.feed.unread(garden) === 1);
    expect(bob.person.feed.unread()).toBe(1);
    expect(await bob.reads()).toEqual(['Good morning.']);
    const { posts } = await bob.person.feed.page({ space: garden, limit: 10 });
    expect(posts.map(({ text }) => text)).toEqual(['Tomatoes are up.']);
  });

  it.each([
    ['no link', 'hello', 'not-a-space-link'],
    ['a person’s address alone', 'ADDRESS', 'not-a-space-link'],
    ['a link to what isn’t there', `ADDRESS/#n25:s${'a'.repeat(52)}`, 'space-missing'],
  ])('are not found by %s', async (_what, link, code) => {
    const text = link.replace('ADDRESS', `http://${alice.address}`);
    await expect(bob.person.places.desk.follow(text)).rejects.toMatchObject({ code });
    expect(bob.person.publics.spaces.joined()).toEqual([]);
  });

  it('are not found by the link to a profile, which is no blog', async () => {
    const link = `http://${alice.address}/#n25:${alice.person.spaces.profile}`;
    await expect(bob.person.places.desk.follow(link)).rejects.toMatchObject({
      code: 'space-not-public',
    });
  });
});
