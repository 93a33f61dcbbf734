import { decodeFields, isHash } from '../fields.ts';
import { accept, refuse, type Result } from '../result.ts';
import { isEd25519Key } from '../sodium.ts';

/** `x` of a `key` document is `{k: the device's Ed25519 public key}`. */
export function decodeKeyContent(content: unknown): Result<Uint8Array> {
  const fields = decodeFields(content, { k: isHash });
  if (!fields.ok) return fields;
  return isEd25519Key(fields.value.k) ? accept(fields.value.k) : refuse('weak-key');
}
