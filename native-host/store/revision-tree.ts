/** A node as PouchDB stores it: hash, what is known of this revision, and the revisions made from it. */
export type RevisionNode = readonly [
  hash: string,
  state: { readonly status?: string; readonly deleted?: boolean },
  children: readonly RevisionNode[],
];

/** A document's history: several roots where replication brought in histories cut short. */
export type RevisionTree = readonly { readonly pos: number; readonly ids: RevisionNode }[];

/** One way from a root to a leaf. */
export interface RevisionPath {
  /** The leaf's revision. */
  readonly leaf: string;
  readonly deleted: boolean;
  /** The leaf's generation. */
  readonly start: number;
  /** Hashes from the leaf back to the root, with whether each revision's body is still there. */
  readonly steps: readonly { readonly hash: string; readonly status: string }[];
}

/**
 * Every path of a tree, CouchDB's winner first: living leaves before deleted ones, then the longest
 * history, then the highest hash.
 */
export function pathsOf(tree: RevisionTree): RevisionPath[] {
  const paths: RevisionPath[] = [];
  type Step = { hash: string; status: string };
  const open = tree.map(({ pos, ids }) => ({ generation: pos, node: ids, before: [] as Step[] }));
  for (let visit = open.pop(); visit !== undefined; visit = open.pop()) {
    const { generation, node, before } = visit;
    const [hash, state, children] = node;
    const steps = [...before, { hash, status: state.status ?? 'available' }];
    if (children.length === 0) {
      paths.push({
        leaf: `${generation}-${hash}`,
        deleted: state.deleted === true,
        start: generation,
        steps: steps.toReversed(),
      });
    }
    for (const child of children) {
      open.push({ generation: generation + 1, node: child, before: steps });
    }
  }
  return paths.toSorted(byWinning);
}

function byWinning(a: RevisionPath, b: RevisionPath): number {
  if (a.deleted !== b.deleted) return a.deleted ? 1 : -1;
  if (a.start !== b.start) return b.start - a.start;
  return a.leaf < b.leaf ? 1 : -1;
}

/** The first path that goes through this revision; the leaf itself counts. */
export function pathThrough(
  paths: readonly RevisionPath[],
  revision: string,
): RevisionPath | undefined {
  return paths.find((path) => isOn(path, revision));
}

export function isOn(path: RevisionPath, revision: string): boolean {
  const generation = generationOf(revision);
  const hash = path.steps[path.start - generation]?.hash;
  return hash !== undefined && revision === `${generation}-${hash}`;
}

/** The part of a path from one of its revisions back to the root, as `_revisions` has it. */
export function historyFrom(
  path: RevisionPath,
  revision: string,
): { start: number; ids: string[]; statuses: string[] } {
  const start = generationOf(revision);
  const steps = path.steps.slice(path.start - start);
  return { start, ids: steps.map((s) => s.hash), statuses: steps.map((s) => s.status) };
}

function generationOf(revision: string): number {
  return Number.parseInt(revision, 10);
}
