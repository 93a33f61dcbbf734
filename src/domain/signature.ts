import { toHex } from './bytes.ts';
import { ed25519VerifyDetached, isEd25519Key } from './sodium.ts';

/** Keys that have passed `isEd25519Key` lately. The check costs about as much as the signature's own. */
const properKeys = new Set<string>();
const remembered = 1_024;

/**
 * The one rule of signature verification (every replica must agree, for ever): the key is a canonical
 * point of the prime-order subgroup and not its neutral element, and libsodium's strict check holds,
 * which refuses non-canonical and small-order R and any S that is not below the group's order.
 */
export function verifySignature(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  return isProper(publicKey) && ed25519VerifyDetached(publicKey, message, signature);
}

function isProper(publicKey: Uint8Array): boolean {
  const name = toHex(publicKey);
  if (properKeys.has(name)) return true;
  if (!isEd25519Key(publicKey)) return false;
  if (properKeys.size >= remembered) properKeys.clear();
  properKeys.add(name);
  return true;
}
