import { limits } from '../protocol/limits.ts';
import { storeError } from './store-error.ts';
import type { SpaceDatabase, StoredDocument } from './ports.ts';

/** Where a reader of a database stands; opaque, good for this database only. `0` is the beginning. */
export type Since = number | string;

export interface ChangesPage {
  /** In the order in which they arrived here; those that arrived together, in any. */
  readonly documents: StoredDocument[];
  /** Read on from here. */
  readonly since: Since;
  /** Whether there was more when we looked. */
  readonly more: boolean;
}

const pageSize = 500;

/** Room for the braces and names around the documents in one request. */
const bodyBytes = limits.requestBodyBytes - 65_536;

/**
 * Stores documents under the revisions they bring and answers with the ids of those that were not
 * there yet. Whether a document is any good has been decided before. Rejects with a CodedError when
 * any could not be stored; those of earlier batches then are.
 */
export async function putDocuments(
  db: SpaceDatabase,
  documents: readonly StoredDocument[],
): Promise<string[]> {
  const fresh: string[] = [];
  for (const batch of batchesOf(documents)) {
    const missing = await db
      .revsDiff(Object.fromEntries(batch.map(({ _id, _rev }) => [_id, [_rev]])))
      .catch(storeError);
    const unseen = batch.filter(({ _id }) => Object.hasOwn(missing, _id));
    if (unseen.length === 0) continue;
    await storeDocuments(db, unseen);
    fresh.push(...unseen.map(({ _id }) => _id));
  }
  return fresh;
}

/** The write itself: one `_bulk_docs` with the revisions given. */
export async function storeDocuments(
  db: SpaceDatabase,
  documents: readonly StoredDocument[],
): Promise<void> {
  const answers = await db
    .bulkDocs(
      documents.map((document) => ({ ...document })),
      { new_edits: false },
    )
    .catch(storeError);
  const failed = answers.find((answer) => 'error' in answer);
  if (failed) storeError(failed);
}

/** Cuts a list so that each piece fits one request in number and in bytes. */
export function* batchesOf(
  documents: readonly StoredDocument[],
  most = bodyBytes,
): Generator<StoredDocument[]> {
  let batch: StoredDocument[] = [];
  let size = 0;
  for (const document of documents) {
    // Stored documents are ASCII (base64url and hex), so characters are bytes.
    const bytes = JSON.stringify(document).length + 1;
    if (batch.length > 0 && (batch.length === limits.documentsPerBatch || size + bytes > most)) {
      yield batch;
      batch = [];
      size = 0;
    }
    batch.push(document);
    size += bytes;
  }
  if (batch.length > 0) yield batch;
}

/** The documents with these ids that are there, in the order of the ids. */
export async function readDocuments(
  db: SpaceDatabase,
  ids: readonly string[],
): Promise<StoredDocument[]> {
  const found: StoredDocument[] = [];
  for (let at = 0; at < ids.length; at += pageSize) {
    const page = await db
      .allDocs<object>({ keys: ids.slice(at, at + pageSize), include_docs: true })
      .catch(storeError);
    for (const row of page.rows) if ('doc' in row && row.doc) found.push(row.doc);
  }
  return found;
}

/** One page of what arrived after `since`, oldest first. */
export async function readChanges(
  db: SpaceDatabase,
  since: Since,
  limit = pageSize,
): Promise<ChangesPage> {
  const page = await db
    .changes<object>({ since, limit, batch_size: limit, include_docs: true, return_docs: true })
    .catch(storeError);
  return {
    documents: page.results.flatMap(({ doc, deleted }) => (doc && deleted !== true ? [doc] : [])),
    since: page.last_seq,
    more: page.results.length === limit,
  };
}
