import { readMetadata } from './documents.ts';
import type { Level } from './level.ts';
import { isOn, pathsOf } from './revision-tree.ts';

export interface Missing {
  readonly missing: string[];
  readonly possible_ancestors?: string[];
}

/**
 * The revisions that are not known here. As in CouchDB, and unlike PouchDB, one whose body was
 * compacted away counts as known: else replication would bring it back for ever.
 */
export async function readRevsDiff(
  level: Level,
  asked: ReadonlyMap<string, readonly string[]>,
): Promise<Map<string, Missing>> {
  const metadata = await readMetadata(level, [...asked.keys()]);
  const answer = new Map<string, Missing>();
  let index = 0;
  for (const [id, revs] of asked) {
    const found = metadata[index++];
    const paths = found === undefined ? [] : pathsOf(found.rev_tree);
    const missing = [...new Set(revs)].filter((rev) => !paths.some((path) => isOn(path, rev)));
    if (missing.length === 0) continue;
    const newest = Math.max(...missing.map((rev) => Number.parseInt(rev, 10)));
    const ancestors = paths.filter((path) => path.start < newest).map((path) => path.leaf);
    answer.set(id, {
      missing,
      ...(ancestors.length > 0 ? { possible_ancestors: ancestors } : {}),
    });
  }
  return answer;
}
