import { afterAll, beforeAll, expect, it } from 'vitest';
import { sodiumReady } from '../../src/domain/sodium.ts';
import { ask, agree, canWrite, post } from '../scenario/forum-people.ts';
import { eventually, Household, surprises } from '../scenario/household.ts';
import { Onions } from '../sync/onions.ts';
import { findPlanted } from './planted/find-planted.ts';

/** What stands in documents that anybody may read, at her own door or at a friend's. */
const open = {
  herName: 'Alice of the planted garden',
  hisName: 'Bob of the planted orchard',
  herPost: 'planted: what Alice tells everybody',
};

/** What nobody but Alice, or she and who she wrote it to, may read. */
const secret = {
  petname: 'the planted beekeeper',
  message: 'planted: for Bob alone',
  answer: 'planted: for Alice alone',
  draft: 'planted: half a thought',
  draftTitle: 'planted: title of half a thought',
  forum: 'planted: name of a forum',
  forumPost: 'planted: for members of the forum',
};

const onions = new Onions();
let alice: Household;
let bob: Household;

beforeAll(async () => {
  await sodiumReady();
  [alice, bob] = await Promise.all([
    Household.found(open.herName, onions),
    Household.found(open.hisName, onions),
  ]);
  await alice.person.friendships.preview(bob.address);
  await alice.person.friendships.add(bob.address, secret.petname, '');
  await eventually('Bob is asked', () => bob.person.friendships.requests().length > 0);
  await bob.person.friendships.accept(alice.address, 'Alice');
  await eventually(
    'they are friends',
    () => alice.person.book.get(bob.address).record.state === 'friend',
  );
  await alice.person.posting.write(open.herPost);
  await alice.person.sendMessage(bob.address, secret.message);
  await eventually('Bob hears', () => bob.hears(alice).includes(secret.message));
  await bob.person.sendMessage(alice.address, secret.answer);
  await eventually('Alice hears', () => alice.hears(bob).includes(secret.answer));
  await alice.person.context.drafts.keep('own/new', {
    text: secret.draft,
    title: secret.draftTitle,
  });
  const { space } = await ask(alice).foundForum({
    kind: 'private-forum',
    title: secret.forum,
    rule: 'majority',
    mode: 'history',
    dormancy: false,
    founders: [bob.address],
  });
  await agree(bob, space);
  await canWrite([alice, bob], space);
  await post(alice, space, secret.forumPost);
  await eventually('it is in the feed', async () =>
    (await alice.reads()).includes(secret.forumPost),
  );
});

afterAll(async () => {
  await Promise.all([alice.dispose(), bob.dispose()]);
  await onions.close();
  expect(surprises).toEqual([]);
});

async function readable(who: Household): Promise<string[]> {
  const texts = [...Object.values(open), ...Object.values(secret)];
  const found = await findPlanted(who.host.folder, texts);
  return [...new Set(found.map(({ text }) => text))].toSorted();
}

it('as a crash would leave it, its folder tells what is public, and none of the rest', async () => {
  expect(await readable(alice)).toEqual(Object.values(open).toSorted());
});

it('after the browser was closed, and after another start, it tells no more', async () => {
  await alice.close();
  expect(await readable(alice)).toEqual(Object.values(open).toSorted());
  await alice.reopen();
  expect(await alice.reads()).toContain(secret.forumPost);
  expect(alice.hears(bob)).toContain(secret.answer);
  expect(await readable(alice)).toEqual(Object.values(open).toSorted());
});

it('nor do the names of what lies in it tell whose they are', async () => {
  const found = await findPlanted(alice.host.folder, [alice.address, bob.address]);
  expect(found.filter(({ file }) => file.startsWith('(name)'))).toEqual([]);
});
