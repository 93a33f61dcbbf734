import { concat, fromBase64Url, toBase32, toBase64Url, utf8 } from '../bytes.ts';
import { decodeCbor, encodeCbor } from '../cbor.ts';
import { decodeFields, isText, type Check } from '../fields.ts';
import { deriveKey, domainString } from '../hash.ts';
import { pad, unpad } from '../padding.ts';
import { accept, refuse, type Result } from '../result.ts';
import { hmacSha256, xchachaOpen, xchachaSeal, type Random } from '../sodium.ts';

/** One sealed value of the vault, as the host or the browser's storage keeps it. */
export interface VaultEntryJson {
  /** A keyed hash of the entry's name: `v` and 52 base32 characters. */
  readonly id: string;
  /** base64url of nonce (24 bytes) ‖ ciphertext. */
  readonly c: string;
}

export interface VaultEntry {
  readonly name: string;
  readonly value: Uint8Array;
}

const nonceBytes = 24;
const isBytes: Check<Uint8Array> = (value): value is Uint8Array => value instanceof Uint8Array;

export function createVaultKey(random: Random): Uint8Array {
  return random(32);
}

/** Where an entry is, for who holds the key; to others it is noise, and so are the names. */
export function vaultEntryId(key: Uint8Array, name: string): string {
  const idKey = deriveKey(key, 'vault-id-key');
  return `v${toBase32(hmacSha256(idKey, concat(domainString('vault-id'), utf8(name))))}`;
}

/** Seals name and value together, padded, under the entry's id. The same entry twice looks different. */
export function sealVaultEntry(
  key: Uint8Array,
  name: string,
  value: Uint8Array,
  random: Random,
): VaultEntryJson {
  const id = vaultEntryId(key, name);
  const nonce = random(nonceBytes);
  const ciphertext = xchachaSeal(cipher(key, id, nonce), pad(encodeCbor({ n: name, v: value })));
  return { id, c: toBase64Url(concat(nonce, ciphertext)) };
}

/**
 * Opens what `sealVaultEntry` made with this key under this id. An older version of the same entry opens
 * too: the seal can't tell that the storage was set back.
 */
export function openVaultEntry(key: Uint8Array, entry: unknown): Result<VaultEntry> {
  const stored = decodeFields(entry, { id: isText, c: isText });
  if (!stored.ok) return stored;
  const { id, c } = stored.value;
  const sealed = fromBase64Url(c);
  if (!sealed.ok) return sealed;
  if (sealed.value.length < nonceBytes) return refuse('malformed');
  const nonce = sealed.value.subarray(0, nonceBytes);
  const padded = xchachaOpen(cipher(key, id, nonce), sealed.value.subarray(nonceBytes));
  if (padded === undefined) return refuse('undecryptable');
  const plaintext = unpad(padded);
  if (!plaintext.ok) return plaintext;
  const cbor = decodeCbor(plaintext.value);
  if (!cbor.ok) return cbor;
  const fields = decodeFields(cbor.value, { n: isText, v: isBytes });
  return fields.ok ? accept({ name: fields.value.n, value: fields.value.v }) : fields;
}

function cipher(key: Uint8Array, id: string, nonce: Uint8Array) {
  return {
    key: deriveKey(key, 'vault-entry'),
    nonce,
    associated: concat(domainString('vault'), utf8(id)),
  };
}
