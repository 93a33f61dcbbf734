import { afterAll, beforeAll, expect, it } from 'vitest';
import { fromUtf8 } from '../../src/domain/bytes.ts';
import { sodiumReady } from '../../src/domain/sodium.ts';
import type { SearchView } from '../../src/protocol/page-calls.ts';
import { must } from '../domain/people.ts';
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

/** Once everything has been read. */
async function search(
  who: Household,
  text: string,
  more: { place?: string; person?: string } = {},
): Promise<SearchView> {
  const ask = () => who.person.search.search({ text, limit: 50, ...more });
  let view = await ask();
  await eventually('all is read', async () => {
    view = await ask();
    return view.reading === undefined;
  });
  return view;
}

const texts = ({ found }: SearchView) =>
  found.map(({ text }) => text.map((part) => (part.hit ? `[${part.text}]` : part.text)).join(''));

/** What the stored index of a space says, once unsealed. */
async function storedWords(who: Household, space: string): Promise<string> {
  const { forms } = who.person.context;
  const parts = forms.parts(space).filter((part) => part.startsWith('words/'));
  const bytes = await Promise.all(
    parts.map((part) => forms.load({ space, part, format: 'words/1' })),
  );
  return bytes.map((one) => Buffer.from(one ?? []).toString('latin1')).join(' ');
}

const ownFeed = (who: Household) => who.person.spaces.feed;

it('finds posts and messages of everybody, newest first, with the words marked', async () => {
  await alice.person.posting.write('The zebra is in the garden');
  await alice.person.posting.write('No animals here');
  await bob.person.posting.write('Zebras have stripes');
  await bob.person.sendMessage(alice.address, 'psst: the ZEBRA is mine');
  await eventually('Alice has all', async () => (await alice.reads()).length === 3);
  await eventually('and the message', () => alice.hears(bob).length > 0);
  const all = await search(alice, 'zebra');
  expect(texts(all)).toEqual([
    'psst: the [ZEBRA] is mine',
    '[Zebras] have stripes',
    'The [zebra] is in the garden',
  ]);
  expect(all.found[0]).toMatchObject({
    friend: { address: bob.address, name: 'Bob' },
    mine: false,
  });
  expect(all.found[1]).toMatchObject({ authorName: 'Bob', space: { kind: 'blog' } });
  expect(texts(await search(alice, 'gard zeb'))).toEqual(['The [zebra] is in the [garden]']);
  expect(texts(await search(alice, 'zebra', { person: alice.address }))).toEqual([
    'The [zebra] is in the garden',
  ]);
  expect(texts(await search(alice, 'zebra', { place: bob.address }))).toEqual([
    'psst: the [ZEBRA] is mine',
  ]);
  expect(texts(await search(alice, 'zebra', { place: ownFeed(bob) }))).toEqual([
    '[Zebras] have stripes',
  ]);
  expect(texts(await search(alice, 'nothing of it'))).toEqual([]);
  expect((await search(alice, 'bo')).people).toEqual([{ address: bob.address, name: 'Bob' }]);
});

it('goes on from the stored index after a restart, and finds what came since', async () => {
  expect(await storedWords(alice, ownFeed(alice))).toContain('zebra\n');
  await alice.close();
  await alice.reopen();
  await alice.person.posting.write('Another zebra');
  expect(texts(await search(alice, 'zebra'))).toHaveLength(4);
});

it('finds an edited post by its new words only', async () => {
  const [post] = (await alice.person.feed.page({ limit: 1 })).posts;
  if (!post) throw new Error('no post');
  await alice.person.posting.edit({ space: ownFeed(alice), post: post.id }, 'Another quagga');
  expect(texts(await search(alice, 'another'))).toEqual(['[Another] quagga']);
  expect(texts(await search(alice, 'another zebra'))).toEqual([]);
});

it('nothing of a post that was taken back stays in the index, also if nobody has searched since the start', async () => {
  await alice.person.posting.write('platypus');
  await bob.person.posting.write('echidna');
  await eventually('Alice has it', async () => (await alice.reads())[0] === 'echidna');
  // So many more that they are written down.
  for (let count = 0; count < 40; count++) await alice.person.posting.write(`one more ${count}`);
  expect((await search(alice, 'platypus')).found).toHaveLength(1);
  expect(await storedWords(alice, ownFeed(alice))).toContain('platypus\n');
  await alice.close();
  await alice.reopen();
  const posts = (await alice.person.feed.page({ limit: 100 })).posts;
  const platypus = posts.find(({ text }) => text === 'platypus');
  if (!platypus) throw new Error('no post');
  await alice.person.posting.retract({ space: ownFeed(alice), post: platypus.id });
  await eventually('its words have gone', async () => {
    const words = await storedWords(alice, ownFeed(alice));
    return !words.includes('platypus') && words.includes('zebra\n');
  });
  expect((await search(alice, 'platypus')).found).toEqual([]);
});

it('nothing of a purged conversation stays in the index, and what is said afterwards is found', async () => {
  const { name } = alice.person.book.get(bob.address).conversation;
  expect((await search(alice, 'psst')).found).toHaveLength(1);
  expect(await storedWords(alice, name)).toContain('psst\n');
  await alice.person.talk.purge(bob.address);
  expect(alice.person.context.forms.parts(name)).toEqual([]);
  expect((await search(alice, 'psst')).found).toEqual([]);
  await alice.person.sendMessage(bob.address, 'hush now');
  expect(texts(await search(alice, 'hush'))).toEqual(['[hush] now']);
});

it('a damaged segment is let go, and read anew', async () => {
  const space = ownFeed(alice);
  const { forms } = alice.person.context;
  await alice.close();
  await alice.reopen();
  await alice.person.context.forms.keep(
    { space, part: 'words/0', format: 'words/1' },
    new Uint8Array(9),
  );
  expect((await search(alice, 'quagga')).found).toHaveLength(1);
  expect(forms.parts(space)).toContain('words/0');
  expect(must(fromUtf8(new TextEncoder().encode(await storedWords(alice, space))))).toContain(
    'quagga\n',
  );
});

it('a space that one stops reading is not found, and its words are not kept', async () => {
  const space = ownFeed(bob);
  expect((await search(alice, 'stripes')).found).toHaveLength(1);
  await alice.person.places.desk.unfollow(space);
  expect((await search(alice, 'stripes')).found).toEqual([]);
  expect(alice.person.context.forms.parts(space)).toEqual([]);
});
