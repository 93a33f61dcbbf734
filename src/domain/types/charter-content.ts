import { equalBytes } from '../bytes.ts';
import { bytesUpTo, decodeFields } from '../fields.ts';
import { hashFor } from '../hash.ts';
import { limits } from '../limits.ts';
import { accept, refuse, type Result } from '../result.ts';
import { decodeCharter } from '../space/charter-bytes.ts';
import type { Charter } from '../space/charter-content.ts';
import type { Header } from '../document/header.ts';

/** `x` of a `charter` document is `{c: charter bytes}`: the very bytes whose hash names the space. */
export function checkCharterContent(
  content: unknown,
  header: Header,
  spaceId: Uint8Array,
): Result<Charter> {
  const fields = decodeFields(content, { c: bytesUpTo(limits.charterBytes) });
  if (!fields.ok) return fields;
  if (!equalBytes(hashFor('charter', fields.value.c), spaceId)) return refuse('wrong-space');
  const charter = decodeCharter(fields.value.c);
  if (!charter.ok) return charter;
  return equalBytes(charter.value.owner, header.author)
    ? accept(charter.value)
    : refuse('wrong-author');
}
