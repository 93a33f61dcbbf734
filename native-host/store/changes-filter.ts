import { readBodies } from './documents.ts';
import type { Document, Metadata } from './layout.ts';
import type { Level } from './level.ts';
import { pathsOf } from './revision-tree.ts';

/** Whether a document is one of those asked for. */
export type Matches = (document: Document) => boolean;

/** Of each changed document the revisions that match, the winner first: every leaf is looked at, or the winner only. */
export async function matchingRevisions(
  level: Level,
  changed: readonly Metadata[],
  matches: Matches,
  allLeaves: boolean,
): Promise<string[][]> {
  const leaves = changed.map(({ rev_tree: tree, winningRev }) =>
    allLeaves ? pathsOf(tree).map(({ leaf }) => leaf) : [winningRev],
  );
  const bodies = await readBodies(
    level,
    changed.flatMap(({ rev_map: at }, index) => (leaves[index] ?? []).map((rev) => at[rev])),
  );
  let next = 0;
  return leaves.map((revs) =>
    revs.filter((rev) => {
      const body = bodies[next++];
      return body !== undefined && matches({ ...body, _rev: rev });
    }),
  );
}
