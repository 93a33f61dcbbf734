import * as v from 'valibot';
import { fromBase64Url } from '../../../domain/bytes.ts';
import type { Result } from '../../../domain/result.ts';
import { CodedError } from '../../../protocol/codes.ts';
import { databaseNameField, onionAddressField } from '../../../protocol/fields.ts';

/** What the domain encodes, base64url. */
const encoded = v.string();

/**
 * `forum/<space>`: a sealed space that we belong to, or did.
 *
 * - `catching-up`: we have the invitation, and the log that says that we are in is on its way.
 * - `left`, `removed`: what we had of it stays until the person drops it.
 */
export const forumRecord = v.strictObject({
  /** With the log keys we know, the newest first: it opens the others in the log. */
  invitation: encoded,
  preKeys: v.array(encoded),
  since: v.number(),
  state: v.picklist(['catching-up', 'member', 'left', 'removed']),
  /** Who let us in: where its log is to be had until we know the other members. */
  from: v.nullable(onionAddressField),
  /** Ours to begin: the onion keys of the first members. */
  founds: v.nullable(v.array(encoded)),
});
export type ForumRecord = v.InferOutput<typeof forumRecord>;

/** `founding/<space>`: friends have been asked to found it with us, and it hasn't begun. */
export const foundingRecord = v.strictObject({ charter: encoded, time: v.number() });

/** `asked/<space>/<address>`: a friend whom we ask to join a space. */
export const askedRecord = v.strictObject({
  time: v.number(),
  /** The ask is in our conversation. */
  sent: v.boolean(),
  answer: v.picklist(['waiting', 'agreed', 'declined']),
  /** What they told us with their yes. */
  device: v.nullable(encoded),
  preKey: v.nullable(encoded),
  /** The invitation is in our conversation. The pre-key is kept until the log has one of theirs. */
  invited: v.boolean(),
});
export type AskedRecord = v.InferOutput<typeof askedRecord>;

/** `space-ask/<space>`: a friend asks us to join it. */
export const spaceAskRecord = v.strictObject({
  from: onionAddressField,
  charter: encoded,
  founders: v.array(onionAddressField),
  time: v.number(),
});
export type SpaceAskRecord = v.InferOutput<typeof spaceAskRecord>;

/** `space-join/<space>`: we have said yes, and wait for the invitation. */
export const spaceJoinRecord = v.strictObject({
  space: databaseNameField,
  charter: encoded,
  /** The secrets of what we have told those who asked. */
  preKeys: v.array(encoded),
  time: v.number(),
});
export type SpaceJoinRecord = v.InferOutput<typeof spaceJoinRecord>;

/** The bytes of what a record holds. Throws CodedError `data-damaged`. */
export function bytesIn(text: string): Uint8Array {
  return soundly(fromBase64Url(text));
}

/** What must be right because we have written it ourselves. Throws CodedError `data-damaged`. */
export function soundly<T>(result: Result<T>): T {
  if (!result.ok) throw new CodedError('data-damaged', 'forum');
  return result.value;
}
