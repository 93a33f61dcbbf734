import { addressFromPublicKey, type OnionAddress } from './address.ts';
import { deriveKey } from './hash.ts';
import { ed25519KeyPair, sha512, type Random } from './sodium.ts';

/** A person's onion identity. `secretKey` is libsodium's 64-byte form. */
export interface Identity {
  readonly root: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly secretKey: Uint8Array;
  readonly address: OnionAddress;
}

/** The 32 random bytes that a recovery phrase stands for. */
export function createRoot(random: Random): Uint8Array {
  return random(32);
}

/** The same root gives the same identity, for ever. */
export function identityFromRoot(root: Uint8Array): Identity {
  const { publicKey, secretKey } = ed25519KeyPair(onionSeed(root));
  return { root, publicKey, secretKey, address: addressFromPublicKey(publicKey) };
}

/**
 * The 64 bytes Tor's ADD_ONION takes for this root. Whoever holds them can answer at the address and
 * sign as the identity.
 */
export function expandedKeyForTor(root: Uint8Array): Uint8Array {
  return expandSeed(onionSeed(root));
}

/** The clamped scalar and the second half of SHA-512 of the seed (RFC 8032, section 5.1.5). */
export function expandSeed(seed: Uint8Array): Uint8Array {
  const expanded = sha512(seed);
  expanded[0] = (expanded[0] ?? 0) & 0b1111_1000;
  expanded[31] = ((expanded[31] ?? 0) & 0b0111_1111) | 0b0100_0000;
  return expanded;
}

/** Derived, so that the root can serve other purposes later without touching the onion key. */
function onionSeed(root: Uint8Array): Uint8Array {
  return deriveKey(root, 'onion-key');
}
