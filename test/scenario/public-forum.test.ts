import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SpaceName } from '../../src/domain/space/name.ts';
import { sodiumReady } from '../../src/domain/sodium.ts';
import { readWhole } from '../../src/background/app/self/own-spaces.ts';
import type { StoredDocument } from '../../src/store/ports.ts';
import { stagedAtHost } from '../../src/store/staged.ts';
import { Onions } from '../sync/onions.ts';
import { befriend, eventually, Household, surprises } from './household.ts';
import { bringTo, postsBy } from './strangers-posts.ts';

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

/** Whoever has the forum looks what is new there. */
const look = (...people: Household[]) => {
  for (const each of people) each.person.publics.lookNow();
};

/** What lies in somebody's database of the forum. */
const has = async (who: Household, space: SpaceName) =>
  (await readWhole(await who.person.context.stores.open(space))).map(({ _id }) => _id);

/** As a stranger. */
const bring = (to: Household, space: SpaceName, documents: readonly StoredDocument[]) =>
  bringTo(onions, to, space, documents);

describe('a public forum', { timeout: 60_000 }, () => {
  it('is joined by its link; a stranger’s post reaches all who carry it, by way of any of them', async () => {
    const forum = await alice.person.places.desk.createForum('Beekeepers');
    await alice.person.posting.write('Welcome.', forum);
    await bob.person.places.desk.follow(linkOf(alice, forum));
    await reads(bob, 'Welcome.');
    await bob.person.posting.write('Hello, I have two hives.', forum);
    await reads(alice, 'Hello, I have two hives.');

    // Carol has the link from Bob, who carries it as Alice does; Alice is away.
    await alice.close();
    await carol.person.places.desk.follow(linkOf(bob, forum));
    await reads(carol, 'Welcome.');
    await carol.person.posting.write('I have none yet.', forum);
    await reads(bob, 'I have none yet.');
    await alice.reopen();
    look(alice);
    await reads(alice, 'I have none yet.');
    expect(alice.person.book.all()).toEqual([]);
  });

  it('is found in a friend’s profile, where its founder shows it', async () => {
    await befriend(alice, bob);
    const forum = await alice.person.places.desk.createForum('Beekeepers');
    await alice.person.posting.write('Welcome.', forum);
    const listed = () => bob.person.places.views.all().find(({ name }) => name === forum);
    await eventually('Bob sees it listed', () => listed()?.by === 'listed');
    await bob.person.places.desk.followListed(alice.address, forum);
    await reads(bob, 'Welcome.');
    // He shows it to nobody, and writes while she is away: he brings it when she is back.
    await alice.close();
    await bob.person.posting.write('Alone here.', forum);
    await alice.reopen();
    await reads(alice, 'Alone here.');
    await bob.person.posting.write('Hello.', forum);
    await reads(alice, 'Hello.');
    await alice.person.posting.write('How are your bees?', forum);
    await reads(bob, 'How are your bees?');

    await alice.person.places.desk.showForum(forum, false);
    await eventually(
      'it is not listed any more',
      () => bob.person.book.all()[0]?.record.forums.length === 0,
    );
    await bob.person.places.desk.unfollow(forum);
    expect(listed()).toBeUndefined();
    expect(await bob.person.context.stores.list()).not.toContain(forum);
  });

  it('shows nothing of who is muted, and stores and passes on nothing if so chosen', async () => {
    const forum = await alice.person.places.desk.createForum('Beekeepers');
    await alice.person.posting.write('Welcome.', forum);
    const pest = postsBy('Pest', forum, ['Buy honey!', 'Buy more honey!', 'Buy wax!']);
    const [first, second, third] = pest.posts;
    await bring(alice, forum, [pest.key, ...first!]);
    await reads(alice, 'Buy honey!');

    const { address } = pest.identity;
    await alice.person.places.desk.mutePerson(address, true, true);
    expect(await alice.reads()).toEqual(['Welcome.']);
    await bring(alice, forum, second!);
    await eventually('it is carried', async () =>
      (await has(alice, forum)).includes(second![1]!._id),
    );
    expect(await alice.reads()).toEqual(['Welcome.']);
    await bob.person.places.desk.follow(linkOf(alice, forum));
    await reads(bob, 'Buy more honey!');

    await alice.person.places.desk.mutePerson(address, true, false);
    const theirs = [...first!, ...second!, ...third!].map(({ _id }) => _id);
    const left = async () => (await has(alice, forum)).filter((id) => theirs.includes(id));
    await eventually('nothing of theirs is stored', async () => (await left()).length === 0);
    await bring(alice, forum, third!);
    await alice.person.posting.write('Quiet here.', forum);
    await eventually('it has been judged', async () => {
      return (await stagedAtHost(alice.host.tunnel).list(forum)).length === 0;
    });
    expect(await left()).toEqual([]);

    // Bob has all of it and Alice asks him: she still takes none.
    await bob.person.posting.write('Hello.', forum);
    await reads(alice, 'Hello.');
    expect(await left()).toEqual([]);
    await alice.person.places.desk.mutePerson(address, false, true);
  });

  it('takes no post in another’s name, nor what belongs to no post', async () => {
    const forum = await alice.person.places.desk.createForum('Beekeepers');
    await alice.person.posting.write('Welcome.', forum);
    const mallory = postsBy('Mallory', forum, ['I am not certified.', 'Nobody names me.']);
    const [first, second] = mallory.posts;
    const bad = [...first!, second![0]!];
    await bring(alice, forum, bad);
    const zoe = postsBy('Zoe', forum, ['Hello.']);
    await bring(alice, forum, [zoe.key, ...zoe.posts[0]!]);
    await reads(alice, 'Hello.');
    const here = await has(alice, forum);
    for (const { _id } of bad) expect(here).not.toContain(_id);
    expect(await alice.reads()).toEqual(['Hello.', 'Welcome.']);
  });

  it('is not flooded by a stranger: what they may bring in a day ends, and friends go on', async () => {
    await befriend(alice, bob);
    const forum = await alice.person.places.desk.createForum('Beekeepers');
    await eventually('Bob sees it', () => bob.person.book.all()[0]?.record.forums.length === 1);
    await bob.person.places.desk.followListed(alice.address, forum);
    const texts = Array.from({ length: 320 }, (_, index) => `Buy honey! ${index}`);
    const pest = postsBy('Pest', forum, texts);
    for (let at = 0; at < 320; at += 80) {
      const some = pest.posts.slice(at, at + 80).flat();
      await bring(alice, forum, [pest.key, ...some]).catch(() => false);
    }
    await bob.person.posting.write('Has anybody seen my smoker?', forum);
    await eventually('Alice has what Bob says', async () => {
      const { posts } = await alice.person.feed.page({ space: forum, limit: 100 });
      return posts.some(({ text }) => text === 'Has anybody seen my smoker?');
    });
    await eventually('as much as one may', () => {
      const space = alice.person.publics.forums.get(forum);
      return space?.posts.size === 200;
    });
    await eventually('what was too much is counted', () => alice.refused.includes('too-many'));
  });
});
