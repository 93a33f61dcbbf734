import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeCbor, type CborMap } from '../../src/domain/cbor.ts';
import { decodeBody, encodeBody } from '../../src/domain/document/body-content.ts';
import { makeBody, openBody } from '../../src/domain/document/body.ts';
import {
  joinFile,
  makeFile,
  openChunk,
  sealChunk,
  unwrapChunk,
  wrapChunk,
} from '../../src/domain/document/chunk.ts';
import { checkAtDoor } from '../../src/domain/document/door.ts';
import { chunkCount, fileLimits, type FileManifest } from '../../src/domain/document/file.ts';
import { limits } from '../../src/domain/limits.ts';
import { paddedLength } from '../../src/domain/padding.ts';
import { spaceNameOf } from '../../src/domain/space/name.ts';
import { xchachaSeal } from '../../src/domain/sodium.ts';
import { must, person, seeded } from './people.ts';

const random = seeded('files');
const spaceId = random(32);
const refused = (code: string) => ({ ok: false, code });
const photo = (size: number) =>
  must(makeFile({ name: 'a.png', type: 'image/png', bytes: random(size) }, spaceId, random));

test.each([0, 1, 255, 65_535, 65_536, 65_537, 200_000])('a file of %i bytes comes back', (size) => {
  const bytes = random(size);
  const { manifest, chunks } = must(makeFile({ name: 'a', type: 'a/b', bytes }, spaceId, random));
  expect(chunks).toHaveLength(chunkCount(size));
  expect(joinFile(manifest, chunks, spaceId)).toEqual({ ok: true, value: bytes });
  for (const { json, ciphertext } of chunks) {
    expect(must(unwrapChunk(json, spaceId)).ciphertext).toEqual(ciphertext);
    expect(checkAtDoor('signed', json, spaceNameOf(spaceId))).toEqual({ ok: true, value: json });
  }
});

test('all chunks but the last are of one size, and the last tells its size only roughly', () => {
  const sizes = photo(140_000).chunks.map(({ ciphertext }) => ciphertext.length);
  expect(sizes).toEqual([65_552, 65_552, paddedLength(140_000 - 131_072) + 16]);
  expect(photo(10).chunks[0]?.ciphertext).toHaveLength(256 + 16);
});

test('Mallory passes on another chunk, a damaged one, or one from another place: it shows', () => {
  const { manifest, chunks } = photo(140_000);
  const [first, second] = chunks;
  if (first === undefined || second === undefined) throw new Error('no chunks');
  expect(joinFile(manifest, [second, first, ...chunks.slice(2)], spaceId)).toEqual(
    refused('wrong-id'),
  );
  expect(joinFile(manifest, chunks.slice(0, 2), spaceId)).toEqual(refused('malformed'));
  expect(openChunk(manifest, 3, first, spaceId)).toEqual(refused('wrong-id'));
  const damaged = { ...first.json, c: second.json.c };
  expect(unwrapChunk(damaged, spaceId)).toEqual(refused('wrong-id'));
  expect(unwrapChunk(first.json, random(32))).toEqual(refused('wrong-id'));
  expect(unwrapChunk({ ...first.json, c: 'A'.repeat(90_000) }, spaceId)).toEqual(
    refused('too-large'),
  );
});

test('an author who seals chunks wrongly is found out when they are opened', () => {
  const { manifest } = photo(10);
  const withChunk = (ciphertext: Uint8Array) => {
    const chunk = wrapChunk(spaceId, ciphertext);
    return openChunk({ ...manifest, chunks: [chunk.hash] }, 0, chunk, spaceId);
  };
  const { key } = manifest;
  expect(withChunk(sealChunk({ spaceId, key, index: 0 }, random(10))).ok).toBe(true);
  expect(withChunk(sealChunk({ spaceId, key, index: 1 }, random(10)))).toEqual(
    refused('undecryptable'),
  );
  expect(withChunk(sealChunk({ spaceId, key, index: 0 }, random(11)))).toEqual(
    refused('not-canonical'),
  );
  expect(withChunk(sealChunk({ spaceId, key, index: 0 }, random(400)))).toEqual(
    refused('not-canonical'),
  );
  const input = { key, nonce: new Uint8Array(24), associated: new Uint8Array(0) };
  expect(withChunk(xchachaSeal(input, random(256)))).toEqual(refused('undecryptable'));
});

test.each([1, 256, 65_536])('a small version of %i bytes is a piece of its own', (length) => {
  const [bytes, preview] = [random(70_000), random(length)];
  const words = { description: 'two bees', width: 40, height: 30 };
  const { manifest, chunks } = must(
    makeFile({ name: 'a', type: 'image/png', bytes, preview, ...words }, spaceId, random),
  );
  expect(manifest).toMatchObject({ ...words, preview: length, size: 70_000 });
  expect(chunks).toHaveLength(chunkCount(70_000) + 1);
  expect(joinFile(manifest, chunks, spaceId)).toEqual({ ok: true, value: bytes });
  const last = chunks.at(-1);
  if (last === undefined) throw new Error('no chunks');
  expect(openChunk(manifest, 2, last, spaceId)).toEqual({ ok: true, value: preview });
  expect(openChunk({ ...manifest, preview: length + 300 }, 2, last, spaceId).ok).toBe(false);
  const body = must(makeBody(spaceId, { ...text, files: [manifest] }, random));
  expect(must(openBody(body.json, spaceId)).files).toEqual([manifest]);
});

test('too large a small version is refused before anything is sealed', () => {
  const file = { name: 'a', type: 'a/b', bytes: random(1), preview: random(65_537) };
  expect(makeFile(file, spaceId, random)).toEqual(refused('too-large'));
});

test('too large a file is refused before anything is sealed', () => {
  const bytes = new Uint8Array(fileLimits.chunks * fileLimits.chunkBytes + 1);
  expect(makeFile({ name: 'a', type: 'a/b', bytes }, spaceId, random)).toEqual(
    refused('too-large'),
  );
});

const manifestOf = (chunks: number, more: Partial<FileManifest> = {}): FileManifest => ({
  name: 'a',
  type: 'a/b',
  size: chunks * fileLimits.chunkBytes,
  key: random(32),
  chunks: Array.from({ length: chunks }, () => random(32)),
  ...more,
});
/** Of one piece, and as many bytes in its small version. */
const small = (preview: number): FileManifest => manifestOf(2, { size: 10, preview });
const text = { text: 'hello', mentions: [], files: [] };

test('a body with everything in it at its longest is below the limit, and comes back', () => {
  const mentions = Array.from({ length: limits.mentions }, (_, index) =>
    new Uint8Array(32).fill(index),
  );
  const files = Array.from({ length: fileLimits.files }, () =>
    manifestOf(fileLimits.chunks / fileLimits.files, {
      name: 'ü'.repeat(fileLimits.nameCharacters),
      type: `a/${'b'.repeat(fileLimits.typeCharacters - 2)}`,
      description: '中'.repeat(fileLimits.descriptionCharacters),
      width: 65_535,
      height: 65_535,
    }),
  );
  const content = { text: '中'.repeat(10_000), title: '中'.repeat(60), mentions, files };
  const body = must(makeBody(spaceId, content, random));
  expect(must(openBody(body.json, spaceId))).toEqual(body);
  expect(body).toMatchObject(content);
});

test.each<[string, Parameters<typeof makeBody>[1]]>([
  ['a text too long', { ...text, text: 'x'.repeat(10_001) }],
  ['a title too long', { ...text, title: 'x'.repeat(61) }],
  ['an empty title', { ...text, title: '' }],
  ['too many mentions', { ...text, mentions: Array.from({ length: 33 }, () => random(32)) }],
  ['somebody twice', { ...text, mentions: [spaceId, spaceId] }],
  ['a mention that is no key', { ...text, mentions: [random(31)] }],
  ['too many files', { ...text, files: Array.from({ length: 9 }, () => manifestOf(1)) }],
  ['too many chunks', { ...text, files: [manifestOf(500), manifestOf(500)] }],
  ['fewer chunks than its size', { ...text, files: [manifestOf(2, { size: 131_073 })] }],
  ['more chunks than its size', { ...text, files: [manifestOf(2, { size: 65_536 })] }],
  ['a small version that has no chunk', { ...text, files: [manifestOf(2, { preview: 10 })] }],
  ['a small version of nothing', { ...text, files: [manifestOf(1, { preview: 0 })] }],
  ['a small version that is large', { ...text, files: [small(65_537)] }],
  ['an empty description', { ...text, files: [manifestOf(1, { description: '' })] }],
  ['a description too long', { ...text, files: [manifestOf(1, { description: 'x'.repeat(161) })] }],
  ['no width', { ...text, files: [manifestOf(1, { width: 0, height: 1 })] }],
  ['too wide a picture', { ...text, files: [manifestOf(1, { width: 65_536, height: 1 })] }],
  ['half a pixel', { ...text, files: [manifestOf(1, { width: 1, height: 1.5 })] }],
  ['a path for a name', { ...text, files: [manifestOf(1, { name: '../a' })] }],
  ['a backward path', { ...text, files: [manifestOf(1, { name: 'a\\b' })] }],
  ['a folder for a name', { ...text, files: [manifestOf(1, { name: '..' })] }],
  ['a name that turns around', { ...text, files: [manifestOf(1, { name: 'gpj\u202eexe.' })] }],
  ['a name with a line break', { ...text, files: [manifestOf(1, { name: 'a\nb' })] }],
  ['no name', { ...text, files: [manifestOf(1, { name: '' })] }],
  ['no media type', { ...text, files: [manifestOf(1, { type: 'png' })] }],
  ['a media type with more behind it', { ...text, files: [manifestOf(1, { type: 'a/b; c=d' })] }],
])('a body with %s is not made', (_what, content) => {
  expect(makeBody(spaceId, content, random)).toEqual(refused('too-large'));
});

test('a body is written in one way only', () => {
  const fields: CborMap = { s: random(32), t: 'x' };
  const [low, high] = [new Uint8Array(32), new Uint8Array(32).fill(1)];
  const decoded = (more: CborMap) => decodeBody(encodeCbor({ ...fields, ...more }));
  expect(decoded({}).ok).toBe(true);
  expect(decoded({ m: [low, high] }).ok).toBe(true);
  expect(decoded({ m: [high, low] })).toEqual(refused('malformed'));
  expect(decoded({ m: [] })).toEqual(refused('malformed'));
  expect(decoded({ f: [] })).toEqual(refused('malformed'));
  expect(decoded({ x: 1 })).toEqual(refused('unknown-field'));
  expect(decodeBody(Uint8Array.of(0xff))).toEqual(refused('malformed'));
});

test('what is written comes back, whatever it is', () => {
  const { identity } = person('Bob');
  fc.assert(
    fc.property(
      fc.string({ maxLength: 200 }),
      fc.option(fc.string({ minLength: 1, maxLength: 60 }), { nil: undefined }),
      fc.boolean(),
      fc.array(fc.nat(3), { maxLength: 3 }),
      (words, title, mention, sizes) => {
        const content = {
          text: words,
          ...(title === undefined ? {} : { title }),
          mentions: mention ? [identity.publicKey] : [],
          files: sizes.map((size) => manifestOf(size + 1)),
        };
        expect(decodeBody(encodeBody(random(32), content))).toEqual({ ok: true, value: content });
      },
    ),
  );
});
