import { afterAll, beforeAll, expect, it } from 'vitest';
import { sodiumReady } from '../../src/domain/sodium.ts';
import { waitingIn } from '../../src/background/life-view.ts';
import { mentionOf } from '../../src/protocol/mention-text.ts';
import { person } from '../domain/people.ts';
import { Onions } from '../sync/onions.ts';
import { agree, ask, canWrite } from './forum-people.ts';
import { befriend, eventually, Household, surprises } from './household.ts';

let alice: Household;
let bob: Household;
const onions = new Onions();

beforeAll(async () => {
  await sodiumReady();
  [alice, bob] = await Promise.all([
    Household.found('Alice', onions),
    Household.found('Bob', onions),
  ]);
  await befriend(bob, alice);
});
afterAll(async () => {
  await Promise.all([alice.dispose(), bob.dispose()]);
  await onions.close();
  expect(surprises).toEqual([]);
});

const newest = async (who: Household) =>
  (await who.person.feed.page({ limit: 1, glance: true })).posts[0];
const mentionsWaiting = (who: Household): number =>
  waitingIn(who.person)
    .filter(({ kind }) => kind === 'mentions')
    .reduce((sum, { count }) => sum + count, 0);

it('who is named in a post is told so, by what the reader calls each', async () => {
  await alice.person.posting.write(
    `Hello ${mentionOf(bob.address)}, from ${mentionOf(alice.address)}`,
  );
  await eventually('Bob is told', () => mentionsWaiting(bob) === 1);
  expect((await newest(bob))?.mentions).toEqual(
    expect.arrayContaining([
      { address: bob.address, name: 'Bob', me: true },
      { address: alice.address, name: bob.person.nameOf(alice.address), me: false },
    ]),
  );
  expect(mentionsWaiting(alice)).toBe(0);
  expect([...bob.person.feed.unreadSpaces().values()]).toEqual([1]);
});

it('it stays told over a restart, until it is read', async () => {
  await bob.close();
  await bob.reopen();
  await eventually('Bob is told again', () => mentionsWaiting(bob) === 1);
  await bob.person.feed.page({ limit: 5 });
  await bob.person.feed.markRead();
  expect(mentionsWaiting(bob)).toBe(0);
});

it('an edit that names other people takes the mention along', async () => {
  const post = await newest(alice);
  if (!post) throw new Error('no post');
  const which = { space: post.space.name, post: post.id };
  await alice.person.posting.edit(which, 'Hello nobody');
  await eventually('Bob reads it', async () => (await newest(bob))?.text === 'Hello nobody');
  expect((await newest(bob))?.mentions).toBe(undefined);
});

it('whom the text does not name is not mentioned, and a word that is no address is text', async () => {
  await alice.person.posting.write(`@${'a'.repeat(56)} @bob`);
  await eventually(
    'Bob reads it',
    async () => (await newest(bob))?.text.startsWith('@aaa') === true,
  );
  expect((await newest(bob))?.mentions).toBe(undefined);
  expect(mentionsWaiting(bob)).toBe(0);
});

it('more than 32 people are too many: nothing is written', async () => {
  const crowd = Array.from({ length: 33 }, (_, index) =>
    mentionOf(person(`Someone ${index}`).identity.address),
  );
  await expect(alice.person.posting.write(crowd.join(' '))).rejects.toThrow('too-many-mentions');
  await alice.person.posting.write(crowd.slice(1).join(' '));
  await eventually('Bob reads it', async () => (await newest(bob))?.mentions?.length === 32);
});

it('of somebody who is muted nothing is told', async () => {
  await ask(bob).mutePerson({ address: alice.address, muted: true, carried: true });
  await alice.person.posting.write(`Listen, ${mentionOf(bob.address)}!`);
  const own = alice.person.spaces.feed;
  const postsAt = (who: Household) =>
    who.person.feed.spaces.find(({ name }) => name === own)?.posts.size;
  await eventually('it is on Bob’s machine', () => postsAt(bob) === postsAt(alice));
  expect(mentionsWaiting(bob)).toBe(0);
  await ask(bob).mutePerson({ address: alice.address, muted: false, carried: true });
});

it('in a private forum members can be named, elsewhere friends', async () => {
  const { space } = await ask(alice).foundCircle({
    kind: 'list',
    title: 'Council',
    writers: 'members',
    mode: 'history',
    members: [bob.address],
  });
  await agree(bob, space);
  await canWrite([alice, bob], space);
  expect(await ask(bob).mentionable({ space })).toEqual([
    { address: alice.address, name: bob.person.nameOf(alice.address) },
  ]);
  expect(await ask(alice).mentionable({})).toEqual([
    { address: bob.address, name: alice.person.nameOf(bob.address) },
  ]);
  await ask(alice).writePost({ space, text: `A secret for ${mentionOf(bob.address)}` });
  await eventually('Bob is told', () => bob.person.feed.unreadMentions(space) === 1);
  const [item] = (await ask(bob).forums({})).filter((one) => one.space === space);
  expect(item?.mentions).toBe(1);
});
