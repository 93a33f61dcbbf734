import { expect, test } from 'vitest';
import { concat } from '../../src/domain/bytes.ts';
import { encodeCbor, type CborMap } from '../../src/domain/cbor.ts';
import { chainStart } from '../../src/domain/document/chain.ts';
import {
  openSignedDocument,
  signDocument,
  type Signing,
} from '../../src/domain/document/signed.ts';
import { limits } from '../../src/domain/limits.ts';
import { decodeCharter, encodeCharter } from '../../src/domain/space/charter-bytes.ts';
import { profileSpace } from '../../src/domain/space/charter.ts';
import { openBundle, readBundle } from '../../src/domain/types/bundle.ts';
import { bundleLink, openBundleLink } from '../../src/domain/types/bundle-link.ts';
import { readCharter } from '../../src/domain/types/charter.ts';
import { readKey } from '../../src/domain/types/key.ts';
import { makePost, readPostText } from '../../src/domain/types/post.ts';
import { makeProfile, readProfile } from '../../src/domain/types/profile.ts';
import { blogOf, must, person, profileContent } from './people.ts';

const alice = person('Alice');
const bob = person('Bob');
const mallory = person('Mallory');
const blog = blogOf(alice, ['Hello']);
const { id: spaceId } = blog.space;
const profileId = profileSpace(alice.identity.publicKey).id;
const refused = (code: string) => ({ ok: false, code });
const lowOrder = new Uint8Array(32);

/** What opening gives for a document signed just as it is, however wrong. */
function opened(signing: Partial<Signing> & Pick<Signing, 'type'>) {
  const document = signDocument({
    spaceId,
    author: alice.identity.publicKey,
    signer: alice.identity,
    ...chainStart,
    parents: [],
    time: 0,
    ...signing,
  });
  return openSignedDocument(document.json, signing.spaceId ?? spaceId);
}

const deviceKey = alice.device.signing.publicKey;
const bundleContent = {
  d: deviceKey,
  e: alice.device.encryption.publicKey,
  w: alice.device.sealing.publicKey,
  p: alice.preKey.statement,
  n: 0,
  f: 0,
  u: 1,
};
const profileFields = { v: 1, n: 'A', a: '', i: [], f: [], s: [] };
const hash = new Uint8Array(32);

function many<T>(count: number, item: T): T[] {
  return Array.from({ length: count }, () => item);
}

test('a document that is right opens as what it is', () => {
  expect(opened({ type: 'key', content: { k: deviceKey } })).toMatchObject({
    ok: true,
    value: { type: 'key', author: alice.identity.publicKey, seq: 0, prev: null },
  });
});

test.each<[string, Partial<Omit<Signing, 'type'>> & { type: string }, string]>([
  ['a type from the future', { type: 'poll' }, 'unknown-type'],
  ['a type that every object has', { type: 'constructor' }, 'unknown-type'],
  ['a post signed by the onion key', { type: 'post', body: hash }, 'wrong-signer'],
  [
    'a certificate signed by a device',
    { type: 'key', content: { k: deviceKey }, signer: alice.device.signing },
    'wrong-signer',
  ],
  ['a post without a body', { type: 'post', signer: alice.device.signing }, 'malformed'],
  [
    'a post with content',
    { type: 'post', signer: alice.device.signing, body: hash, content: { t: 'x' } },
    'malformed',
  ],
  [
    'a certificate with a body',
    { type: 'key', content: { k: deviceKey }, body: hash },
    'malformed',
  ],
  ['a certificate without content', { type: 'key' }, 'malformed'],
  ['a certificate for no key', { type: 'key', content: { k: lowOrder } }, 'weak-key'],
  [
    'a certificate with more',
    { type: 'key', content: { k: deviceKey, until: 1 } },
    'unknown-field',
  ],
  [
    'an onion document in a chain',
    { type: 'key', content: { k: deviceKey }, seq: 1, prev: hash },
    'malformed',
  ],
  [
    'a first document with one before it',
    { type: 'post', signer: alice.device.signing, body: hash, prev: hash },
    'malformed',
  ],
  [
    'a second document with none before it',
    { type: 'post', signer: alice.device.signing, body: hash, seq: 1 },
    'malformed',
  ],
  [
    'a negative place',
    { type: 'post', signer: alice.device.signing, body: hash, seq: -1, prev: hash },
    'malformed',
  ],
  [
    'a time beyond all dates',
    { type: 'post', signer: alice.device.signing, body: hash, time: limits.latestTime + 1 },
    'malformed',
  ],
  [
    'too many parents',
    { type: 'post', signer: alice.device.signing, body: hash, parents: many(65, hash) },
    'malformed',
  ],
  [
    "the charter of somebody else's space",
    {
      type: 'charter',
      content: { c: encodeCharter(profileSpace(bob.identity.publicKey).charter) },
    },
    'wrong-space',
  ],
  ['a bundle without keys', { type: 'bundle', content: { n: 1, f: 1 } }, 'malformed'],
  [
    'a bundle with an encryption key of small order',
    { type: 'bundle', content: { ...bundleContent, e: lowOrder } },
    'weak-key',
  ],
  [
    'a bundle with a device key of small order',
    { type: 'bundle', content: { ...bundleContent, d: lowOrder } },
    'weak-key',
  ],
  [
    'a bundle with a sealing key that is no ML-KEM key',
    { type: 'bundle', content: { ...bundleContent, w: new Uint8Array(1_216).fill(255) } },
    'weak-key',
  ],
  [
    'a bundle with a sealing key of small order',
    {
      type: 'bundle',
      content: { ...bundleContent, w: concat(bundleContent.w.slice(0, 1_184), lowOrder) },
    },
    'weak-key',
  ],
  [
    'a bundle that ends before it begins',
    { type: 'bundle', content: { ...bundleContent, f: 2 } },
    'malformed',
  ],
  [
    "a bundle with somebody else's pre-key",
    { type: 'bundle', content: { ...bundleContent, p: bob.preKey.statement } },
    'bad-signature',
  ],
  [
    'a bundle with a pre-key of another device than its own',
    { type: 'bundle', content: { ...bundleContent, d: bob.device.signing.publicKey } },
    'bad-signature',
  ],
  [
    'a bundle without a pre-key',
    { type: 'bundle', content: { ...bundleContent, p: new Uint8Array(0) } },
    'malformed',
  ],
  [
    'a profile without a name',
    { type: 'profile', signer: alice.device.signing, content: { ...profileFields, n: '' } },
    'malformed',
  ],
  [
    'a profile with a friend who has no key',
    {
      type: 'profile',
      signer: alice.device.signing,
      content: { ...profileFields, f: [{ k: lowOrder, n: 'Nobody' }] },
    },
    'weak-key',
  ],
])('%s is refused', (_what, signing, code) => {
  // The types of the future are just what is tested.
  expect(opened(signing as Parameters<typeof opened>[0])).toEqual(refused(code));
});

test("Mallory signs Alice's charter, but it names Alice as its owner", () => {
  const space = profileSpace(alice.identity.publicKey);
  const forged = opened({
    type: 'charter',
    spaceId: space.id,
    author: mallory.identity.publicKey,
    signer: mallory.identity,
    content: { c: encodeCharter(space.charter) },
  });
  expect(forged).toEqual(refused('wrong-author'));
});

test.each<[string, CborMap]>([
  ['a blog without a title', { k: 'blog', o: hash, s: new Uint8Array(16) }],
  ['a blog without a salt', { k: 'blog', o: hash, t: 'x' }],
  ['a kind from the future', { k: 'fort', o: hash }],
  ['a title too long', { k: 'blog', o: hash, t: 'x'.repeat(61), s: new Uint8Array(16) }],
])('no charter: %s', (_what, charter) => {
  expect(decodeCharter(encodeCbor(charter))).toEqual(refused('malformed'));
});

test('readers refuse documents of other types', () => {
  const key = must(opened({ type: 'key', content: { k: deviceKey } }));
  expect(readCharter(key, spaceId)).toEqual(refused('unknown-type'));
  expect(readBundle(key, alice.identity.publicKey)).toEqual(refused('unknown-type'));
  expect(readProfile(key)).toEqual(refused('unknown-type'));
  const charter = must(openSignedDocument(blog.charter, spaceId));
  expect(readKey(charter)).toEqual(refused('unknown-type'));
});

test("Mallory shows a bundle of hers as Alice's, but the address is the key", () => {
  expect(openBundle(mallory.bundle.document, mallory.identity.address).ok).toBe(true);
  expect(openBundle(mallory.bundle.document, alice.identity.address)).toEqual(
    refused('bad-signature'),
  );
  const claimed = signDocument({
    spaceId: profileId,
    type: 'bundle',
    author: mallory.identity.publicKey,
    signer: mallory.identity,
    ...chainStart,
    parents: [],
    time: 0,
    content: { ...bundleContent, d: mallory.bundle.device, p: mallory.preKey.statement },
  });
  expect(openBundle(claimed.json, alice.identity.address)).toEqual(refused('wrong-author'));
});

test("a public page's link carries the bundle, and only for the page's own address", () => {
  const href = bundleLink(alice.bundle.document);
  expect(href.length).toBeLessThan(limits.linkBundleCharacters / 3);
  expect(openBundleLink(href, alice.identity.address)).toEqual({ ok: true, value: alice.bundle });
  expect(openBundleLink(href, bob.identity.address).ok).toBe(false);
});

test.each([
  ['', 'malformed'],
  ['https://example.org/bundle.json', 'malformed'],
  ['data:application/json;base64,', 'malformed'],
  ['data:application/json;base64,e30', 'not-canonical'],
  ['data:application/json;base64,e30=', 'malformed'],
  ['data:application/json;base64,/w==', 'malformed'],
  ['data:application/json;base64,!', 'malformed'],
  [`data:application/json;base64,${'A'.repeat(20_000)}`, 'too-large'],
])('no bundle in %j', (href, code) => {
  expect(openBundleLink(href, alice.identity.address)).toEqual(refused(code));
});

test('a post holds text up to the limit, and its body may not be exchanged', () => {
  const making = { spaceId, writer: alice.writer, time: 0, position: chainStart };
  const longest = '€'.repeat(limits.postCharacters);
  const post = must(makePost({ ...making, text: longest }, alice.random));
  const bodyHash = post.body.hash;
  expect(readPostText(bodyHash, post.body.json, spaceId)).toEqual({ ok: true, value: longest });
  const other = must(makePost({ ...making, text: 'other' }, alice.random));
  expect(readPostText(bodyHash, other.body.json, spaceId)).toEqual(refused('wrong-id'));
  expect(readPostText(bodyHash, post.header.json, spaceId).ok).toBe(false);
  expect(makePost({ ...making, text: `${longest}!` }, alice.random)).toEqual(refused('too-large'));
});

test('the same text twice gives two bodies: nobody can confirm what an erased post said', () => {
  const making = { spaceId, writer: alice.writer, time: 0, position: chainStart, text: 'yes' };
  const one = must(makePost(making, alice.random));
  const two = must(makePost(making, alice.random));
  expect(one.body.id).not.toBe(two.body.id);
});

test('the fullest profile there may be fits, and one over a limit does not', () => {
  const full = profileContent('€'.repeat(limits.nameCharacters), {
    about: '€'.repeat(limits.aboutCharacters),
    interests: many(limits.interests, '€'.repeat(limits.interestCharacters)),
    shownFriends: many(limits.shownFriends, {
      address: bob.identity.address,
      name: '€'.repeat(limits.nameCharacters),
    }),
    feeds: many(limits.feeds, { space: blog.space.name, title: '€'.repeat(60) }),
    forums: many(limits.forums, { space: blog.space.name, title: '€'.repeat(60) }),
  });
  const making = { writer: alice.writer, version: 1, time: 0, position: chainStart };
  const profile = must(makeProfile({ ...making, content: full }));
  const reopened = must(openSignedDocument(profile.json, profileId));
  expect(readProfile(reopened)).toEqual({
    ok: true,
    value: {
      ...full,
      version: 1,
      publicKey: alice.identity.publicKey,
      onionAddress: alice.identity.address,
      id: profile.id,
    },
  });
  const tooMany = { ...full, interests: many(limits.interests + 1, 'x') };
  expect(makeProfile({ ...making, content: tooMany })).toEqual(refused('malformed'));
});
