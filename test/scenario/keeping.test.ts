import { open, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { sodiumReady } from '../../src/domain/sodium.ts';
import { readChanges } from '../../src/store/documents.ts';
import { Onions } from '../sync/onions.ts';
import { ask, found, post, reads } from './forum-people.ts';
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
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  await Promise.all([alice.dispose(), bob.dispose()]);
  await onions.close();
  expect(surprises).toEqual([]);
});

const day = 86_400_000;
const herBlog = () => alice.person.spaces.feed;
const missing = async (who: Household, space: string) => {
  const { posts } = await ask(who).feed({ space, limit: 50 });
  return posts.map((shown) => shown.missing ?? shown.text);
};

it('what is older than chosen is let go, in blogs and forums, but one’s own', async () => {
  const forum = await found(alice, [bob]);
  await alice.person.posting.write('from long ago');
  await post(alice, forum, 'from long ago in the forum');
  await post(bob, forum, 'mine');
  await reads(bob, forum, 'from long ago in the forum');
  await eventually('Bob reads it', async () => (await bob.reads()).includes('from long ago'));
  const documents = async (space: string) => {
    const page = await readChanges(await bob.person.context.stores.open(space), 0);
    return page.documents.length;
  };
  const before = [await documents(herBlog()), await documents(forum)];

  const later = vi.spyOn(bob.person.context, 'now').mockReturnValue(Date.now() + 40 * day);
  await ask(bob).setKeepRule({ rule: { days: 30, bytes: null } });
  expect(await missing(bob, herBlog())).toEqual(['let-go']);
  expect((await missing(bob, forum)).toSorted()).toEqual(['let-go', 'mine']);
  expect([await documents(herBlog()), await documents(forum)]).toEqual(
    before.map((count) => count - 1),
  );
  later.mockRestore();

  // Alice, who still has it, doesn't bring it back, not even to a Bob who keeps everything again.
  await ask(bob).setKeepRule({ rule: null });
  await bob.close();
  await bob.reopen();
  await alice.person.posting.write('from today');
  await eventually('Bob reads what is new', async () => (await bob.reads()).includes('from today'));
  expect(await missing(bob, herBlog())).toEqual(['from today', 'let-go']);
  expect((await missing(bob, forum)).toSorted()).toEqual(['let-go', 'mine']);
  expect(await missing(alice, herBlog())).toEqual(['from today', 'from long ago']);
});

it('of a space that is larger than chosen the oldest is let go, and only that', async () => {
  const long = (word: string) => `${word} ${'x'.repeat(4_000)}`;
  for (const word of ['first', 'second', 'third']) await alice.person.posting.write(long(word));
  await eventually('Bob has them', async () =>
    (await bob.reads()).some((text) => text.startsWith('third')),
  );
  const space = herBlog();
  await bob.person.storage.compact();
  const { parts } = await bob.person.storage.view();
  const bytes = parts.find((part) => part.space?.name === space)?.bytes ?? 0;
  // A file of no use, so that the space is two thousand bytes too large: half of one post.
  const ballast = path.join(path.dirname(bob.host.fileOf(space)), 'ballast');
  const file = await open(ballast, 'w');
  await file.truncate(10_000_000 - bytes + 2_000);
  await file.close();
  await bob.person.storage.compact();

  const rule = { days: null, bytes: 10_000_000 } as const;
  await ask(bob).setKeepRule({ space, rule });
  expect(await ask(bob).keepRule({ space })).toEqual({
    usual: { days: null, bytes: null },
    own: rule,
  });
  // Of 'from today', too small to make room, and the first long one.
  expect((await missing(bob, space)).map((text) => text.split(' ')[0])).toEqual([
    'third',
    'second',
    'let-go',
    'let-go',
    'let-go',
  ]);
  await rm(ballast);
  await ask(bob).setKeepRule({ space, rule: null });
  expect((await ask(bob).keepRule({ space })).own).toBeNull();
});
