import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sodiumReady } from '../../src/domain/sodium.ts';
import type { SpaceName } from '../../src/domain/space/name.ts';
import { Onions } from '../sync/onions.ts';
import { agree, ask, canWrite, found, isIn, post, reads, standing } from './forum-people.ts';
import { befriend, eventually, Household, surprises } from './household.ts';

let onions: Onions;
let alice: Household;
let bob: Household;

beforeAll(sodiumReady);

beforeEach(async () => {
  onions = new Onions();
  [alice, bob] = await Promise.all([
    Household.found('Alice', onions),
    Household.found('Bob', onions),
  ]);
  await befriend(alice, bob);
});

afterEach(async () => {
  await Promise.all([alice.dispose(), bob.dispose()]);
  await onions.close();
  expect(surprises.splice(0)).toEqual([]);
});

const all = { conversation: true, blogs: true, circles: true };
const nothing = { conversation: false, blogs: false, circles: false };

async function talkAndBlog(): Promise<void> {
  await bob.person.sendMessage(alice.address, 'See you at the market.');
  await eventually('Alice hears', () => alice.hears(bob).length === 1);
  await bob.person.posting.write('Good morning.');
  await eventually('Alice reads', async () => (await alice.reads()).includes('Good morning.'));
}

async function circle(owner: Household, other: Household, title: string): Promise<string> {
  const { space } = await ask(owner).foundCircle({
    kind: 'list',
    title,
    writers: 'members',
    mode: 'history',
    members: [other.address],
  });
  await agree(other, space);
  await canWrite([owner, other], space);
  return space;
}

describe('Alice ends her friendship with Bob', { timeout: 90_000 }, () => {
  it('and keeps what they said and what he wrote, readable, until she erases that too', async () => {
    await talkAndBlog();
    expect(await ask(alice).parting({ address: bob.address })).toMatchObject({
      messages: 1,
      ourCircles: [],
    });
    const [blog] = alice.person.book.get(bob.address).record.feeds;
    await ask(alice).removeFriend({ address: bob.address, keep: all });
    expect(alice.person.book.all()).toEqual([]);
    expect(await ask(alice).formerFriends({})).toMatchObject([
      { address: bob.address, name: 'Bob', messages: 1, blogs: [{ space: blog?.space }] },
    ]);
    const said = await ask(alice).formerConversation({ address: bob.address });
    expect(said).toMatchObject([{ mine: false, text: 'See you at the market.' }]);
    expect(alice.person.messages.unread()).toBe(0);

    await bob.person.posting.write('And good night.');
    await alice.close();
    await alice.reopen();
    expect(await alice.reads()).toEqual(['Good morning.']);
    const { posts } = await alice.person.feed.page({ limit: 10 });
    expect(posts[0]?.authorName).toBe('Bob');

    await ask(alice).forgetFormer({ address: bob.address });
    expect(await alice.reads()).toEqual([]);
    expect(await ask(alice).formerFriends({})).toEqual([]);
    expect(alice.person.context.vault.entries('message/')).toEqual([]);
    expect(await alice.person.context.stores.list()).not.toContain(blog?.space);
  });

  it('and keeps nothing: what they said and what he wrote are gone here', async () => {
    await talkAndBlog();
    await ask(alice).removeFriend({ address: bob.address, keep: nothing });
    expect(await alice.reads()).toEqual([]);
    expect(await ask(alice).formerFriends({})).toEqual([]);
    expect(alice.person.context.vault.entries('message/')).toEqual([]);
    expect(await alice.person.context.stores.list()).toHaveLength(4);
  });

  it('and stops reading a blog that she had kept, without the rest', async () => {
    await talkAndBlog();
    const [blog] = alice.person.book.get(bob.address).record.feeds;
    if (!blog) throw new Error('no blog');
    await ask(alice).removeFriend({ address: bob.address, keep: all });
    expect(await ask(alice).space({ space: blog.space })).toMatchObject({
      by: 'followed',
      ownerName: 'Bob',
      mayWrite: false,
      mayLeave: true,
    });
    await ask(alice).unfollowSpace({ space: blog.space });
    expect(await alice.reads()).toEqual([]);
    expect(await ask(alice).formerFriends({})).toMatchObject([{ messages: 1, blogs: [] }]);
  });

  it('and comes back to what they had said when they are friends again', async () => {
    await talkAndBlog();
    await ask(alice).removeFriend({ address: bob.address, keep: all });
    await ask(bob).removeFriend({ address: alice.address, keep: nothing });
    await befriend(alice, bob);
    expect(await ask(alice).formerFriends({})).toEqual([]);
    expect(alice.hears(bob)).toEqual(['See you at the market.']);
    await bob.person.sendMessage(alice.address, 'I am back.');
    await eventually('Alice hears', () => alice.hears(bob).includes('I am back.'));
    expect(await alice.reads()).toContain('Good morning.');
  });

  it('and what had not reached him is gone, to be sent by nobody', async () => {
    await talkAndBlog();
    await bob.close();
    await alice.person.sendMessage(bob.address, 'Never mind.');
    await ask(alice).removeFriend({ address: bob.address, keep: all });
    expect(await ask(alice).formerConversation({ address: bob.address })).toHaveLength(1);
    await bob.reopen();
  });

  it('puts him out of her circles and leaves his, and both stay in a forum that votes', async () => {
    const hers = await circle(alice, bob, 'Climbing');
    const his = await circle(bob, alice, 'Choir');
    const forum = await found(alice, [bob]);
    expect(await ask(alice).parting({ address: bob.address })).toMatchObject({
      ourCircles: ['Climbing'],
      theirCircles: ['Choir'],
      forums: ['The plot'],
    });
    await ask(alice).removeFriend({ address: bob.address, keep: nothing });
    await isIn(alice, hers, alice);
    expect(await standing(alice, his)).toBe('left');
    await post(alice, forum, 'Nothing personal.');
    await reads(bob, forum, 'Nothing personal.');
  });

  it('and keeps him in her circles if she likes', async () => {
    const hers = await circle(alice, bob, 'Climbing');
    await ask(alice).removeFriend({ address: bob.address, keep: { ...nothing, circles: true } });
    await post(alice, hers, 'On Sunday?');
    await reads(bob, hers, 'On Sunday?');
  });

  it('while his posts are being read: nothing of what is taken away comes anew', async () => {
    await talkAndBlog();
    const { feed, context } = alice.person;
    const [blog] = alice.person.book.get(bob.address).record.feeds;
    const { space = '' } = blog ?? {};
    const readings = [1, 2, 3].map(() => feed.read(space));
    readings.push(feed.setSpaces(feed.spaces.filter(({ name }) => name !== space)));
    await feed.leave(space as SpaceName, () => context.stores.destroy(space));
    await Promise.all(readings);
    expect(await context.stores.list()).not.toContain(space);
  });
});
