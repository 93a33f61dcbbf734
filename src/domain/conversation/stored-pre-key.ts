import { decodeCbor, encodeCbor } from '../cbor.ts';
import { bytesUpTo, decodeFields, isHash, isTime, oneOf } from '../fields.ts';
import { limits } from '../limits.ts';
import { accept, type Result } from '../result.ts';
import { x25519PublicKey, xwingKeyPair } from '../sodium.ts';
import type { PreKey } from './pre-key.ts';

/** For the vault. */
export function encodePreKey(preKey: PreKey): Uint8Array {
  return encodeCbor({
    v: 1,
    i: preKey.id,
    p: preKey.agreement.secretKey,
    w: preKey.encapsulation.secretKey,
    s: preKey.statement,
    m: preKey.made,
    u: preKey.until,
  });
}

export function decodePreKey(bytes: Uint8Array): Result<PreKey> {
  const cbor = decodeCbor(bytes);
  if (!cbor.ok) return cbor;
  const fields = decodeFields(cbor.value, {
    v: oneOf(1),
    i: isHash,
    p: isHash,
    w: isHash,
    s: bytesUpTo(limits.statementBytes),
    m: isTime,
    u: isTime,
  });
  if (!fields.ok) return fields;
  const { i: id, p: secretKey, w: seed, s: statement, m: made, u: until } = fields.value;
  const agreement = { publicKey: x25519PublicKey(secretKey), secretKey };
  return accept({ id, agreement, encapsulation: xwingKeyPair(seed), statement, made, until });
}
