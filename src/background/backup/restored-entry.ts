import { fromBase64Url, toBase64Url } from '../../domain/bytes.ts';
import { afterRestore } from '../../domain/forum-keys/epoch-keys.ts';
import { decodeEpochKeys, encodeEpochKeys } from '../../domain/forum-keys/stored.ts';

/** An entry of the vault as it is to go on after it was restored; only keys that were set back change. */
export function restoredEntry(name: string, value: unknown): unknown {
  if (!name.startsWith('forum-keys/') || typeof value !== 'string') return value;
  const bytes = fromBase64Url(value);
  const keys = bytes.ok ? decodeEpochKeys(bytes.value) : bytes;
  return keys.ok ? toBase64Url(encodeEpochKeys(afterRestore(keys.value))) : value;
}
