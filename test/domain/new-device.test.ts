import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { toHex } from '../../src/domain/bytes.ts';
import { chainStart } from '../../src/domain/document/chain.ts';
import { signDocument } from '../../src/domain/document/signed.ts';
import { openRequest, sealRequest } from '../../src/domain/friend/request.ts';
import { evaluateBlog } from '../../src/domain/space/evaluate-blog.ts';
import { evaluateProfile } from '../../src/domain/space/evaluate-profile.ts';
import { profileSpace } from '../../src/domain/space/charter.ts';
import { openBundle } from '../../src/domain/types/bundle.ts';
import { makeKeyDocument } from '../../src/domain/types/key.ts';
import {
  blogOf,
  must,
  person,
  postsIn,
  profileContent,
  profileDocument,
  profileDocuments,
  seeded,
  startTime,
  storedPost,
  withNewDevice,
  type Person,
} from './people.ts';

/** What a device key is good for once its owner has another: the story of a stolen one. */

const alice = person('Alice');
const renewed = withNewDevice(alice);
const bob = person('Bob');
const { address } = alice.identity;
const random = seeded('new device');

/** Mallory has all of the old device, but not the onion key. */
const thief: Person = { ...alice, name: 'Mallory' };

test('whoever hears of any number of new devices, in any order, knows the newest and what it says', () => {
  const devices = [alice];
  for (let count = 0; count < 4; count += 1) devices.push(withNewDevice(devices.at(-1) ?? alice));
  const documents = devices.flatMap((device, at) =>
    profileDocuments(device, profileContent(`Alice ${String(at)}`)),
  );
  const newest = devices.at(-1) ?? alice;
  fc.assert(
    fc.property(fc.shuffledSubarray(documents, { minLength: documents.length }), (shuffled) => {
      const { bundle, profile, isByCurrentDevice } = must(evaluateProfile(shuffled, address));
      expect(bundle).toEqual(newest.bundle);
      expect([profile.name, isByCurrentDevice]).toEqual(['Alice 4', true]);
    }),
  );
});

test('until the new device has written a profile, the old one stands and says that it is old', () => {
  const documents = [...profileDocuments(alice, profileContent('Alice')), renewed.bundle.document];
  const { profile, isByCurrentDevice } = must(evaluateProfile(documents, address));
  expect([profile.name, isByCurrentDevice]).toEqual(['Alice', false]);
});

test('Mallory stole the old device, but can neither rename Alice nor bring the device back', () => {
  const forgedBundle = signDocument({
    spaceId: profileSpace(alice.identity.publicKey).id,
    type: 'bundle',
    author: alice.identity.publicKey,
    signer: thief.device.signing,
    ...chainStart,
    parents: [],
    time: 0,
    content: {
      d: thief.device.signing.publicKey,
      e: thief.device.encryption.publicKey,
      w: thief.device.sealing.publicKey,
      p: thief.preKey.statement,
      n: Number.MAX_SAFE_INTEGER,
      f: 0,
      u: startTime,
    },
  });
  expect(openBundle(forgedBundle.json, address)).toEqual({ ok: false, code: 'wrong-signer' });
  const { bundle, profile } = must(
    evaluateProfile(
      [
        ...profileDocuments(alice, profileContent('Alice')),
        ...profileDocuments(renewed, profileContent('Alice')),
        profileDocument(thief, profileContent('Mallory'), Number.MAX_SAFE_INTEGER),
        forgedBundle.json,
      ],
      address,
    ),
  );
  expect([profile.name, bundle]).toEqual(['Alice', renewed.bundle]);
});

test('what is sealed to the new keys, Mallory cannot open', () => {
  const { json } = must(
    sealRequest(
      {
        kind: 'request',
        name: 'Bob',
        note: 'Is that you?',
        time: startTime,
        bundle: bob.bundle,
        encryption: bob.device.encryption,
        recipient: renewed.bundle,
      },
      random,
    ),
  );
  expect(openRequest(json, { ...renewed.device, address }).ok).toBe(true);
  expect(openRequest(json, { ...thief.device, address })).toEqual({
    ok: false,
    code: 'undecryptable',
  });
});

test("Mallory asks in Alice's name with the old bundle, and only its number shows that it is old", () => {
  const { json } = must(
    sealRequest(
      {
        kind: 'request',
        name: 'Alice',
        note: 'I lost everything',
        time: startTime,
        bundle: thief.bundle,
        encryption: thief.device.encryption,
        recipient: bob.bundle,
      },
      random,
    ),
  );
  const { from } = must(openRequest(json, { ...bob.device, address: bob.identity.address }));
  expect(from.address).toBe(address);
  expect(from.seq).toBeLessThan(renewed.bundle.seq);
});

test('in a blog, what the old device wrote stays, and what Mallory writes with it counts, too', () => {
  const blog = blogOf(alice, ['before']);
  const key = renewed.device.signing.publicKey;
  const documents = [
    ...blog.documents,
    makeKeyDocument(alice.identity, blog.space.id, key).json,
    ...postsIn(renewed, blog.space, ['after']).flatMap(storedPost),
  ];
  const place = { spaceName: blog.space.name, owner: address };
  const textsOf = (more: readonly unknown[] = []) =>
    new Set(evaluateBlog([...documents, ...more], place).posts.map(({ text }) => text));
  expect(textsOf()).toEqual(new Set(['before', 'after']));

  // A chain of its own beside the old one: everybody sees that the old device denies its past.
  const forged = postsIn(thief, blog.space, ['forged']).flatMap(storedPost);
  expect(textsOf(forged)).toEqual(new Set(['before', 'after', 'forged']));
  const chains = evaluateBlog([...documents, ...forged], place).chains;
  const old = chains.find((chain) => chain.key === toHex(thief.device.signing.publicKey));
  expect(old?.forks).toEqual([0]);
  expect(chains.find((chain) => chain.key === toHex(key))?.forks).toEqual([]);
});

test("Mallory certifies no device of hers with Alice's old one, and no blog takes one from elsewhere", () => {
  const blog = blogOf(alice, ['before']);
  const mallory = person('Mallory');
  const forged = signDocument({
    spaceId: blog.space.id,
    type: 'key',
    author: alice.identity.publicKey,
    signer: thief.device.signing,
    ...chainStart,
    parents: [],
    time: 0,
    content: { k: mallory.device.signing.publicKey },
  });
  const hers = { ...mallory, writer: { ...mallory.writer, author: alice.identity.publicKey } };
  const posts = postsIn(hers, blog.space, ['forged']).flatMap(storedPost);
  const place = { spaceName: blog.space.name, owner: address };
  const { posts: shown, refused } = evaluateBlog([...blog.documents, forged.json, ...posts], place);
  expect(shown.map(({ text }) => text)).toEqual(['before']);
  expect(refused).toContainEqual({ id: forged.id, code: 'wrong-signer' });
});
