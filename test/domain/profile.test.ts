import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluateProfile } from '../../src/domain/space/evaluate-profile.ts';
import { profileSpace } from '../../src/domain/space/charter.ts';
import { makeKeyDocument } from '../../src/domain/types/key.ts';
import {
  blogOf,
  must,
  person,
  profileContent,
  profileDocument,
  profileDocuments,
  withNewDevice,
  type Person,
} from './people.ts';

const alice = person('Alice');
const mallory = person('Mallory');
const { address } = alice.identity;
const refused = (code: string) => ({ ok: false, code });

function certificate(of: Person, device = of): unknown {
  const { id } = profileSpace(of.identity.publicKey);
  return makeKeyDocument(of.identity, id, device.device.signing.publicKey).json;
}

function nameIn(documents: readonly unknown[]): string {
  return must(evaluateProfile(documents, address)).profile.name;
}

test('a profile shows who the person is, with key and address from the signature', () => {
  const feed = blogOf(alice, []).space.name;
  const content = profileContent('Alice', {
    about: 'I garden.',
    interests: ['gardens', 'radio'],
    shownFriends: [{ address: mallory.identity.address, name: 'Mal' }],
    feeds: [{ space: feed, title: 'News' }],
  });
  const evaluated = must(evaluateProfile(profileDocuments(alice, content), address));
  expect(evaluated.bundle).toEqual(alice.bundle);
  expect(evaluated.profile).toMatchObject({
    ...content,
    publicKey: alice.identity.publicKey,
    onionAddress: address,
  });
  expect(evaluated.refused).toEqual([]);
});

test('the same documents in any order, some of them twice, say the same', () => {
  const restored = withNewDevice(alice);
  const documents: unknown[] = [
    ...profileDocuments(alice, profileContent('Alice')),
    ...profileDocuments(restored, profileContent('Alice again')),
    profileDocument(alice, profileContent('Alice, old device'), 9),
    profileDocument(restored, profileContent('Alice, renamed'), 2),
    ...profileDocuments(mallory, profileContent('Mallory')),
    { _id: 'dx', junk: true },
    null,
  ];
  const expected = must(evaluateProfile(documents, address));
  expect(expected.profile.name).toBe('Alice, renamed');
  fc.assert(
    fc.property(fc.shuffledSubarray(documents, { minLength: documents.length }), (shuffled) => {
      const { bundle, profile } = must(
        evaluateProfile([...shuffled, ...shuffled.slice(3)], address),
      );
      expect(bundle).toEqual(expected.bundle);
      expect(profile).toEqual(expected.profile);
    }),
  );
});

test('the higher version counts, whenever it comes', () => {
  const documents = profileDocuments(alice, profileContent('Alice'));
  const newer = profileDocument(alice, profileContent('Ally'), 2);
  expect(nameIn([...documents, newer])).toBe('Ally');
  expect(nameIn([newer, ...documents])).toBe('Ally');
});

test("Alice's old phone was stolen: once she has a new device, the thief can't rename her", () => {
  const restored = withNewDevice(alice);
  const stolen = profileDocument(alice, profileContent('Thief'), Number.MAX_SAFE_INTEGER);
  const before = [...profileDocuments(alice, profileContent('Alice')), stolen];
  expect(nameIn(before)).toBe('Thief');
  expect(nameIn([...before, ...profileDocuments(restored, profileContent('Alice'))])).toBe('Alice');
});

test('a new bundle alone does not hide the profile until the new device has written one', () => {
  const restored = withNewDevice(alice);
  const documents = profileDocuments(alice, profileContent('Alice'));
  expect(nameIn([...documents, restored.bundle.document])).toBe('Alice');
});

test('Mallory writes a profile with her own device in the name of Alice, but no key of Alice certifies it', () => {
  const forger = { ...mallory, writer: { ...mallory.writer, author: alice.identity.publicKey } };
  const forged = profileDocument(forger, profileContent('Mallory'), 99);
  const documents = profileDocuments(alice, profileContent('Alice'));
  expect(nameIn([...documents, forged])).toBe('Alice');
  const selfMade = certificate(mallory);
  expect(nameIn([...documents, forged, selfMade])).toBe('Alice');
});

test('without the certificate even a genuine profile does not count', () => {
  const documents = [alice.bundle.document, profileDocument(alice, profileContent('Alice'), 1)];
  expect(evaluateProfile(documents, address)).toEqual(refused('uncertified-key'));
  expect(evaluateProfile([...documents, certificate(alice)], address).ok).toBe(true);
});

test('what is missing, malformed or forged is told apart', () => {
  const documents = profileDocuments(alice, profileContent('Alice'));
  expect(evaluateProfile([], address)).toEqual(refused('no-bundle'));
  expect(evaluateProfile(documents.slice(0, 3), address)).toEqual(refused('no-profile'));
  expect(evaluateProfile([{ hello: 'world' }], address)).toEqual(refused('malformed'));
  expect(evaluateProfile(profileDocuments(mallory, profileContent('Alice')), address)).toEqual(
    refused('bad-signature'),
  );
});
