import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { sodiumReady } from '../../src/domain/sodium.ts';
import { pieceBytes, type FilePieces, type FileView } from '../../src/protocol/page-calls/files.ts';
import { readChanges } from '../../src/store/documents.ts';
import { Onions } from '../sync/onions.ts';
import { ask, befriendAll, found, post, reads } from './forum-people.ts';
import { eventually, Household, surprises } from './household.ts';

let ana: Household;
let ben: Household;
let cleo: Household;
const onions = new Onions();

beforeAll(async () => {
  await sodiumReady();
  [ana, ben, cleo] = await Promise.all([
    Household.found('Ana', onions),
    Household.found('Ben', onions),
    Household.found('Cleo', onions),
  ]);
  await befriendAll(ana, [ben, cleo]);
}, 60_000);
afterEach(() => expect(surprises.splice(0)).toEqual([]));
afterAll(async () => {
  await Promise.all([ana, ben, cleo].map((one) => one.dispose()));
  await onions.close();
});

const bytesOf = (length: number, seed: number): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => (index * 31 + seed * 7 + (index >> 8)) & 0xff);

/** As the composer does it. */
async function bring(who: Household, name: string, type: string, bytes: Uint8Array) {
  const { id } = await ask(who).beginFile({ name, type, size: bytes.length });
  for (let from = 0; from < bytes.length; from += pieceBytes) {
    await ask(who).addToFile({ id, from, bytes: bytes.slice(from, from + pieceBytes) });
  }
  return id;
}

/** As the page does it that shows or saves a file. */
async function whole(read: (from: number) => Promise<FilePieces>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let at = 0;
  for (;;) {
    const { pieces, next, of } = await read(at);
    parts.push(...pieces);
    if (next >= of) return new Uint8Array(Buffer.concat(parts));
    at = next;
  }
}

const newest = async (who: Household, space: string) => {
  const { posts } = await ask(who).feed({ space, limit: 1 });
  const [first] = posts;
  if (!first) throw new Error('no post');
  return first;
};

const isWhole = ({ here }: FileView) => here === 1;

async function kinds(who: Household, space: string): Promise<Record<string, number>> {
  const { documents } = await readChanges(await who.person.context.stores.open(space), 0);
  const counts: Record<string, number> = {};
  for (const { _id } of documents) counts[_id.charAt(0)] = (counts[_id.charAt(0)] ?? 0) + 1;
  return counts;
}

it('a picture brings its size, its small version and what is in it; taken back, all of it goes', async () => {
  const [bytes, preview] = [bytesOf(150_000, 5), bytesOf(9_000, 6)];
  const { id } = await ask(ana).beginFile({
    name: 'bees.png',
    type: 'image/png',
    size: bytes.length,
    picture: { width: 40, height: 30, preview: new Uint8Array(preview) },
  });
  await ask(ana).addToFile({ id, from: 0, bytes: new Uint8Array(bytes) });
  await ask(ana).describeFile({ id, text: ' two bees ' });
  await ask(ana).writePost({ text: 'see', attached: [id] });
  const space = ana.person.spaces.feed;
  await eventually('Ben has it', async () => {
    const [post] = (await ask(ben).feed({ space, limit: 1 })).posts;
    return (
      post?.text === 'see' && post.files.every((file) => isWhole(file) && file.preview === true)
    );
  });
  const { files, id: postId } = await newest(ben, space);
  expect(files).toEqual([
    {
      name: 'bees.png',
      type: 'image/png',
      size: 150_000,
      here: 1,
      description: 'two bees',
      width: 40,
      height: 30,
      preview: true,
    },
  ]);
  const part = { space, post: postId, file: 0 };
  const small = await ask(ben).readPostFile({ ...part, from: 0, preview: true });
  expect(new Uint8Array(Buffer.concat(small.pieces))).toEqual(preview);
  expect(await whole((from) => ask(ben).readPostFile({ ...part, from }))).toEqual(bytes);
  // What no page can show is counted once, however often it is looked at.
  const refusal = { of: { space, post: postId }, file: 0, why: 'image-unreadable' } as const;
  await ask(ben).pictureRefused(refusal);
  await ask(ben).pictureRefused(refusal);
  const { people } = await ask(ben).refused({});
  const counted = people.find(({ address }) => address === ana.address);
  expect(counted?.counts).toEqual({ 'image-unreadable': 1 });
  await ask(ben).clearRefused({});
  await ask(ana).retractPost({ space, post: postId });
  await eventually('nothing is left of it on Ben’s machine', async () => {
    const database = await ben.person.context.stores.open(space);
    const { documents } = await readChanges(database, 0);
    return !documents.some(({ _id }) => _id.startsWith('f'));
  });
});

it('what is in a file is said in no more than 160 characters, and of files that are there', async () => {
  const { id } = await ask(ana).beginFile({ name: 'a', type: 'image/png', size: 1 });
  await expect(ask(ana).describeFile({ id, text: 'x'.repeat(161) })).rejects.toThrow();
  await expect(ask(ana).describeFile({ id: 'a'.repeat(26), text: 'a bee' })).rejects.toThrow(
    'file-missing',
  );
  await ask(ana).dropFile({ id });
});

it('a post in a blog takes files along, which friends get piece by piece', async () => {
  const picture = bytesOf(200_000, 1);
  const attached = [
    await bring(ana, 'the plot.png', 'image/png', picture),
    await bring(ana, '../../etc/pass\u202Ewd', 'text/x-evil; q=1', bytesOf(5, 2)),
  ];
  await ask(ana).writePost({ text: 'look', attached });
  const { feed } = ana.person.spaces;
  await eventually('Ben has it whole', async () => {
    const { posts } = await ask(ben).feed({ space: feed, limit: 1 });
    return posts[0]?.files.length === 2 && posts[0].files.every(isWhole);
  });
  const { id, files } = await newest(ben, feed);
  expect(files).toEqual([
    { name: 'the plot.png', type: 'image/png', size: 200_000, here: 1 },
    { name: '....etcpasswd', type: 'text/x-evil', size: 5, here: 1 },
  ]);
  const readIt = (from: number) => ask(ben).readPostFile({ space: feed, post: id, file: 0, from });
  expect(await whole(readIt)).toEqual(picture);
  await expect(ask(ben).readPostFile({ space: feed, post: id, file: 2, from: 0 })).rejects.toThrow(
    'not-found',
  );
});

it('an edit keeps the files, and taking it back erases them everywhere', async () => {
  const { feed } = ana.person.spaces;
  const { id } = await newest(ana, feed);
  await ask(ana).editPost({ space: feed, post: id, text: 'look here' });
  await eventually('Ben sees the edit', async () => (await newest(ben, feed)).text === 'look here');
  expect((await newest(ben, feed)).files.every(isWhole)).toBe(true);
  expect((await kinds(ben, feed))['f']).toBe(5);
  await ask(ana).retractPost({ space: feed, post: id });
  for (const who of [ana, ben]) {
    await eventually('nothing of it stays', async () => !('f' in (await kinds(who, feed))));
  }
});

it('in a forum files are for its members, and a third brings them', async () => {
  const space = await found(ana, [ben, cleo]);
  await post(ana, space, 'before');
  await reads(cleo, space, 'before');
  await cleo.close();
  const song = bytesOf(300_000, 3);
  const attached = [await bring(ana, 'song.ogg', 'audio/ogg', song)];
  await ask(ana).writePost({ space, text: '', attached });
  await eventually('Ben has it whole', async () => {
    const { posts } = await ask(ben).feed({ space, limit: 1 });
    return posts[0]?.files.some(isWhole) === true;
  });
  await ana.close();
  await cleo.reopen();
  await eventually('Cleo has it by Ben', async () => {
    ben.wake();
    cleo.wake();
    const { posts } = await ask(cleo).feed({ space, limit: 1 });
    return posts[0]?.files.some(isWhole) === true;
  });
  const { id } = await newest(cleo, space);
  const readIt = (from: number) => ask(cleo).readPostFile({ space, post: id, file: 0, from });
  expect(await whole(readIt)).toEqual(song);
  // Nothing shows that these are pieces of a file.
  expect(Object.keys(await kinds(cleo, space))).toEqual(['e']);
  await ana.reopen();
}, 90_000);

it('in a conversation a file is on two machines, and goes with its message', async () => {
  const letter = bytesOf(150_000, 4);
  const attached = [await bring(ana, 'letter.pdf', 'application/pdf', letter)];
  await ask(ana).sendMessage({ address: ben.address, text: 'for you', attached });
  const seen = async () => (await ask(ben).conversation({ address: ana.address })).messages.at(-1);
  await eventually('Ben has it whole', async () => (await seen())?.files?.every(isWhole) === true);
  const message = await seen();
  if (!message) throw new Error('no message');
  expect(message.text).toBe('for you');
  const readIt = (from: number) =>
    ask(ben).readMessageFile({ address: ana.address, message: message.id, file: 0, from });
  expect(await whole(readIt)).toEqual(letter);
  expect(ben.refused).toEqual([]);
  const { name } = ana.person.book.get(ben.address).conversation;
  expect((await kinds(ben, name))['f']).toBe(3);
  expect(await cleo.person.context.stores.list()).not.toContain(name);
  await ben.person.conversations.erase(ana.address, [message.id]);
  expect(await kinds(ben, name)).not.toHaveProperty('f');
  await ana.person.conversations.erase(ben.address, [message.id]);
  expect(await kinds(ana, name)).not.toHaveProperty('f');
});

it('what is too large, empty, incomplete or forgotten is said, and nothing stays of it', async () => {
  const page = ask(ana);
  const announced = { name: 'x', type: '', size: 0 };
  await expect(page.beginFile(announced)).rejects.toThrow('file-empty');
  await expect(page.beginFile({ ...announced, size: 60_000_000 })).rejects.toThrow(
    'file-too-large',
  );
  const { id } = await page.beginFile({ ...announced, size: 10 });
  await page.addToFile({ id, from: 0, bytes: new Uint8Array(4) });
  await expect(page.addToFile({ id, from: 0, bytes: new Uint8Array(4) })).rejects.toThrow();
  await expect(page.addToFile({ id, from: 4, bytes: new Uint8Array(7) })).rejects.toThrow();
  await expect(page.writePost({ text: 'early', attached: [id] })).rejects.toThrow('file-missing');
  await page.dropFile({ id });
  await expect(page.writePost({ text: 'late', attached: [id] })).rejects.toThrow('file-missing');
  expect(await kinds(ana, ana.person.spaces.feed)).not.toHaveProperty('f');
});

it('who dies before saying what goes with the pieces keeps none of them', async () => {
  const { feed } = ana.person.spaces;
  const attached = [await bring(ana, 'lost.bin', '', bytesOf(100_000, 5))];
  const place = ana.person.feed.placeOf(feed);
  // The browser dies in the middle: nothing after this line happens.
  void ana.person.files.attach(place, attached, () => new Promise(() => undefined));
  await eventually('the pieces are stored', async () => (await kinds(ana, feed))['f'] === 2);
  await eventually('Ben has them', async () => (await kinds(ben, feed))['f'] === 2);
  await ana.close();
  await ana.reopen();
  expect(await kinds(ana, feed)).not.toHaveProperty('f');
});

it('who has got pieces that no post speaks of lets them go after a month, and keeps all others', async () => {
  const { feed } = ana.person.spaces;
  const picture = bytesOf(100_000, 8);
  const attached = [await bring(ana, 'kept.png', 'image/png', picture)];
  await ask(ana).writePost({ text: 'kept', attached });
  await eventually('Ben has it whole', async () => {
    const { posts } = await ask(ben).feed({ space: feed, limit: 1 });
    return posts[0]?.text === 'kept' && posts[0].files.every(isWhole);
  });
  expect((await kinds(ben, feed))['f']).toBe(4);
  const { orphans, context } = ben.person;
  const now = Date.now();
  const clock = vi.spyOn(context, 'now');
  const at = async (days: number) => {
    clock.mockReturnValue(now + days * 86_400_000);
    await orphans.sweep();
    return (await kinds(ben, feed))['f'];
  };
  expect(await at(0)).toBe(4);
  expect(await at(29)).toBe(4);
  expect(await at(31)).toBe(2);
  clock.mockRestore();
  const { id } = await newest(ben, feed);
  const readIt = (from: number) => ask(ben).readPostFile({ space: feed, post: id, file: 0, from });
  expect(await whole(readIt)).toEqual(picture);
});

it('a restart in the middle of fetching a file goes on with the pieces that are missing', async () => {
  const { feed } = ana.person.spaces;
  await Promise.all([ben.close(), cleo.close()]);
  // 92 pieces: a portion that is asked for at once has about half of them.
  const film = bytesOf(6_000_000, 6);
  const attached = [await bring(ana, 'film.webm', 'video/webm', film)];
  await ask(ana).writePost({ text: 'the film', attached });
  const asked: string[] = [];
  let way: 'whole' | 'breaking' | 'broken' = 'breaking';
  onions.onRequest = (url, init) => {
    const pieces = piecesAskedFor(url, init);
    if (way !== 'whole' && asked.length + pieces.length > 60) {
      way = 'broken';
      throw new TypeError('NetworkError when attempting to fetch resource.');
    }
    asked.push(...pieces);
  };
  await ben.reopen();
  await eventually('the way breaks in the middle', () => way === 'broken');
  await eventually('what came is stored', async () => {
    const { documents } = await readChanges(await ben.person.context.stores.open(feed), 0);
    const stored = new Set(documents.map(({ _id }) => _id));
    return asked.length > 0 && asked.every((id) => stored.has(id));
  });
  await ben.close();
  way = 'whole';
  await ben.reopen();
  await eventually('Ben has the film whole', async () => {
    const { posts } = await ask(ben).feed({ space: feed, limit: 1 });
    return posts[0]?.text === 'the film' && posts[0].files.every(isWhole);
  });
  onions.onRequest = () => undefined;
  expect(asked).toHaveLength(92);
  expect(new Set(asked).size).toBe(92);
  const { id } = await newest(ben, feed);
  const readIt = (from: number) => ask(ben).readPostFile({ space: feed, post: id, file: 0, from });
  expect(Buffer.compare(await whole(readIt), film)).toBe(0);
}, 90_000);

/** Of files, in a request for documents. */
function piecesAskedFor(url: string, init: RequestInit | undefined): string[] {
  if (!url.includes('/_bulk_get') || typeof init?.body !== 'string') return [];
  return [...init.body.matchAll(/"id":"(f[a-z2-7]{52})"/g)].map(([, id = '']) => id);
}
