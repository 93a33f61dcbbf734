import { addToForum } from '../../../domain/forum/add.ts';
import { unpackForum } from '../../../domain/forum/packed-forum.ts';
import type { ForumState } from '../../../domain/forum/state.ts';
import { readDocuments } from '../../../store/documents.ts';
import type { SpaceDatabase } from '../../../store/ports.ts';
import type { ForumMemory } from './forum-memory.ts';

interface SealedBeginning {
  readonly memory: ForumMemory;
  readonly database: SpaceDatabase;
}

/**
 * A sealed space from what was packed of it and the vault's keys: its log is read and judged again, what people wrote isn't.
 * `undefined` where a document of the log is not here any more.
 */
export async function beginSealed(
  packed: Uint8Array | undefined,
  { memory, database }: SealedBeginning,
): Promise<ForumState | undefined> {
  const joined = memory.joined();
  if (!joined) return undefined;
  if (!packed) return memory.withMessages(joined);
  const form = unpackForum(packed);
  if (!form.ok) return undefined;
  const { log, unopened, restore } = form.value;
  const documents = await readDocuments(database, log);
  if (documents.length !== log.length) return undefined;
  const restored = memory.withMessages(restore(addToForum(joined, documents)));
  // A key may have come since that opens them.
  return memory.keep(joined, addToForum(restored, await readDocuments(database, unopened)));
}
