import { showAttachments } from './attachments.ts';
import {
  decodeDocument,
  decodeMetadata,
  documentKey,
  sequenceKey,
  type Document,
  type Metadata,
} from './layout.ts';
import type { Level } from './level.ts';
import { historyFrom, isOn, pathsOf, pathThrough, type RevisionPath } from './revision-tree.ts';

/** What is shown of a document beside its fields; CouchDB's query parameters of the same names. */
export interface Extras {
  readonly revs?: boolean;
  readonly revsInfo?: boolean;
  readonly conflicts?: boolean;
  readonly deletedConflicts?: boolean;
  readonly localSeq?: boolean;
  /** Attachments with their data, not as stubs. */
  readonly attachments?: boolean;
  /** Of those only what came after the newest of these revisions that the document descends from. */
  readonly attachmentsSince?: readonly string[];
}

export interface DocumentRequest {
  readonly id: string;
  /** Which revisions: these, every leaf, or (`undefined`) the winner unless it is deleted. */
  readonly revs?: readonly string[] | 'all' | undefined;
  /** For each revision asked for, the leaves that came of it. */
  readonly latest?: boolean;
}

export type DocumentAnswer =
  | { readonly found: true; readonly document: Document }
  | { readonly found: false; readonly rev?: string; readonly reason: 'missing' | 'deleted' };

/**
 * Read many documents with two trips to the disk. One list of answers per request, in order; a
 * document that is not there at all and was asked for with `'all'` has an empty list.
 */
export async function readDocuments(
  level: Level,
  requests: readonly DocumentRequest[],
  extras: Extras,
): Promise<DocumentAnswer[][]> {
  const known = await readMetadata(
    level,
    requests.map((request) => request.id),
  );
  const chosen = requests.map((request, index) => choose(request, known[index]));
  const bodies = await readBodies(
    level,
    chosen.flat().map((choice) => choice.sequence),
  );
  let next = 0;
  return Promise.all(
    chosen.map((choices, index) =>
      Promise.all(
        choices.map(async ({ rev, reason }): Promise<DocumentAnswer> => {
          const document = bodies[next++];
          const metadata = known[index];
          if (document === undefined || metadata === undefined || rev === undefined) {
            return { found: false, reason, ...(rev === undefined ? {} : { rev }) };
          }
          decorate(document, rev, metadata, extras);
          if (document['_attachments']) {
            const { attachments = false, attachmentsSince = [] } = extras;
            const after = generationKnown(metadata, rev, attachmentsSince);
            await showAttachments(level, document, { attachments, after });
          }
          return { found: true, document };
        }),
      ),
    ),
  );
}

/** In the order of the ids; `undefined` for what never was there. */
export async function readMetadata(
  level: Level,
  ids: readonly string[],
): Promise<(Metadata | undefined)[]> {
  const values = await level.getMany(ids.map(documentKey));
  return values.map((json) => (json === undefined ? undefined : decodeMetadata(json)));
}

/** Bodies by sequence number, in order; `undefined` where compaction took it or none was asked for. */
export async function readBodies(
  level: Level,
  sequences: readonly (number | undefined)[],
): Promise<(Document | undefined)[]> {
  const wanted = sequences.filter((sequence) => sequence !== undefined);
  const values = await level.getMany(wanted.map(sequenceKey));
  let next = 0;
  return sequences.map((sequence) => {
    const json = sequence === undefined ? undefined : values[next++];
    return json === undefined ? undefined : decodeDocument(json);
  });
}

interface Choice {
  rev?: string;
  sequence?: number;
  reason: 'missing' | 'deleted';
}

function choose(request: DocumentRequest, metadata: Metadata | undefined): Choice[] {
  const { revs, latest } = request;
  const missing = (rev: string): Choice => ({ rev, reason: 'missing' });
  if (metadata === undefined) {
    if (revs === 'all') return [];
    return revs === undefined ? [{ reason: 'missing' }] : revs.map(missing);
  }
  const at = (rev: string): Choice => {
    const sequence = metadata.rev_map[rev];
    return sequence === undefined ? missing(rev) : { rev, sequence, reason: 'missing' };
  };
  if (revs === undefined) {
    return metadata.deleted ? [{ reason: 'deleted' }] : [at(metadata.winningRev)];
  }
  if (revs === 'all') return pathsOf(metadata.rev_tree).map((path) => at(path.leaf));
  if (latest !== true) return revs.map(at);
  const paths = pathsOf(metadata.rev_tree);
  const leaves = new Set<string>();
  const unknown: Choice[] = [];
  for (const rev of revs) {
    const through = paths.filter((path) => isOn(path, rev));
    if (through.length === 0) unknown.push(missing(rev));
    for (const path of through) leaves.add(path.leaf);
  }
  return [...[...leaves].map(at), ...unknown];
}

function decorate(document: Document, rev: string, metadata: Metadata, extras: Extras): void {
  document._id = metadata.id;
  document._rev = rev;
  const { revs, revsInfo, conflicts, deletedConflicts, localSeq } = extras;
  if (localSeq === true) document['_local_seq'] = metadata.seq;
  if (!revs && !revsInfo && !conflicts && !deletedConflicts) return;
  const paths = pathsOf(metadata.rev_tree);
  const path = pathThrough(paths, rev);
  if (path && (revs || revsInfo)) {
    const { start, ids, statuses } = historyFrom(path, rev);
    if (revs) document['_revisions'] = { start, ids };
    if (revsInfo) {
      document['_revs_info'] = ids.map((hash, index) => ({
        rev: `${start - index}-${hash}`,
        status: statuses[index],
      }));
    }
  }
  const others = paths.filter((other) => other.leaf !== metadata.winningRev);
  setLeaves(
    document,
    '_conflicts',
    conflicts,
    others.filter((other) => !other.deleted),
  );
  setLeaves(
    document,
    '_deleted_conflicts',
    deletedConflicts,
    others.filter((o) => o.deleted),
  );
}

/** The generation of the newest of these revisions on the way to `rev`; 0 if none is. */
function generationKnown(metadata: Metadata, rev: string, revs: readonly string[]): number {
  const path = revs.length > 0 ? pathThrough(pathsOf(metadata.rev_tree), rev) : undefined;
  if (path === undefined) return 0;
  const { start, ids } = historyFrom(path, rev);
  const at = ids.findIndex((hash, index) => revs.includes(`${start - index}-${hash}`));
  return at === -1 ? 0 : start - at;
}

function setLeaves(
  document: Document,
  field: string,
  wanted: boolean | undefined,
  paths: readonly RevisionPath[],
): void {
  if (wanted === true && paths.length > 0) document[field] = paths.map((path) => path.leaf);
}
