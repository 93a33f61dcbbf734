import { decodeCbor, encodeCbor } from './cbor.ts';
import { decodeFields, isHash, oneOf } from './fields.ts';
import { accept, type Result } from './result.ts';
import {
  ed25519KeyPair,
  x25519PublicKey,
  xwingKeyPair,
  type KeyPair,
  type Random,
} from './sodium.ts';

/**
 * One device's own keys, certified by the onion key's bundle. They are random, never derived from the
 * recovery phrase: who finds the phrase later cannot read what was sealed to the device.
 */
export interface DeviceKeys {
  /** Ed25519; `secretKey` is libsodium's 64-byte form. */
  readonly signing: KeyPair;
  /** X25519, 32 bytes each. */
  readonly encryption: KeyPair;
  /** X-Wing: public key of 1,216 bytes; the secret key is its 32-byte seed. */
  readonly sealing: KeyPair;
}

export function createDeviceKeys(random: Random): DeviceKeys {
  return keysFrom(random(32), random(32), random(32));
}

/** For the vault. */
export function encodeDeviceKeys(keys: DeviceKeys): Uint8Array {
  return encodeCbor({
    v: 2,
    s: keys.signing.secretKey.slice(0, 32),
    e: keys.encryption.secretKey,
    w: keys.sealing.secretKey,
  });
}

export function decodeDeviceKeys(bytes: Uint8Array): Result<DeviceKeys> {
  const cbor = decodeCbor(bytes);
  if (!cbor.ok) return cbor;
  const fields = decodeFields(cbor.value, { v: oneOf(2), s: isHash, e: isHash, w: isHash });
  if (!fields.ok) return fields;
  const { s: signingSeed, e: encryptionSecret, w: sealingSeed } = fields.value;
  return accept(keysFrom(signingSeed, encryptionSecret, sealingSeed));
}

function keysFrom(
  signingSeed: Uint8Array,
  encryptionSecret: Uint8Array,
  sealingSeed: Uint8Array,
): DeviceKeys {
  return {
    signing: ed25519KeyPair(signingSeed),
    encryption: { publicKey: x25519PublicKey(encryptionSecret), secretKey: encryptionSecret },
    sealing: xwingKeyPair(sealingSeed),
  };
}
