import { decodeFields, isHash, textOf } from '../fields.ts';
import { limits } from '../limits.ts';
import type { Result } from '../result.ts';

/* `x` of documents that point at a post, whose hash is `p`. */

export interface PointingContent {
  readonly p: Uint8Array;
}

export interface ReactionContent extends PointingContent {
  readonly e: string;
}

/** Of an `edit`, whose body takes the place of the post's, and of a `retraction`. */
export function decodePointing(content: unknown): Result<PointingContent> {
  return decodeFields(content, { p: isHash });
}

/** `e` is the sign that is shown; empty to take back the one before. */
export function decodeReaction(content: unknown): Result<ReactionContent> {
  return decodeFields(content, { p: isHash, e: textOf(limits.reactionCharacters) });
}
