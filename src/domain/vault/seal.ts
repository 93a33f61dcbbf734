import { concat, fromBase64Url, toBase64Url } from '../bytes.ts';
import { decodeFields, isText } from '../fields.ts';
import { refuse, type Result } from '../result.ts';
import type { Random } from '../sodium.ts';
import {
  entryId,
  entryKeysOf,
  entryNonceBytes,
  openBox,
  sealBox,
  type VaultEntry,
} from './entry-box.ts';

/** One sealed value of the vault, as the host or the browser's storage keeps it. */
export interface VaultEntryJson {
  /** A keyed hash of the entry's name: `v` and 52 base32 characters. */
  readonly id: string;
  /** base64url of nonce (24 bytes) ‖ ciphertext. */
  readonly c: string;
}

export function createVaultKey(random: Random): Uint8Array {
  return random(32);
}

/** Where an entry is, for who holds the key; to others it is noise, and so are the names. */
export function vaultEntryId(key: Uint8Array, name: string): string {
  return entryId(entryKeysOf(key), name);
}

/** Seals name and value together, padded, under the entry's id. The same entry twice looks different. */
export function sealVaultEntry(
  key: Uint8Array,
  name: string,
  value: Uint8Array,
  random: Random,
): VaultEntryJson {
  const keys = entryKeysOf(key);
  const id = entryId(keys, name);
  const nonce = random(entryNonceBytes);
  return { id, c: toBase64Url(concat(nonce, sealBox(keys, id, nonce, { name, value }))) };
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
  if (sealed.value.length < entryNonceBytes) return refuse('malformed');
  const nonce = sealed.value.subarray(0, entryNonceBytes);
  return openBox(entryKeysOf(key), id, nonce, sealed.value.subarray(entryNonceBytes));
}
