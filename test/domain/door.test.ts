import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromBase64Url, toBase64Url } from '../../src/domain/bytes.ts';
import { wrapChunk } from '../../src/domain/document/chunk.ts';
import { checkAtDoor, type Door } from '../../src/domain/document/door.ts';
import { revisionHash, revisionOf } from '../../src/domain/document/id.ts';
import { wrapSealed } from '../../src/domain/document/sealed.ts';
import { assembleSigned } from '../../src/domain/document/signed.ts';
import { limits } from '../../src/domain/limits.ts';
import { limits as protocolLimits } from '../../src/protocol/limits.ts';
import { blogOf, must, person, profileContent, profileDocuments } from './people.ts';
import { profileSpace } from '../../src/domain/space/charter.ts';

const alice = person('Alice');
const blog = blogOf(alice, ['Hello', 'World']);
const [post] = blog.posts;
if (post === undefined) throw new Error('a blog without posts');
const { name } = blog.space;
const header = post.header.json;
const body = post.body.json;
const sealed = wrapSealed(blog.space.id, new Uint8Array(300)).json;

const refused = (code: string) => ({ ok: false, code });

test('every document of a blog and of a profile passes, and is stored as it is', () => {
  for (const json of blog.documents) {
    expect(checkAtDoor('signed', json, name)).toEqual({ ok: true, value: json });
  }
  const profile = profileSpace(alice.identity.publicKey);
  for (const json of profileDocuments(alice, profileContent('Alice'))) {
    expect(checkAtDoor('signed', json, profile.name)).toEqual({ ok: true, value: json });
  }
});

test('what replication adds is taken off, if it is true', () => {
  for (const json of [header, body]) {
    const replicated = { ...json, _revisions: { start: 1, ids: [revisionHash(json._id)] } };
    expect(checkAtDoor('signed', replicated, name)).toEqual({ ok: true, value: json });
  }
});

test.each([
  ['a second generation', { start: 2, ids: ['a', revisionHash(header._id)] }],
  ['another revision', { start: 1, ids: ['00'] }],
  ['an empty history', { start: 1, ids: [] }],
  ['more than was agreed', { start: 1, ids: [revisionHash(header._id)], more: 1 }],
  ['something else', 'x'],
])('%s in _revisions is refused', (_what, revisions) => {
  const json = { ...header, _revisions: revisions };
  expect(checkAtDoor('signed', json, name)).toEqual(refused('wrong-revision'));
});

test('Mallory plants a tombstone to hide a post, but no second revision gets in', () => {
  const tombstone = { _id: header._id, _rev: '2-00000000000000000000000000000000', _deleted: true };
  expect(checkAtDoor('signed', tombstone, name).ok).toBe(false);
  const second = { ...header, _rev: '2-00000000000000000000000000000000' };
  expect(checkAtDoor('signed', second, name)).toEqual(refused('wrong-revision'));
  expect(checkAtDoor('signed', { ...header, _deleted: true }, name)).toEqual(
    refused('unknown-field'),
  );
});

test.each(['_attachments', '_conflicts', 'type', '__proto__x', 'c'])(
  'a field more is refused: %s',
  (field) => {
    const json = { ...header, [field]: 'x' };
    expect(checkAtDoor('signed', json, name)).toEqual(refused('unknown-field'));
  },
);

test.each(['_id', '_rev', 'v', 'd', 's'])('a field less is refused: %s', (field) => {
  const json = Object.fromEntries(Object.entries(header).filter(([key]) => key !== field));
  expect(checkAtDoor('signed', json, name)).toEqual(refused('malformed'));
});

test('another version is named as such, so that a person can be told to update', () => {
  expect(checkAtDoor('signed', { ...header, v: 2 }, name)).toEqual(refused('wrong-version'));
});

test('a document under an id that is not its own is refused', () => {
  const other = blog.posts[1]?.header.json._id ?? '';
  const json = { ...header, _id: other, _rev: revisionOf(other) };
  expect(checkAtDoor('signed', json, name)).toEqual(refused('wrong-id'));
});

test("Mallory copies Alice's documents into another space, but they belong to theirs", () => {
  const elsewhere = blogOf(alice, []).space.name;
  expect(checkAtDoor('signed', header, elsewhere)).toEqual(refused('bad-signature'));
  expect(checkAtDoor('signed', body, elsewhere)).toEqual(refused('wrong-id'));
  expect(checkAtDoor('signed', blog.charter, elsewhere)).toEqual(refused('wrong-space'));
  expect(checkAtDoor('sealed', sealed, elsewhere)).toEqual(refused('wrong-id'));
});

test('a changed bit in header or signature is refused, even under an id that fits again', () => {
  const headerBytes = must(fromBase64Url(header.d));
  const signature = must(fromBase64Url(header.s));
  const bits = (headerBytes.length + signature.length) * 8;
  fc.assert(
    fc.property(fc.nat(bits - 1), (bit) => {
      const both = new Uint8Array([...headerBytes, ...signature]);
      both[bit >> 3] = (both[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const forged = assembleSigned({
        header: both.subarray(0, headerBytes.length),
        signature: both.subarray(headerBytes.length),
      });
      expect(checkAtDoor('signed', forged.json, name).ok).toBe(false);
      expect(checkAtDoor('signed', { ...forged.json, _id: header._id }, name).ok).toBe(false);
    }),
    { numRuns: 500 },
  );
});

test.each<[Door, object, string]>([
  ['signed', sealed, 'wrong-door'],
  ['sealed', header, 'wrong-door'],
  ['sealed', body, 'wrong-door'],
  ['inbox', header, 'wrong-door'],
  ['signed', { ...header, _id: `x${header._id.slice(1)}` }, 'malformed'],
])('door %s', (door, json, code) => {
  expect(checkAtDoor(door, json, name)).toEqual(refused(code));
});

test('a stranger may leave less in an inbox than a friend in a conversation', () => {
  const { id } = blog.space;
  const most = wrapSealed(id, new Uint8Array(limits.inboxBytes)).json;
  const more = wrapSealed(id, new Uint8Array(limits.inboxBytes + 1)).json;
  expect(checkAtDoor('inbox', most, name).ok).toBe(true);
  expect(JSON.stringify(most).length).toBeLessThan(protocolLimits.inboxDocumentBytes);
  expect(checkAtDoor('inbox', more, name)).toEqual(refused('too-large'));
  expect(checkAtDoor('sealed', more, name).ok).toBe(true);
  const huge = wrapSealed(id, new Uint8Array(limits.sealedBytes + 1)).json;
  expect(checkAtDoor('sealed', huge, name)).toEqual(refused('too-large'));
});

test('an oversized payload is refused by its length, before anything is decoded', () => {
  const d = '!'.repeat(1_000_000);
  expect(checkAtDoor('signed', { ...header, d }, name)).toEqual(refused('too-large'));
  expect(checkAtDoor('signed', { ...body, b: d }, name)).toEqual(refused('too-large'));
});

test('base64url that is not canonical is refused, or one document would have many ids', () => {
  const d = `${header.d}=`;
  expect(checkAtDoor('signed', { ...header, d }, name).ok).toBe(false);
  const s = toBase64Url(new Uint8Array(64)).replace(/.$/, 'B');
  expect(checkAtDoor('signed', { ...header, s }, name)).toEqual(refused('not-canonical'));
});

test('pieces of files pass where posts are public and between two people, and nowhere else by themselves', () => {
  const piece = wrapChunk(blog.space.id, new Uint8Array(300)).json;
  expect(
    (['signed', 'sealed', 'gated', 'inbox'] as const).map(
      (door) => checkAtDoor(door, piece, name).ok,
    ),
  ).toEqual([true, true, false, false]);
});
