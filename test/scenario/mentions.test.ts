import { afterAll, beforeAll, expect, it } from 'vitest';
import { sodiumReady } from '../../src/domain/sodium.ts';
import { waitingIn } from '../../src/background/life-view.ts';
import { mentionOf } from '../../src/protocol/mention-text.ts';
import { person } from '../domain/people.ts';
import { Onions } from '../sync/onions.ts';
import { mentionKeys } from '../../src/background/app/feed/mentions.ts';
import { publicKeyFromAddress } from '../../src/domain/address.ts';
import { bringTo, postsBy } from './strangers-posts.ts';
import { agree, ask, canWrite, reads } from './forum-people.ts';
import { befriend, eventually, Household, surprises } from './household.ts';

let alice: Household;
let bob: Household;
let carol: Household;
const onions = new Onions();

beforeAll(async () => {
  await sodiumReady();
  [alice, bob, carol] = await Promise.all([
    Household.found('Alice', onions),
    Household.found('Bob', onions),
    Household.found('Carol', onions),
  ]);
  await befriend(bob, alice);
  await befriend(alice, carol);
});
afterAll(async () => {
  await Promise.all([alice.dispose(), bob.dispose(), carol.dispose()]);
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

it('more than 32 people are too many; strangers’ addresses are words, however many', async () => {
  const crowd = Array.from(
    { length: 33 },
    (_, index) => person(`Someone ${index}`).identity.address,
  );
  const text = crowd.map(mentionOf).join(' ');
  expect(() => mentionKeys(text, new Set(crowd))).toThrow('too-many-mentions');
  expect(mentionKeys(text, new Set(crowd.slice(1)))).toHaveLength(32);
  await alice.person.posting.write(text);
  await eventually('Bob reads it', async () => (await newest(bob))?.text === text);
  expect((await newest(bob))?.mentions).toBe(undefined);
});

it('who stands in the list only, or in the text only, is not spoken of', async () => {
  const { feed } = alice.person.spaces;
  const mentions = [publicKeyFromAddress(bob.address)];
  await alice.person.feed.write(feed, { what: 'post', text: 'nothing to see', mentions });
  await alice.person.feed.write(feed, { what: 'post', text: `See ${mentionOf(bob.address)}` });
  await alice.person.posting.write('the end');
  await eventually('Bob reads it', async () => (await newest(bob))?.text === 'the end');
  const { posts } = await bob.person.feed.page({ limit: 3, glance: true });
  expect(posts.map((post) => post.mentions)).toEqual([undefined, undefined, undefined]);
  expect(mentionsWaiting(bob)).toBe(0);
});

it('another wording can take back that it calls, and not call anew', async () => {
  const { feed: space } = alice.person.spaces;
  const { id: post } = await alice.person.posting.write(`Dear ${mentionOf(bob.address)}`);
  await eventually('Bob is called', () => mentionsWaiting(bob) === 1);
  await alice.person.posting.edit({ space, post }, 'Dear all');
  await eventually('he isn’t any more', () => mentionsWaiting(bob) === 0);
  await alice.person.posting.edit({ space, post }, `Dear all and ${mentionOf(bob.address)}`);
  await eventually('Bob reads it', async () => {
    const { mentions = [] } = (await newest(bob)) ?? {};
    return mentions.some(({ me }) => me);
  });
  expect(mentionsWaiting(bob)).toBe(0);
});

it('in a public forum a stranger calls nobody, and a friend does', async () => {
  const space = await alice.person.places.desk.createForum('Market');
  const { link = '' } = alice.person.places.views.one(space);
  await bob.person.places.desk.follow(link);
  const text = `Buy this, ${mentionOf(bob.address)}`;
  const pest = postsBy('Pest', space, [text], [publicKeyFromAddress(bob.address)]);
  await bringTo(onions, alice, space, [pest.key, ...pest.posts.flat()]);
  await reads(alice, space, text);
  await ask(alice).writePost({ space, text: `Welcome, ${mentionOf(bob.address)}` });
  await reads(bob, space, text);
  await eventually('Alice calls Bob', () => bob.person.feed.unreadMentions(space) === 1);
  await reads(bob, space, `Welcome, ${mentionOf(bob.address)}`);
  expect(bob.person.feed.unreadMentions(space)).toBe(1);
  expect(bob.person.feed.unread(space)).toBe(2);
});

it('of somebody who is muted nothing is told', async () => {
  await ask(bob).mutePerson({ address: alice.address, muted: true, carried: true });
  await alice.person.posting.write(`Listen, ${mentionOf(bob.address)}!`);
  await alice.person.posting.write('Are you there?');
  await eventually('Bob has it', async () => (await newest(bob))?.text === 'Are you there?');
  await bob.close();
  await bob.reopen();
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
  expect((await ask(alice).mentionable({})).map(({ address }) => address).toSorted()).toEqual(
    [bob.address, carol.address].toSorted(),
  );
  // Carol is a friend of Alice's and no member: her address stays text.
  const text = `A secret for ${mentionOf(bob.address)}, not ${mentionOf(carol.address)}`;
  await ask(alice).writePost({ space, text });
  await eventually('Bob is told', () => bob.person.feed.unreadMentions(space) === 1);
  const [item] = (await ask(bob).forums({})).filter((one) => one.space === space);
  expect(item?.mentions).toBe(1);
  await reads(bob, space, text);
  const { posts } = await bob.person.feed.page({ space, limit: 1 });
  expect(posts[0]?.mentions?.map(({ address }) => address)).toEqual([bob.address]);
});
