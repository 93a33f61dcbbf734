import { expect, test } from 'vitest';
import { chainStart } from '../../src/domain/document/chain.ts';
import { signDocument } from '../../src/domain/document/signed.ts';
import { profileSpace } from '../../src/domain/space/charter.ts';
import { evaluateProfile } from '../../src/domain/space/evaluate-profile.ts';
import { makeKeyDocument } from '../../src/domain/types/key.ts';
import { encodeProfileContent } from '../../src/domain/types/profile-content.ts';
import { must, person, profileContent, profileDocuments } from './people.ts';

const alice = person('Alice');
const mallory = person('Mallory');
const space = profileSpace(alice.identity.publicKey);

test("Mallory certifies her device in Alice's profile space and writes a profile there, but it is not Alice's", () => {
  const key = makeKeyDocument(mallory.identity, space.id, mallory.device.signing.publicKey);
  const planted = signDocument({
    spaceId: space.id,
    type: 'profile',
    author: mallory.identity.publicKey,
    signer: mallory.device.signing,
    ...chainStart,
    parents: [],
    time: 2_000,
    content: encodeProfileContent(profileContent('Not Alice'), 9),
  });
  const [charter, certificate, bundle, own] = profileDocuments(alice, profileContent('Alice'));
  const bare = [charter, certificate, bundle, key.json, planted.json];
  expect(evaluateProfile(bare, alice.identity.address)).toEqual({
    ok: false,
    code: 'wrong-author',
  });
  expect(must(evaluateProfile([...bare, own], alice.identity.address)).profile.name).toBe('Alice');
});
