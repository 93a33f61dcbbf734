import { concat, toBase32, utf8 } from '../bytes.ts';
import { decodeCbor, encodeCbor } from '../cbor.ts';
import { decodeFields, isText, type Check } from '../fields.ts';
import { deriveKey, domainString } from '../hash.ts';
import { pad, unpad } from '../padding.ts';
import { accept, refuse, type Result } from '../result.ts';
import { hmacSha256, xchachaOpen, xchachaSeal } from '../sodium.ts';

export interface VaultEntry {
  readonly name: string;
  readonly value: Uint8Array;
}

/** What follows from one key, worked out once for many entries. */
export interface EntryKeys {
  readonly id: Uint8Array;
  readonly entry: Uint8Array;
}

export const entryNonceBytes = 24;
const isBytes: Check<Uint8Array> = (value): value is Uint8Array => value instanceof Uint8Array;

export function entryKeysOf(key: Uint8Array): EntryKeys {
  return { id: deriveKey(key, 'vault-id-key'), entry: deriveKey(key, 'vault-entry') };
}

/** `v` and 52 base32 characters: noise to who doesn't hold the key. */
export function entryId(keys: EntryKeys, name: string): string {
  return `v${toBase32(hmacSha256(keys.id, concat(domainString('vault-id'), utf8(name))))}`;
}

/** Name and value together, padded, for this id. A nonce is used once with a key. */
export function sealBox(
  keys: EntryKeys,
  id: string,
  nonce: Uint8Array,
  { name, value }: VaultEntry,
): Uint8Array {
  return xchachaSeal(cipher(keys, id, nonce), pad(encodeCbor({ n: name, v: value })));
}

/** Refuses what was sealed under another key, id or nonce, and what was changed. */
export function openBox(
  keys: EntryKeys,
  id: string,
  nonce: Uint8Array,
  ciphertext: Uint8Array,
): Result<VaultEntry> {
  const padded = xchachaOpen(cipher(keys, id, nonce), ciphertext);
  if (padded === undefined) return refuse('undecryptable');
  const plaintext = unpad(padded);
  if (!plaintext.ok) return plaintext;
  const cbor = decodeCbor(plaintext.value);
  if (!cbor.ok) return cbor;
  const fields = decodeFields(cbor.value, { n: isText, v: isBytes });
  return fields.ok ? accept({ name: fields.value.n, value: fields.value.v }) : fields;
}

function cipher({ entry }: EntryKeys, id: string, nonce: Uint8Array) {
  return { key: entry, nonce, associated: concat(domainString('vault'), utf8(id)) };
}
