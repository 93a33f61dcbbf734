import { compareBytes } from '../bytes.ts';
import { encodeCbor } from '../cbor.ts';
import { deriveKey } from '../hash.ts';
import { accept, refuse, type Result } from '../result.ts';
import { x25519 } from '../sodium.ts';
import type { Space } from '../space/charter.ts';
import { spaceNameOf } from '../space/name.ts';

/**
 * What two friends share without ever having sent it: both work it out from their own X25519 secret and
 * the other's key bundle, bound to both onion keys. `weak-key` for a key that makes it predictable.
 */
export function pairSecret(
  mySecret: Uint8Array,
  theirEncryption: Uint8Array,
  myPublicKey: Uint8Array,
  theirPublicKey: Uint8Array,
): Result<Uint8Array> {
  const agreed = x25519(mySecret, theirEncryption);
  return agreed === undefined
    ? refuse('weak-key')
    : accept(deriveKey(agreed, 'pair', ...sorted(myPublicKey, theirPublicKey)));
}

/**
 * The two friends' private space. Its name tells nothing to who doesn't hold the pair secret.
 * @param generation how many conversations of these two have been purged before it
 */
export function conversationSpace(
  pair: Uint8Array,
  a: Uint8Array,
  b: Uint8Array,
  generation = 0,
): Space {
  const later = generation === 0 ? [] : [encodeCbor({ g: generation })];
  const id = deriveKey(pair, 'conversation-name', ...sorted(a, b), ...later);
  return { id, name: spaceNameOf(id) };
}

function sorted(a: Uint8Array, b: Uint8Array): readonly [Uint8Array, Uint8Array] {
  return compareBytes(a, b) <= 0 ? [a, b] : [b, a];
}
