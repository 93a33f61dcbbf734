import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Packer, unpack, type Unpacker } from '../../src/domain/packed.ts';
import { addToBlog, blogChains, type BlogState, emptyBlog } from '../../src/domain/space/blog.ts';
import { packBlog, unpackBlog } from '../../src/domain/space/packed-blog.ts';
import { newSpace } from '../../src/domain/space/charter.ts';
import { packPublicForum, unpackPublicForum } from '../../src/domain/space/packed-public-forum.ts';
import {
  addToPublicForum,
  emptyPublicForum,
  type PublicForumState,
  viewPublicForum,
} from '../../src/domain/space/public-forum.ts';
import { makeCharterDocument } from '../../src/domain/types/charter.ts';
import { must, person, withNewDevice } from './people.ts';
import { plainCopy } from './plain-copy.ts';
import { Pen } from './public-people.ts';

const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
const item = fc.oneof(
  fc.maxSafeNat().map((number) => ({ kind: 'number', number }) as const),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => ({ kind: 'bytes', bytes }) as const),
  fc.string({ unit: 'grapheme' }).map((text) => ({ kind: 'text', text }) as const),
  hash.map((bytes) => ({ kind: 'hash', bytes }) as const),
);
type Item =
  | { readonly kind: 'number'; readonly number: number }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'bytes' | 'hash'; readonly bytes: Uint8Array };

function write(items: readonly Item[]): Uint8Array {
  const to = new Packer();
  // Some of them twice: a hash is told by its number then.
  for (const one of [...items, ...items]) {
    if (one.kind === 'number') to.number(one.number);
    else if (one.kind === 'text') to.text(one.text);
    else if (one.kind === 'bytes') to.bytes(one.bytes);
    else to.hash(one.bytes);
  }
  return to.done();
}

function read(items: readonly Item[], from: Unpacker): Item[] {
  return [...items, ...items].map(({ kind }): Item => {
    if (kind === 'number') return { kind, number: from.number() };
    if (kind === 'text') return { kind, text: from.text() };
    return kind === 'bytes' ? { kind, bytes: from.bytes() } : { kind, bytes: from.hash().bytes };
  });
}

test('what is packed comes out as it was; cut short or lengthened, nothing does', () => {
  fc.assert(
    fc.property(fc.array(item), fc.nat(), (items, cut) => {
      const bytes = write(items);
      expect(must(unpack(bytes, (from) => read(items, from)))).toEqual([...items, ...items]);
      const longer = Uint8Array.from([...bytes, 0]);
      expect(unpack(longer, (from) => read(items, from)).ok).toBe(false);
      if (bytes.length === 0) return;
      const shorter = bytes.subarray(0, cut % bytes.length);
      expect(unpack(shorter, (from) => read(items, from)).ok).toBe(false);
    }),
  );
});

test('bytes of any kind are read or refused, and never more than they hold', () => {
  const reader = (from: Unpacker) => from.list(() => [from.number(), from.text(), from.hash()]);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const result = unpack(bytes, reader);
      if (!result.ok) expect(result.code).toBe('malformed');
    }),
  );
  // A number beyond what is counted exactly.
  expect(unpack(Uint8Array.from(Array(9).fill(255)), (from) => from.number()).ok).toBe(false);
  expect(() =>
    unpack(new Uint8Array(0), () => {
      throw new TypeError('a bug stays one');
    }),
  ).toThrow('a bug');
});

const [alice, bob, mallory] = [person('Alice'), person('Bob'), person('Mallory')];

/** Everything that people can do in such a space, and what they can't. */
function talk(kind: 'blog' | 'public-forum') {
  const owner = alice.identity.publicKey;
  const space = must(newSpace({ kind, owner, title: 'Square' }, alice.random));
  const charter = makeCharterDocument(alice.identity, space).json;
  const [a, b, m] = [new Pen(alice, space), new Pen(bob, space), new Pen(mallory, space)];
  const phone = new Pen(withNewDevice(alice), space);
  const first = a.post('one');
  const second = b.post('two', [first]);
  a.edit(first, 'uno');
  phone.edit(first, 'eins');
  m.edit(first, 'nothing');
  const reaction = b.react(first, '👍');
  phone.react(first, '❤️', [reaction]);
  const gone = a.post('three', [second]);
  a.edit(gone, 'drei');
  phone.retract(second);
  a.retract(gone);
  b.post('after', [gone]);
  const pens = [a, b, m, phone].flatMap(({ documents }) => documents);
  const documents: unknown[] = [charter, ...pens, 7, { _id: 'dx' }, { _id: 'dx', v: 1 }];
  return { space, documents };
}

interface Kind<S> {
  readonly documents: readonly unknown[];
  readonly empty: S;
  readonly add: (state: S, documents: readonly unknown[]) => S;
  readonly pack: (state: S) => Uint8Array;
  readonly unpack: (bytes: Uint8Array) => ReturnType<typeof unpack<S>>;
  /** What it amounts to, in no order. */
  readonly seen: (state: S) => unknown;
}

/** Packed at any time, it goes on as if all had been read from the beginning. */
function goesOn<S>({ documents, empty, add, pack, unpack: open, seen }: Kind<S>): void {
  const expected = seen(add(empty, documents));
  fc.assert(
    fc.property(
      fc.shuffledSubarray([...documents], { minLength: documents.length }),
      fc.nat(documents.length),
      fc.nat(),
      (shuffled, cut, short) => {
        const before = add(empty, shuffled.slice(0, cut));
        const packed = pack(before);
        const again = must(open(packed));
        expect(seen(again)).toEqual(seen(before));
        expect(seen(add(again, shuffled.slice(Math.max(0, cut - 2))))).toEqual(expected);
        expect(open(packed.subarray(0, short % packed.length)).ok).toBe(false);
      },
    ),
    { numRuns: 40 },
  );
}

const sorted = (ids: Iterable<string>) => [...ids].toSorted();

test('a blog that was packed goes on as it was', () => {
  const { space, documents } = talk('blog');
  const place = { spaceName: space.name, owner: alice.identity.address };
  goesOn<BlogState>({
    documents,
    empty: emptyBlog(place),
    add: addToBlog,
    pack: packBlog,
    unpack: (bytes) => unpackBlog(bytes, place),
    seen: (state) => {
      const { posts, purge, waiting, refused, keys, charter } = state;
      const chains = blogChains(state);
      return [plainCopy({ posts, purge, refused, keys, charter, chains }), sorted(waiting.keys())];
    },
  });
});

test('a public forum that was packed goes on as it was', () => {
  const { space, documents } = talk('public-forum');
  goesOn<PublicForumState>({
    documents,
    empty: emptyPublicForum(space.name),
    add: addToPublicForum,
    pack: packPublicForum,
    unpack: (bytes) => unpackPublicForum(bytes, space.name),
    seen: (state) => {
      const { posts, waiting, refused, purge, chains, title } = viewPublicForum(state);
      const { certified, others, refused: dropped } = state;
      return [
        plainCopy({ posts, refused, purge, chains, certified, others, dropped }),
        sorted(waiting.map(({ id }) => id)),
        title,
      ];
    },
  });
});

test('bytes that were packed by nobody are no space', () => {
  const { space } = talk('blog');
  const place = { spaceName: space.name, owner: alice.identity.address };
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      for (const result of [unpackBlog(bytes, place), unpackPublicForum(bytes, space.name)]) {
        if (!result.ok) expect(result.code).toBe('malformed');
      }
    }),
  );
});
