import { readDocuments } from '../../../store/documents.ts';
import type { SpaceDatabase, StoredDocument } from '../../../store/ports.ts';
import type { OpenSpace } from '../spaces/open-space.ts';

/**
 * What goes with these bodies that count no more: the pieces of their files first, because only bodies tell
 * which they are, and then they themselves. An edited post may go on naming the same pieces. Where the text of
 * such a post is still on its way, bodies with files wait for it.
 */
export async function toErase(
  space: OpenSpace,
  database: SpaceDatabase,
  bodies: readonly StoredDocument[],
): Promise<string[]> {
  const { filePlace } = space;
  const pieces = filePlace.named(bodies);
  if (pieces.length === 0) return bodies.map(({ _id }) => _id);
  const edited = [...space.posts.values()].filter((post) => post.edited);
  const wordings = await readDocuments(
    database,
    edited.flatMap((post) => space.bodyDocuments(post)),
  );
  if (wordings.length < edited.length) {
    return bodies.filter((body) => filePlace.named([body]).length === 0).map(({ _id }) => _id);
  }
  const kept = new Set<string>(filePlace.named(wordings));
  return [...pieces.filter((piece) => !kept.has(piece)), ...bodies.map(({ _id }) => _id)];
}
