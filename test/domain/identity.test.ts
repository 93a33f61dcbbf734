import { expect, test } from 'vitest';
import { addressFromPublicKey } from '../../src/domain/address.ts';
import { toHex } from '../../src/domain/bytes.ts';
import { createRoot, expandedKeyForTor, identityFromRoot } from '../../src/domain/identity.ts';
import { createDeviceKeys, decodeDeviceKeys, encodeDeviceKeys } from '../../src/domain/keys.ts';
import { limits } from '../../src/domain/limits.ts';
import { verifySignature } from '../../src/domain/signature.ts';
import { ed25519Sign } from '../../src/domain/sodium.ts';
import { limits as protocolLimits } from '../../src/protocol/limits.ts';
import { seeded } from './people.ts';

test('a root is 32 bytes, and gives the same identity for ever', () => {
  const root = createRoot(seeded('root'));
  const identity = identityFromRoot(root);
  expect(root.length).toBe(32);
  expect(identityFromRoot(root)).toEqual(identity);
  expect(identity.address).toBe(addressFromPublicKey(identity.publicKey));
  // Whoever changes this changes everybody's address.
  expect(identityFromRoot(new Uint8Array(32)).address).toBe(
    'qfc3q64qyd6wtailsdbovxmzjhzhnh4ar7oll7ccur4yuxrbh352lsyd.onion',
  );
});

test('the root is not the key: who sees the onion seed does not have the root', () => {
  const root = createRoot(seeded('root'));
  expect(toHex(identityFromRoot(root).secretKey)).not.toContain(toHex(root));
});

test("Tor's key is clamped and signs for the same address", () => {
  const expanded = expandedKeyForTor(createRoot(seeded('root')));
  expect(expanded.length).toBe(64);
  expect((expanded[0] ?? 0) & 0b111).toBe(0);
  expect((expanded[31] ?? 0) & 0b1100_0000).toBe(0b0100_0000);
});

test('device keys come back from the vault', () => {
  const keys = createDeviceKeys(seeded('device'));
  expect(decodeDeviceKeys(encodeDeviceKeys(keys))).toEqual({ ok: true, value: keys });
  expect(decodeDeviceKeys(encodeDeviceKeys(keys).subarray(1)).ok).toBe(false);
  const message = new Uint8Array(3);
  const signature = ed25519Sign(keys.signing.secretKey, message);
  expect(verifySignature(keys.signing.publicKey, message, signature)).toBe(true);
});

test('what a person may type is limited alike in the domain and between the processes', () => {
  const shared = [
    'postCharacters',
    'messageCharacters',
    'noteCharacters',
    'nameCharacters',
    'aboutCharacters',
    'interestCharacters',
    'interests',
    'shownFriends',
  ] as const;
  for (const name of shared) expect(limits[name]).toBe(protocolLimits[name]);
});
