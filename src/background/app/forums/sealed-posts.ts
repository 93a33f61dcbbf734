import type { BodyContent } from '../../../domain/document/body-content.ts';
import { documentId, type DocumentId } from '../../../domain/document/id.ts';
import { openSealedBody } from '../../../domain/forum/sealed-body.ts';
import type { ForumState } from '../../../domain/forum/state.ts';
import type { PostWording } from '../../../domain/space/discussion.ts';
import { readDocuments } from '../../../store/documents.ts';
import type { SpaceDatabase } from '../../../store/ports.ts';

/** The sealed document that holds what a post says, if that has come. */
export function bodyDocument(state: ForumState, wording: PostWording): DocumentId[] {
  const place = state.bodies.get(wording.of);
  return place === undefined ? [] : [documentId('e', place.hash)];
}

/** What a post says; `undefined` while that is on its way, or erased. */
export async function bodyOf(
  state: ForumState,
  wording: PostWording,
  database: SpaceDatabase,
): Promise<BodyContent | undefined> {
  const place = state.bodies.get(wording.of);
  if (place === undefined) return undefined;
  const [document] = await readDocuments(database, bodyDocument(state, wording));
  if (!document) return undefined;
  const spaceId = state.space.id;
  const body = openSealedBody(document, { spaceId, place, bodyHash: wording.hash });
  return body.ok ? body.value : undefined;
}
