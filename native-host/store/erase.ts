import type { Operation } from 'leveldown';
import { readMetadata } from './documents.ts';
import {
  attachmentKey,
  binaryKey,
  decodeDocument,
  documentCountKey,
  documentKey,
  sequenceKey,
  type Document,
  type Metadata,
} from './layout.ts';
import type { Gone } from './gone.ts';
import type { Level } from './level.ts';
import type { OpenDatabase } from './pouch.ts';
import { unstaging } from './staging.ts';
import { pathsOf } from './revision-tree.ts';

/** Erases if these revisions are all leaves the document has; `undefined`: whatever it has. */
export type Leaves = ReadonlySet<string> | undefined;

/** As `HostDatabase.erase`, but for what LevelDB has yet to clear away. Nobody else may write documents meanwhile. */
export async function eraseDocuments(
  { level, counts }: OpenDatabase,
  gone: Gone,
  asked: ReadonlyMap<string, Leaves>,
  forGood: boolean,
): Promise<Map<string, string[]>> {
  const found = await findToErase(level, asked);
  const marks = forGood ? [...asked].flatMap(([id, leaves]) => (leaves ? [] : id)) : [];
  const ids = new Set([...marks, ...(forGood ? found.map(({ id }) => id) : [])]);
  const living = counts.living - found.filter(({ deleted }) => !deleted).length;
  // In one step: what is erased and not marked would be back with the next replication.
  await level.write([
    ...(ids.size > 0 ? await gone.marking(level, [...ids]) : []),
    ...(found.length > 0 ? await erasing(level, found, living) : []),
    ...unstaging(ids),
  ]);
  counts.living = living;
  return new Map(found.map(({ id, rev_tree }) => [id, pathsOf(rev_tree).map(({ leaf }) => leaf)]));
}

/**
 * What to write so that these documents were never there: their histories, every body, and attachments
 * that no other holds. PouchDB's own way leaves the history and the last body's place for ever. The numbers of their
 * changes stay unused, as in CouchDB.
 */
async function erasing(
  level: Level,
  found: readonly Metadata[],
  living: number,
): Promise<Operation[]> {
  const operations: Operation[] = [];
  const held = new Map<string, Set<string>>();
  for (const metadata of found) {
    const sequences = [...new Set([...Object.values(metadata.rev_map), metadata.seq])];
    const keys = sequences.map(sequenceKey);
    operations.push(...[documentKey(metadata.id), ...keys].map(del));
    for (const text of await level.getMany(keys)) {
      if (text !== undefined) noteAttachments(metadata.id, decodeDocument(text), held);
    }
  }
  operations.push(...(await releasing(level, held)));
  operations.push({ type: 'put', key: documentCountKey, value: String(living) });
  return operations;
}

/** The documents among these that are here, with the leaves asked for. */
async function findToErase(level: Level, asked: ReadonlyMap<string, Leaves>): Promise<Metadata[]> {
  const all = await readMetadata(level, [...asked.keys()]);
  return all.flatMap((metadata) => {
    if (metadata === undefined) return [];
    const wanted = asked.get(metadata.id);
    const leaves = pathsOf(metadata.rev_tree).map(({ leaf }) => leaf);
    return wanted === undefined || leaves.every((leaf) => wanted.has(leaf)) ? [metadata] : [];
  });
}

function noteAttachments(id: string, body: Document, held: Map<string, Set<string>>): void {
  for (const { digest } of Object.values(body['_attachments'] ?? {})) {
    if (digest === undefined) continue;
    const refs = held.get(digest) ?? new Set();
    held.set(digest, refs.add(`${id}@${body._rev}`));
  }
}

/** Attachments are kept once for all documents that hold the same bytes. */
async function releasing(
  level: Level,
  held: ReadonlyMap<string, ReadonlySet<string>>,
): Promise<Operation[]> {
  const digests = [...held.keys()];
  const stored = await level.getMany(digests.map(attachmentKey));
  return digests.flatMap((digest, index): Operation[] => {
    const { refs = {} } = JSON.parse(stored[index] ?? '{}') as { refs?: Record<string, true> };
    const others = Object.keys(refs).filter((ref) => held.get(digest)?.has(ref) !== true);
    if (others.length === 0) return [attachmentKey(digest), binaryKey(digest)].map(del);
    const left = Object.fromEntries(others.map((ref) => [ref, true]));
    return [{ type: 'put', key: attachmentKey(digest), value: JSON.stringify({ refs: left }) }];
  });
}

const del = (key: string): Operation => ({ type: 'del', key });
