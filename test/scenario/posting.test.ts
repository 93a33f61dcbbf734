import { afterAll, beforeAll, expect, it } from 'vitest';
import { must } from '../domain/people.ts';
import { parseSpaceName } from '../../src/domain/space/name.ts';
import { sodiumReady } from '../../src/domain/sodium.ts';
import { readChanges } from '../../src/store/documents.ts';
import { Onions } from '../sync/onions.ts';
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

async function newestOf(who: Household) {
  const { posts } = await who.person.feed.page({ limit: 1 });
  const [post] = posts;
  if (!post) throw new Error('no post');
  return { post, which: { space: must(parseSpaceName(post.space.name)), post: post.id } };
}

async function bodiesAt(who: Household, space: string): Promise<number> {
  const database = await who.person.context.stores.open(space);
  const { documents } = await readChanges(database, 0);
  return documents.filter(({ _id }) => _id.startsWith('b')).length;
}

it('an edit is shown to friends, and says that it is one', async () => {
  await alice.person.posting.write('Helo');
  await eventually('Bob reads it', async () => (await bob.reads()).includes('Helo'));
  await alice.person.posting.edit((await newestOf(alice)).which, ' Hello ');
  await eventually('Bob reads the edit', async () => (await bob.reads())[0] === 'Hello');
  const { post } = await newestOf(bob);
  expect([post.edited, post.mine, post.may.change, post.may.reply]).toEqual([
    true,
    false,
    false,
    false,
  ]);
  expect((await newestOf(alice)).post.may).toEqual({ reply: true, react: false, change: true });
});

it('answers make a thread, in order, from wherever it is opened', async () => {
  const { which } = await newestOf(alice);
  const first = await alice.person.posting.write('first answer', which.space, which.post);
  await alice.person.posting.write('answer to the answer', which.space, first.id);
  await alice.person.posting.write('something else');
  await eventually('Bob has all', async () => (await bob.reads()).length === 4);
  const texts = ['Hello', 'first answer', 'answer to the answer'];
  for (const id of [which.post, first.id]) {
    const { posts } = await bob.person.feed.thread(which.space, id);
    expect(posts.map(({ text }) => text)).toEqual(texts);
    expect(posts.map(({ replies }) => replies)).toEqual([1, 1, 0]);
    expect(posts[2]?.answers).toMatchObject({ id: first.id, authorName: 'Alice' });
  }
});

it('what is taken back is gone everywhere, with every wording it had', async () => {
  const { which } = await newestOf(alice);
  await alice.person.posting.edit(which, 'something else, edited');
  await eventually('Bob has both wordings', async () => (await bodiesAt(bob, which.space)) === 6);
  await alice.person.posting.retract(which);
  await eventually('Bob has erased them', async () => (await bodiesAt(bob, which.space)) === 4);
  expect(await bodiesAt(alice, which.space)).toBe(4);
  expect(await bob.reads()).not.toContain('something else, edited');
  await expect(alice.person.posting.edit(which, 'again')).rejects.toMatchObject({
    code: 'not-found',
  });
  // Friends who replicate anew neither bring it back nor stop at it.
  await bob.close();
  await bob.reopen();
  await alice.person.posting.write('afterwards');
  await eventually('Bob goes on', async () => (await bob.reads()).includes('afterwards'));
  expect(await bodiesAt(bob, which.space)).toBe(5);
});

it('nobody writes, edits or reacts where it is not theirs, and an empty post is none', async () => {
  const { which } = await newestOf(bob);
  const refused = { code: 'not-allowed' };
  await expect(bob.person.posting.edit(which, 'mine')).rejects.toMatchObject(refused);
  await expect(bob.person.posting.react(which, '👍')).rejects.toMatchObject(refused);
  await expect(bob.person.posting.write('x', which.space, which.post)).rejects.toMatchObject(
    refused,
  );
  await expect(alice.person.posting.write(' \n ')).rejects.toMatchObject({ code: 'text-empty' });
  await expect(
    alice.person.posting.write('x', undefined, 'd'.padEnd(53, 'a')),
  ).rejects.toMatchObject({ code: 'not-found' });
});

it('a post may have a title, which an edit of its text leaves as it is, and another edit changes or takes away', async () => {
  const { feed } = alice.person.spaces;
  await alice.person.posting.write('It was long.', feed, undefined, [], 'The winter');
  await eventually('Bob reads it', async () => (await bob.reads())[0] === 'It was long.');
  expect((await newestOf(bob)).post.title).toBe('The winter');
  await alice.person.posting.edit((await newestOf(alice)).which, 'It was short.');
  await eventually('Bob reads the edit', async () => (await bob.reads())[0] === 'It was short.');
  expect((await newestOf(bob)).post.title).toBe('The winter');
  const { found } = await bob.person.search.search({ text: 'winter', limit: 10 });
  expect(found[0]?.title).toEqual([
    { text: 'The ', hit: false },
    { text: 'winter', hit: true },
  ]);

  const titleIs = async (title: string) =>
    eventually(`Bob reads the title "${title}"`, async () => {
      const { post } = await newestOf(bob);
      return post.title === title && post.text === 'It was short.';
    });
  await alice.person.posting.edit((await newestOf(alice)).which, 'It was short.', 'The summer');
  await titleIs('The summer');
  const ofOld = await bob.person.search.search({ text: 'winter', limit: 10 });
  expect(ofOld.found).toEqual([]);
  await alice.person.posting.edit((await newestOf(alice)).which, 'It was short.', '');
  await titleIs('');
});
