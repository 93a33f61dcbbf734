import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { toHex } from '../../src/domain/bytes.ts';
import { chainStart, positionAfter } from '../../src/domain/document/chain.ts';
import { addToBlog, blogChains, emptyBlog } from '../../src/domain/space/blog.ts';
import { evaluateBlog } from '../../src/domain/space/evaluate-blog.ts';
import { makeCharterDocument } from '../../src/domain/types/charter.ts';
import { makeKeyDocument } from '../../src/domain/types/key.ts';
import { makePost } from '../../src/domain/types/post.ts';
import {
  blogOf,
  must,
  person,
  postsIn,
  profileContent,
  profileDocument,
  storedPost,
  withNewDevice,
} from './people.ts';
import { plainCopy } from './plain-copy.ts';
import { profileSpace } from '../../src/domain/space/charter.ts';
import { Pen } from './public-people.ts';

const alice = person('Alice');
const mallory = person('Mallory');
const blog = blogOf(alice, ['first', 'second', 'third']);
const place = { spaceName: blog.space.name, owner: alice.identity.address };

const textsOf = (documents: readonly unknown[]) =>
  evaluateBlog(documents, place).posts.map((post) => post.text);

test('a blog shows its posts, newest first, with their texts', () => {
  const { posts, title, refused, chains } = evaluateBlog(blog.documents, place);
  expect(posts.map(({ text, seq, author }) => [text, seq, author])).toEqual([
    ['third', 2, alice.identity.address],
    ['second', 1, alice.identity.address],
    ['first', 0, alice.identity.address],
  ]);
  expect(title).toBe('News');
  expect(refused).toEqual([]);
  expect(chains).toEqual([
    {
      key: toHex(alice.device.signing.publicKey),
      head: { seq: 2, id: blog.posts[2]?.header.id, hash: blog.posts[2]?.header.hash },
      holes: [],
      forks: [],
    },
  ]);
});

test('the same documents in any order, in any portions, some of them twice, give the same blog', () => {
  const restored = withNewDevice(alice);
  const documents: unknown[] = [
    ...blog.documents,
    makeKeyDocument(alice.identity, blog.space.id, restored.device.signing.publicKey).json,
    ...postsIn(restored, blog.space, ['after the restore']).flatMap(storedPost),
    ...postsIn(mallory, blog.space, ['me too']).flatMap(storedPost),
    { _id: 'dx' },
    { _id: 'dx', more: 1 },
    { _id: 'bx' },
    7,
  ];
  const expected = evaluateBlog(documents, place);
  expect(expected.posts).toHaveLength(4);
  fc.assert(
    fc.property(
      fc.shuffledSubarray(documents, { minLength: documents.length }),
      fc.array(fc.nat(documents.length), { maxLength: 4 }),
      (shuffled, cuts) => {
        expect(evaluateBlog(shuffled, place)).toEqual(expected);
        let state = emptyBlog(place);
        const edges = [0, ...cuts.toSorted((a, b) => a - b), documents.length];
        for (const [index, edge] of edges.entries()) {
          state = addToBlog(state, shuffled.slice(edges[index - 1] ?? 0, edge));
        }
        state = addToBlog(state, shuffled.slice(2));
        const ids = (of: Iterable<string>) => [...of].toSorted((a, b) => (a < b ? -1 : 1));
        expect(ids(state.posts.keys())).toEqual(ids(expected.posts.map(({ id }) => id)));
        expect(blogChains(state)).toEqual(expected.chains);
        expect(state.waiting.size).toBe(0);
      },
    ),
  );
});

test('a state is a value: adding to it leaves it as it was', () => {
  const before = addToBlog(emptyBlog(place), blog.documents.slice(0, 4));
  const copy = plainCopy(before);
  addToBlog(before, blog.documents);
  expect(plainCopy(before)).toEqual(copy);
});

test('posts that come before charter or certificate wait, and count when those come', () => {
  const posts = blog.posts.flatMap(storedPost);
  expect(textsOf(posts)).toEqual([]);
  expect(textsOf([...posts, blog.key])).toEqual([]);
  expect(textsOf([...posts, blog.charter])).toEqual([]);
  const waiting = addToBlog(emptyBlog(place), posts);
  expect(waiting.waiting.size).toBe(3);
  const settled = addToBlog(waiting, [blog.charter, blog.key]);
  expect(settled.waiting.size).toBe(0);
  expect(settled.posts.size).toBe(3);
});

test('a post whose body was erased stands without its text, and the chain holds', () => {
  const erased = blog.documents.filter(({ _id: id }) => id !== blog.posts[1]?.body.id);
  expect(textsOf(erased)).toEqual(['third', undefined, 'first']);
  expect(evaluateBlog(erased, place).chains[0]).toMatchObject({ holes: [], forks: [] });
});

test("Mallory signs a post for Alice's feed, but the feed is Alice's", () => {
  const [forged] = postsIn(mallory, blog.space, ['Alice is a fool']);
  if (forged === undefined) throw new Error('no post');
  const { posts, refused } = evaluateBlog([...blog.documents, ...storedPost(forged)], place);
  expect(posts).toHaveLength(3);
  expect(refused).toEqual([{ id: forged.header.id, code: 'wrong-author' }]);
});

test('Mallory signs with her device in the name of Alice, but Alice has not certified it', () => {
  const forger = { ...mallory, writer: { ...mallory.writer, author: alice.identity.publicKey } };
  const forged = postsIn(forger, blog.space, ['I am Alice']).flatMap(storedPost);
  const certificate = makeKeyDocument(
    mallory.identity,
    blog.space.id,
    mallory.device.signing.publicKey,
  );
  expect(textsOf([...blog.documents, ...forged, certificate.json])).toHaveLength(3);
});

test("Mallory lists Alice's feed as her own, but the charter names Alice", () => {
  const claimed = evaluateBlog(blog.documents, { ...place, owner: mallory.identity.address });
  expect(claimed.posts).toEqual([]);
  expect(claimed.title).toBe(undefined);
  expect(claimed.refused).toContainEqual({ id: blog.charter._id, code: 'wrong-owner' });
});

test('Alice certifies a new device in one blog; it does not speak for her in another', () => {
  const restored = withNewDevice(alice);
  const other = blogOf(alice, []);
  const key = restored.device.signing.publicKey;
  const elsewhere = makeKeyDocument(alice.identity, other.space.id, key).json;
  const posts = postsIn(restored, blog.space, ['hello']).flatMap(storedPost);
  expect(textsOf([...blog.documents, ...posts, elsewhere])).toHaveLength(3);
  const here = makeKeyDocument(alice.identity, blog.space.id, key).json;
  expect(textsOf([...blog.documents, ...posts, here])).toHaveLength(4);
});

test('a post withheld by whoever passes it on shows as a hole', () => {
  const without = blog.documents.filter(({ _id: id }) => id !== blog.posts[1]?.header.id);
  expect(evaluateBlog(without, place).chains[0]).toMatchObject({
    holes: [{ from: 1, to: 1 }],
    forks: [],
  });
});

test('a past that was rewritten shows as a fork, and both versions stay to be seen', () => {
  const [first] = blog.posts;
  if (first === undefined) throw new Error('no post');
  const rewritten = must(
    makePost(
      {
        spaceId: blog.space.id,
        writer: alice.writer,
        text: 'I never said that',
        time: 1_000,
        position: positionAfter(first.header),
      },
      alice.random,
    ),
  );
  const { posts, chains } = evaluateBlog([...blog.documents, ...storedPost(rewritten)], place);
  expect(posts).toHaveLength(4);
  expect(chains[0]).toMatchObject({ holes: [], forks: [1] });
});

test('a chain that denies its beginning shows as a fork where it does', () => {
  const other = postsIn(alice, blog.space, ['another beginning']);
  const documents = [blog.charter, blog.key, ...other, ...blog.posts.slice(1)].flatMap((item) =>
    'header' in item ? storedPost(item) : [item],
  );
  expect(evaluateBlog(documents, place).chains[0]).toMatchObject({ forks: [1] });
});

test('what belongs elsewhere is refused: a profile in a blog, a profile space passed off as a blog', () => {
  const space = profileSpace(alice.identity.publicKey);
  const asBlog = { spaceName: space.name, owner: alice.identity.address };
  const profile = profileDocument(alice, profileContent('Alice'), 1);
  const { refused } = evaluateBlog(
    [makeCharterDocument(alice.identity, space).json, alice.bundle.document, profile],
    asBlog,
  );
  expect(refused.map(({ code }) => code).toSorted()).toEqual([
    'wrong-door',
    'wrong-door',
    'wrong-space',
  ]);
});

test('two posts of one moment have an order all the same', () => {
  const making = { spaceId: blog.space.id, writer: alice.writer, text: 'x', time: 5 };
  const one = must(makePost({ ...making, position: chainStart }, alice.random));
  const position = positionAfter(one.header);
  const two = must(makePost({ ...making, position }, alice.random));
  const documents = [blog.charter, blog.key, ...storedPost(one), ...storedPost(two)];
  const order = evaluateBlog(documents, place).posts.map(({ id }) => id);
  expect(order).toEqual([one.header.id, two.header.id].toSorted());
});

test('Alice edits a post and takes another back: the blog shows the last wording, and what to erase', () => {
  const pen = new Pen(alice, blog.space);
  const [kept, gone] = [pen.post('tomorow'), pen.post('secret')];
  pen.edit(kept, 'tomorrow');
  pen.edit(gone, 'very secret');
  pen.retract(gone);
  const documents = [blog.charter, ...pen.documents];
  for (const order of [documents, documents.toReversed()]) {
    const state = addToBlog(emptyBlog(place), order);
    expect(evaluateBlog(order, place).posts.map(({ text }) => text)).toEqual(['tomorrow']);
    expect([...state.posts.values()].map(({ edited }) => edited)).toEqual([true]);
    expect(state.purge.size).toBe(2);
    expect(blogChains(state)[0]).toMatchObject({ head: { seq: 4 }, holes: [], forks: [] });
  }
});

test("Mallory can neither edit nor react in Alice's blog", () => {
  const [first] = blog.posts;
  if (first === undefined) throw new Error('no post');
  const pen = new Pen(mallory, blog.space);
  pen.edit(first.header, 'I resign');
  const own = new Pen(alice, blog.space);
  own.react(first.header, '👍');
  const { posts, refused } = evaluateBlog(
    [...blog.documents, ...pen.documents, ...own.documents],
    place,
  );
  expect(posts).toHaveLength(3);
  expect(refused.map(({ code }) => code).toSorted()).toEqual([
    'wrong-author',
    'wrong-author',
    'wrong-door',
  ]);
});
