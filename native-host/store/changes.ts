import { showAttachments } from './attachments.ts';
import { matchingRevisions, type Matches } from './changes-filter.ts';
import { readBodies, readMetadata } from './documents.ts';
import {
  decodeDocument,
  sequenceKey,
  sequenceOfKey,
  sequencesEnd,
  type Document,
  type Metadata,
} from './layout.ts';
import type { Level } from './level.ts';
import { pathsOf } from './revision-tree.ts';

export interface ChangesOptions {
  /** Changes after this sequence number; ignored when descending. */
  readonly since: number;
  readonly limit: number;
  readonly descending?: boolean;
  /** Going backwards, changes before this sequence number. */
  readonly before?: number;
  /** Going backwards: the last number there was when this began. What has a later one by now is shown where it stood. */
  readonly upTo?: number;
  /** Every leaf revision of a changed document, not its winner only. */
  readonly allLeaves?: boolean;
  readonly includeDocs?: boolean;
  readonly attachments?: boolean;
  readonly conflicts?: boolean;
  readonly ids?: ReadonlySet<string>;
  /** Only documents of which a revision that would be shown is one of these. */
  readonly matches?: Matches;
  /** Leave out what is deleted here: deletion is local. */
  readonly livingOnly?: boolean;
}

export interface Change {
  readonly seq: number;
  readonly id: string;
  readonly changes: readonly { readonly rev: string }[];
  readonly deleted?: true;
  readonly doc?: Document;
}

export interface ChangesPage {
  readonly results: Change[];
  /** Ask on from here. Also moves past changes that were not shown. */
  readonly lastSeq: number;
  /** The end of the database was not reached. */
  readonly more: boolean;
}

/** Entries read before their documents' state is fetched in one call. */
const batch = 256;
/** Read ahead for so many documents as are asked for: what others are is read in vain. */
const bytesAhead = (entries: number): number => Math.min(Math.max(entries, 16) * 1_024, 262_144);
/** A page that shows nothing still ends, so that a long feed over filtered changes stays interruptible. */
const scannedPerPage = 5_000;

/**
 * One page of the changes feed: each document once, at its last change. What changes while we read has moved beyond
 * what we look at; it is met there, so that no document that was there before is missing.
 */
export async function readChanges(level: Level, options: ChangesOptions): Promise<ChangesPage> {
  const { since, limit, descending = false } = options;
  const results: Change[] = [];
  if (limit <= 0) return { results, lastSeq: since, more: true };
  let lastSeq = since;
  let scanned = 0;
  let moved = 0;
  const stoodHere = new Set<string>();
  let waiting: Entry[] = [];
  const flush = async (): Promise<boolean> => {
    const page = await toChanges(level, waiting, options, stoodHere);
    moved = Math.max(moved, page.moved);
    for (const [index, entry] of waiting.entries()) {
      const change = page.changes[index];
      if (change !== undefined) results.push(change);
      lastSeq = entry.seq;
      if (results.length >= limit) return true;
    }
    waiting = [];
    return scanned >= scannedPerPage;
  };
  for (;;) {
    const from = lastSeq;
    const range = descending ? beforeSequence(options.before) : afterSequence(from);
    const highWaterMark = bytesAhead(limit);
    for await (const { key, value } of level.scan({
      ...range,
      reverse: descending,
      highWaterMark,
    })) {
      waiting.push({ seq: sequenceOfKey(key), document: decodeDocument(value) });
      scanned += 1;
      const enough = waiting.length >= Math.min(batch, limit - results.length);
      if (enough && (await flush())) return { results, lastSeq, more: true };
    }
    if (await flush()) return { results, lastSeq, more: true };
    const metAll = moved <= lastSeq || lastSeq === from;
    if (descending || metAll) return { results, lastSeq, more: false };
  }
}

const afterSequence = (since: number) => ({ gt: sequenceKey(since), lt: sequencesEnd });
const beforeSequence = (before: number | undefined) => ({
  gte: sequenceKey(0),
  lt: before === undefined ? sequencesEnd : sequenceKey(before),
});

interface Entry {
  readonly seq: number;
  readonly document: Document;
}

async function toChanges(
  level: Level,
  entries: readonly Entry[],
  options: ChangesOptions,
  stoodHere: Set<string>,
): Promise<{ changes: (Change | undefined)[]; moved: number }> {
  const { ids, livingOnly, descending, upTo = Number.POSITIVE_INFINITY } = options;
  const wanted = entries.filter(({ document }) => ids?.has(document._id) ?? true);
  const metadata = await readMetadata(
    level,
    wanted.map((entry) => entry.document._id),
  );
  const current = new Map<Entry, Metadata>();
  let moved = 0;
  wanted.forEach((entry, index) => {
    const found = metadata[index];
    if (found === undefined || (livingOnly && found.deleted)) return;
    moved = Math.max(moved, found.seq);
    const stands = descending === true && found.seq > upTo && !stoodHere.has(found.id);
    if (stands) stoodHere.add(found.id);
    // A later change of the same document stands for all of them.
    if (stands || found.seq === entry.seq) current.set(entry, found);
  });
  const revisions = await revisionsShown(level, current, options);
  for (const [entry, revs] of revisions) if (revs.length === 0) current.delete(entry);
  const shown = options.includeDocs ? await winners(level, current, options) : undefined;
  const changes = entries.map((entry): Change | undefined => {
    const found = current.get(entry);
    if (found === undefined) return undefined;
    const doc = shown?.get(entry);
    return {
      seq: entry.seq,
      id: found.id,
      changes: (revisions.get(entry) ?? []).map((rev) => ({ rev })),
      ...(found.deleted ? { deleted: true } : {}),
      ...(doc ? { doc } : {}),
    };
  });
  return { changes, moved };
}

async function revisionsShown(
  level: Level,
  current: ReadonlyMap<Entry, Metadata>,
  { allLeaves = false, livingOnly, matches }: ChangesOptions,
): Promise<Map<Entry, string[]>> {
  const entries = [...current.keys()];
  const found = [...current.values()];
  if (matches) {
    const matching = await matchingRevisions(level, found, matches, allLeaves);
    return new Map(entries.map((entry, index) => [entry, matching[index] ?? []]));
  }
  const shown = found.map(({ rev_tree: tree, winningRev }) => {
    if (!allLeaves) return [winningRev];
    const paths = pathsOf(tree);
    return (livingOnly ? paths.filter((path) => !path.deleted) : paths).map(({ leaf }) => leaf);
  });
  return new Map(entries.map((entry, index) => [entry, shown[index] ?? []]));
}

async function winners(
  level: Level,
  current: ReadonlyMap<Entry, Metadata>,
  options: ChangesOptions,
): Promise<Map<Entry, Document>> {
  const elsewhere = [...current].filter(
    ([entry, found]) => entry.document._rev !== found.winningRev,
  );
  const bodies = await readBodies(
    level,
    elsewhere.map(([, found]) => found.rev_map[found.winningRev]),
  );
  const fetched = new Map(elsewhere.map(([entry], index) => [entry, bodies[index]]));
  const shown = new Map<Entry, Document>();
  for (const [entry, found] of current) {
    const doc = fetched.has(entry) ? fetched.get(entry) : entry.document;
    if (doc === undefined) continue;
    const conflicts = options.conflicts ? conflictsOf(found) : [];
    if (conflicts.length > 0) doc['_conflicts'] = conflicts;
    if (doc['_attachments']) {
      await showAttachments(level, doc, { attachments: options.attachments === true });
    }
    shown.set(entry, doc);
  }
  return shown;
}

export function conflictsOf(metadata: Metadata): string[] {
  return pathsOf(metadata.rev_tree)
    .filter((path) => !path.deleted && path.leaf !== metadata.winningRev)
    .map((path) => path.leaf);
}
