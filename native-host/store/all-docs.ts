import { showAttachments } from './attachments.ts';
import { conflictsOf } from './changes.ts';
import { readBodies, readMetadata } from './documents.ts';
import {
  decodeMetadata,
  documentKey,
  documentsEnd,
  documentsStart,
  type Document,
  type Metadata,
} from './layout.ts';
import type { Level } from './level.ts';

export interface RowOptions {
  readonly includeDocs?: boolean;
  readonly conflicts?: boolean;
  readonly attachments?: boolean;
}

export interface RangeOptions extends RowOptions {
  readonly startKey?: string;
  readonly endKey?: string;
  readonly inclusiveEnd?: boolean;
  readonly descending?: boolean;
  readonly skip?: number;
  readonly limit: number;
  /** Start after this id (an internal page's end), in the direction of reading. */
  readonly after?: string;
}

export interface Row {
  readonly id: string;
  readonly key: string;
  readonly value: { readonly rev: string; readonly deleted?: true };
  readonly doc?: Document | null;
}

export type KeyRow = Row | { readonly key: string; readonly error: 'not_found' };

/** Living documents of a range, in the order of their ids' bytes. */
export async function readRange(level: Level, options: RangeOptions): Promise<Row[]> {
  const { limit, descending = false } = options;
  let skip = options.skip ?? 0;
  const found: Metadata[] = [];
  if (limit > 0) {
    for await (const { value } of level.scan({ ...bounds(options), reverse: descending })) {
      const metadata = decodeMetadata(value);
      if (metadata.deleted) continue;
      if (skip > 0) skip -= 1;
      else if (found.push(metadata) >= limit) break;
    }
  }
  return toRows(level, found, options);
}

/** One row per key asked for, in that order: deleted documents say so, unknown ones are errors. */
export async function readKeys(
  level: Level,
  keys: readonly string[],
  options: RowOptions,
): Promise<KeyRow[]> {
  const metadata = await readMetadata(level, keys);
  const rows = await toRows(
    level,
    metadata.filter((found) => found !== undefined),
    options,
  );
  let next = 0;
  return keys.map((key, index) => {
    const row = metadata[index] === undefined ? undefined : rows[next++];
    return row ?? { key, error: 'not_found' };
  });
}

function bounds(options: RangeOptions) {
  const { startKey, endKey, inclusiveEnd = true, descending = false, after } = options;
  const [low, high] = descending ? [endKey, startKey] : [startKey, endKey];
  const lowOpen = descending && !inclusiveEnd;
  const highOpen = !descending && !inclusiveEnd;
  const lower =
    low === undefined
      ? { gte: documentsStart }
      : lowOpen
        ? { gt: documentKey(low) }
        : { gte: documentKey(low) };
  const upper =
    high === undefined
      ? { lt: documentsEnd }
      : highOpen
        ? { lt: documentKey(high) }
        : { lte: documentKey(high) };
  if (after === undefined) return { ...lower, ...upper };
  return descending ? { ...lower, lt: documentKey(after) } : { gt: documentKey(after), ...upper };
}

async function toRows(
  level: Level,
  found: readonly Metadata[],
  options: RowOptions,
): Promise<Row[]> {
  const { includeDocs, conflicts, attachments = false } = options;
  const bodies = includeDocs
    ? await readBodies(
        level,
        found.map((m) => (m.deleted ? undefined : m.rev_map[m.winningRev])),
      )
    : [];
  const rows: Row[] = [];
  for (const [index, metadata] of found.entries()) {
    const { id, winningRev: rev, deleted } = metadata;
    const doc = bodies[index] ?? null;
    if (doc) {
      doc._rev = rev;
      const others = conflicts ? conflictsOf(metadata) : [];
      if (others.length > 0) doc['_conflicts'] = others;
      if (doc['_attachments']) await showAttachments(level, doc, { attachments });
    }
    rows.push({
      id,
      key: id,
      value: deleted ? { rev, deleted: true } : { rev },
      ...(includeDocs ? { doc } : {}),
    });
  }
  return rows;
}
