import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../native-host/store/store.ts';
import { unwrapGated } from '../src/domain/document/gated.ts';
import { parseSpaceName, spaceIdFromName, type SpaceName } from '../src/domain/space/name.ts';
import { sodiumReady } from '../src/domain/sodium.ts';
import { readChanges, type Since } from '../src/store/documents.ts';
import { found, post as postIn } from '../test/scenario/forum-people.ts';
import { befriend, eventually, Household } from '../test/scenario/household.ts';
import { Onions } from '../test/sync/onions.ts';
import { line, title } from './lib/figures.ts';

/**
 * What a post, public and in a private forum, and a private message take on the disk, after compaction: the whole
 * application of two people writes them, and LevelDB's files are counted. Figures are differences between a life
 * with many and the same life before them, so that what a database costs when it is empty is not in them.
 */

const posts = Number(process.env['POSTS'] ?? 1_000);
const messages = posts;
const characters = { post: 600, message: 200 };

interface Sizes {
  readonly feed: number;
  readonly conversation: number;
  readonly vault: number;
  readonly all: number;
}

await sodiumReady();
const folder = await mkdtemp(join(tmpdir(), 'n25-bench-'));
process.env['TMPDIR'] = folder;
const onions = new Onions();
const alice = await Household.found('Alice', onions);
const [home] = await readdir(folder);
const bob = await Household.found('Bob', onions);
const bobsHome = (await readdir(folder)).find((name) => name !== home);
try {
  await befriend(alice, bob);
  // Until there is an answer each message carries the whole beginning of the conversation.
  await bob.person.sendMessage(alice.address, 'Hello');
  await eventually('Alice hears it', () => alice.hears(bob).length > 0);
  const empty = await sizes();
  for (let at = 0; at < posts; at += 1) await alice.person.posting.write(textOf(characters.post));
  const withPosts = await sizes();
  for (let at = 0; at < messages; at += 1) {
    await alice.person.sendMessage(bob.address, textOf(characters.message));
  }
  await eventually('all messages are on Bob’s machine', () =>
    alice.person.talk
      .view(bob.address)
      .messages.every(({ mine, delivery }) => !mine || delivery === 'on-their-machine'),
  );
  const withMessages = await sizes();
  report(empty, withPosts, withMessages);
  await privatePosts();
} finally {
  await alice.dispose();
  await bob.dispose();
  await onions.close();
  await rm(folder, { recursive: true, force: true });
}

/** Text that no compression helps with, of one byte a character. */
function textOf(length: number): string {
  const letters = crypto.getRandomValues(new Uint8Array(length));
  return Array.from(letters, (byte) => String.fromCodePoint(97 + (byte % 26))).join('');
}

/** Beside what is sealed in them, as it is padded: all that they add anywhere. */
async function privatePosts(): Promise<void> {
  const name = parseSpaceName(await found(alice, [bob]));
  if (!name.ok) throw new TypeError('no forum');
  const space = name.value;
  const all = async (who: Household, at: string | undefined) => {
    const bytes = await bytesOf(who, at);
    return [...bytes.values()].reduce((sum, each) => sum + each, 0);
  };
  const sealedBefore = await sealedIn(space);
  const before = { hers: await all(alice, home), his: await all(bob, bobsHome) };
  for (let at = 0; at < posts; at += 1) await postIn(alice, space, textOf(characters.post));
  await eventually('Bob has them', () => bob.person.feed.unread(space) === posts);
  const sealed = ((await sealedIn(space)) - sealedBefore) / posts;
  const beside = (bytes: number) =>
    `${inBytes(bytes / posts)}, ${(bytes / posts / sealed).toFixed(2)} × the ciphertext`;
  line(`a private post of ${characters.post} characters: ciphertext, padded`, inBytes(sealed));
  const his = (await all(bob, bobsHome)) - before.his;
  line('  all that it adds on a reader’s disk (target 2.5 ×)', beside(his));
  const hers = (await all(alice, home)) - before.hers;
  line('  and on the writer’s, whom it has reached, too', beside(hers));
}

/** Bytes of ciphertext, as they are before a database holds them as text. */
async function sealedIn(space: SpaceName): Promise<number> {
  const database = await alice.person.context.stores.open(space);
  let bytes = 0;
  for (let since: Since = 0, more = true; more;) {
    const page = await readChanges(database, since);
    ({ since, more } = page);
    for (const document of page.documents) {
      const gated = unwrapGated(document, spaceIdFromName(space));
      if (gated.ok) bytes += gated.value.ciphertext.length;
    }
  }
  return bytes;
}

function inBytes(bytes: number): string {
  return `${bytes.toFixed(0)} bytes`;
}

/** Of Alice's databases. */
async function sizes(): Promise<Sizes> {
  const names = {
    feed: alice.person.spaces.feed,
    conversation: alice.person.book.get(bob.address).conversation.name,
    vault: 'vault',
  };
  const bytes = await bytesOf(alice, home);
  const of = (name: string): number => bytes.get(name) ?? 0;
  return {
    feed: of(names.feed),
    conversation: of(names.conversation),
    vault: of(names.vault),
    all: [...bytes.values()].reduce((sum, each) => sum + each, 0),
  };
}

/** Of somebody's databases, compacted while they are away. */
async function bytesOf(who: Household, at: string | undefined): Promise<Map<string, number>> {
  await who.close();
  const store = await openStore(join(folder, at ?? '', 'databases'));
  const bytes = new Map<string, number>();
  for (const name of store.list()) {
    const database = store.database(name);
    await database?.compact();
    bytes.set(name, (await database?.bytesOnDisk()) ?? 0);
  }
  await store.close();
  await who.reopen();
  return bytes;
}

function report(empty: Sizes, withPosts: Sizes, full: Sizes): void {
  const kilobytes = (bytes: number): string => `${(bytes / 1_000).toFixed(0)} kB`;
  const each = (bytes: number, count: number, of: number): string =>
    `${(bytes / count).toFixed(0)} bytes, ${(bytes / count / of).toFixed(2)} × the text`;
  const post = { feed: withPosts.feed - empty.feed, vault: withPosts.vault - empty.vault };
  const message = {
    conversation: full.conversation - withPosts.conversation,
    vault: full.vault - withPosts.vault,
  };
  title(`Disk, after compaction (${posts} posts, ${messages} messages)`);
  line('a person with one friend and nothing written yet', kilobytes(empty.all));
  line(
    `a post of ${characters.post} characters: header and text`,
    each(post.feed, posts, characters.post),
  );
  line(
    '  and its entry in the vault (first seen, read, reached)',
    each(post.vault, posts, characters.post),
  );
  line(
    `a message of ${characters.message} characters: ciphertext`,
    each(message.conversation, messages, characters.message),
  );
  line(
    '  and the readable copy in the vault, sealed',
    each(message.vault, messages, characters.message),
  );
  const perPost = (post.feed + post.vault) / posts;
  const perMessage = (message.conversation + message.vault) / messages;
  const year = 365 * (20 * perPost + 50 * perMessage);
  line(
    'a year of 20 posts and 50 messages a day, sent or received',
    `${(year / 1e6).toFixed(0)} MB`,
  );
}
