import { limits } from '../limits.ts';
import { accept, refuse, type Result } from '../result.ts';
import { spaceIdFromName, type SpaceName } from '../space/name.ts';
import { openBody } from './body.ts';
import { unwrapChunk } from './chunk.ts';
import type { StoredDocument } from './envelope.ts';
import { unwrapGated } from './gated.ts';
import { statedKind } from './id.ts';
import { unwrapSealed } from './sealed.ts';
import { openSignedDocument } from './signed.ts';

/**
 * What a database takes in: signed headers, bodies and pieces of files; a conversation's sealed documents and pieces of files; those of a
 * space with members, whose proof `checkSealedAtDoor` (gated.ts) looks at; or small sealed ones from strangers.
 */
export type Door = 'signed' | 'sealed' | 'gated' | 'inbox';

/**
 * What every document passes before it is stored, by whatever way it came: all that can be checked
 * without other documents and without keys. Returns the document as it is to be stored (without
 * `_revisions`), or the reason to drop it for good: the same document will never be acceptable.
 */
export function checkAtDoor(door: Door, json: unknown, space: SpaceName): Result<StoredDocument> {
  const spaceId = spaceIdFromName(space);
  const kind = statedKind(json);
  if (kind !== 'd' && kind !== 'b' && kind !== 'e' && kind !== 'f') return refuse('malformed');
  if (!passes(door, kind)) return refuse('wrong-door');
  if (kind === 'd') return stored(openSignedDocument(json, spaceId));
  if (kind === 'b') return stored(openBody(json, spaceId));
  if (kind === 'f') return stored(unwrapChunk(json, spaceId));
  if (door === 'gated') return stored(unwrapGated(json, spaceId));
  const most = door === 'inbox' ? limits.inboxBytes : limits.sealedBytes;
  return stored(unwrapSealed(json, spaceId, most));
}

/** Pieces of files show that they are none of a conversation's messages; among members nothing does. */
function passes(door: Door, kind: 'd' | 'b' | 'e' | 'f'): boolean {
  if (door === 'signed') return kind !== 'e';
  return kind === 'e' || (door === 'sealed' && kind === 'f');
}

function stored(opened: Result<{ json: StoredDocument }>): Result<StoredDocument> {
  return opened.ok ? accept(opened.value.json) : opened;
}
