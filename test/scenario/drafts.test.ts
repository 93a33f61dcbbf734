import { afterAll, beforeAll, expect, it } from 'vitest';
import { sodiumReady } from '../../src/domain/sodium.ts';
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

const draftsOf = (who: Household) => who.person.context.drafts;
const keptBy = (who: Household) => who.person.context.vault.entries('draft/').map(([name]) => name);
const draft = (text: string) => ({ text, title: '' });

it('what is being written is there again after the browser was closed, a moment after the last letter', async () => {
  for (const text of ['D', 'De', 'Dear']) await draftsOf(alice).keep('own/new', draft(text));
  expect(draftsOf(alice).at('own/new')).toEqual(draft('Dear'));
  expect(keptBy(alice)).toEqual([]);
  await eventually('it is written down', () => keptBy(alice).length === 1);
  await draftsOf(alice).keep('own/new', { text: 'Dear all', title: 'To all' });
  await alice.close();
  await alice.reopen();
  expect(draftsOf(alice).at('own/new')).toEqual({ text: 'Dear all', title: 'To all' });
});

it('what was sent is no draft any more, at once', async () => {
  await draftsOf(alice).keep('own/new', draft(''));
  expect(keptBy(alice)).toEqual([]);
  expect(draftsOf(alice).at('own/new')).toEqual(draft(''));
});

it('a purged conversation takes along what was being written in it, written down or not', async () => {
  const place = `${bob.address}/talk`;
  await draftsOf(alice).keep(place, draft('between us'));
  await draftsOf(alice).save();
  await draftsOf(alice).keep(place, draft('between us two'));
  const writing = draftsOf(alice).save();
  await alice.person.talk.purge(bob.address);
  await writing;
  expect(draftsOf(alice).at(place)).toEqual(draft(''));
  await alice.close();
  await alice.reopen();
  expect(draftsOf(alice).at(place)).toEqual(draft(''));
});

it('a space that is left takes along what was being written in it', async () => {
  const space = await bob.person.places.desk.createForum('Garden');
  await draftsOf(bob).keep(`${space}/new`, draft('my bed'));
  await draftsOf(bob).keep(`${space}/answer-d`, draft('yours'));
  await draftsOf(bob).keep('own/new', draft('mine'));
  await draftsOf(bob).save();
  expect(keptBy(bob)).toHaveLength(3);
  await bob.person.places.desk.unfollow(space);
  expect(keptBy(bob)).toEqual(['draft/own/new']);
});
