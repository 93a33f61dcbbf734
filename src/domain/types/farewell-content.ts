import { decodeFields, isHash, listOf } from '../fields.ts';
import { limits } from '../limits.ts';
import { accept, refuse, type Result } from '../result.ts';

/** What whoever decided a removal had seen of those who were removed: the last of each of their chains. */
export interface FarewellContent {
  readonly decision: Uint8Array;
  readonly last: readonly Uint8Array[];
}

/** `{d: the decision, h: hashes}`, 1 to 64 of them. */
export function decodeFarewell(content: unknown): Result<FarewellContent> {
  const fields = decodeFields(content, { d: isHash, h: listOf(isHash, limits.parents) });
  if (!fields.ok) return fields;
  const { d: decision, h: last } = fields.value;
  return last.length === 0 ? refuse('malformed') : accept({ decision, last });
}
