import { bytesUpTo, decodeFields, isHash } from '../fields.ts';
import { decodeEpoch, type Epoch } from '../forum-keys/epoch.ts';
import { openForumPreKey, type ForumPreKeyOffer } from '../forum-keys/pre-key.ts';
import type { Header } from '../document/header.ts';
import { limits } from '../limits.ts';
import type { Result } from '../result.ts';

/* `x` of the documents by which a space with members gets its keys. */

/** `{s: statement}`: the key that epochs are sealed to for its author. */
export function decodePreKeyContent(
  content: unknown,
  header: Pick<Header, 'author' | 'key'>,
  spaceId: Uint8Array,
): Result<ForumPreKeyOffer> {
  const fields = decodeFields(content, { s: bytesUpTo(limits.headerBytes) });
  if (!fields.ok) return fields;
  const speaker = { publicKey: header.author, device: header.key };
  return openForumPreKey(fields.value.s, speaker, spaceId);
}

/** `{e: the epoch's bytes}`. */
export function decodeEpochContent(
  content: unknown,
  _header: unknown,
  spaceId: Uint8Array,
): Result<Epoch> {
  const fields = decodeFields(content, { e: bytesUpTo(limits.headerBytes) });
  return fields.ok ? decodeEpoch(fields.value.e, spaceId) : fields;
}

/** `{e: the id of an epoch}` whose box for the author is bad. */
export function decodeComplaintContent(content: unknown): Result<{ readonly e: Uint8Array }> {
  return decodeFields(content, { e: isHash });
}
