import type { DocumentId } from '../../../domain/document/id.ts';
import { readDocuments } from '../../../store/documents.ts';
import type { SpaceDatabase, SpaceStores, StoredDocument } from '../../../store/ports.ts';
import type { Files } from '../files/files.ts';
import type { OpenSpace } from '../spaces/open-space.ts';
import type { Shown } from './shown-space.ts';

/** What was taken back is to be nowhere, with its files; those that an edit has kept stay. */
export async function erasePurged(
  { space, purged }: Pick<Shown, 'space' | 'purged'>,
  stores: SpaceStores,
  files: Pick<Files, 'eraseDocuments'>,
): Promise<void> {
  const ids = [...space.purge].filter((id) => !purged.has(id));
  if (ids.length === 0) return;
  const database = await stores.open(space.name);
  const there = await readDocuments(database, ids);
  const gone = await toErase(space, database, there);
  if (gone.length > 0) await files.eraseDocuments(space.name, gone);
  // What has not come yet, or waits for something, is looked for again.
  for (const id of gone) purged.add(id as DocumentId);
}

/**
 * What goes with these bodies that count no more: the pieces of their files first, because only bodies tell
 * which they are, and then they themselves. An edited post may go on naming the same pieces. Where the text of
 * such a post is still on its way, bodies with files wait for it.
 */
async function toErase(
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
