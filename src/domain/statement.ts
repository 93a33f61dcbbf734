import { concat } from './bytes.ts';
import { decodeCbor, encodeCbor, type CborMap } from './cbor.ts';
import { bytesOf, bytesUpTo, decodeFields } from './fields.ts';
import { domainString } from './hash.ts';
import { limits } from './limits.ts';
import { accept, refuse, type Result } from './result.ts';
import { verifySignature } from './signature.ts';
import { ed25519Sign, type KeyPair } from './sodium.ts';

/**
 * What a device says about a key of its owner's, outside any space: CBOR under the device key's
 * signature, bound to one purpose and one onion key. It names nobody else, so it proves no contact.
 */

/** Whose word it has to be: an onion key, and the device key that its bundle certifies. */
export interface Speaker {
  readonly publicKey: Uint8Array;
  readonly device: Uint8Array;
}

export function makeStatement(
  purpose: string,
  owner: Uint8Array,
  signer: KeyPair,
  content: CborMap,
): Uint8Array {
  const bytes = encodeCbor(content);
  const signature = ed25519Sign(signer.secretKey, signedBytes(purpose, owner, bytes));
  return encodeCbor({ b: bytes, s: signature });
}

/** The content, still to be decoded, of a statement that this speaker made for this purpose. */
export function openStatement(
  purpose: string,
  speaker: Speaker,
  statement: Uint8Array,
): Result<unknown> {
  if (statement.length > limits.statementBytes) return refuse('too-large');
  const cbor = decodeCbor(statement);
  if (!cbor.ok) return cbor;
  const fields = decodeFields(cbor.value, { b: bytesUpTo(limits.statementBytes), s: bytesOf(64) });
  if (!fields.ok) return fields;
  const { b: bytes, s: signature } = fields.value;
  const signed = signedBytes(purpose, speaker.publicKey, bytes);
  if (!verifySignature(speaker.device, signed, signature)) return refuse('bad-signature');
  return decodeCbor(bytes);
}

/** Whether `time` is within what a statement says of itself; both ends count. */
export function checkTime(
  span: { readonly from: number; readonly until: number },
  time: number,
): Result<true> {
  return span.from <= time && time <= span.until ? accept(true) : refuse('expired');
}

function signedBytes(purpose: string, owner: Uint8Array, bytes: Uint8Array): Uint8Array {
  return concat(domainString(purpose), owner, bytes);
}
