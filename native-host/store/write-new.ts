import { createHash } from 'node:crypto';
import type { Operation } from 'leveldown';
import { documentCountKey, documentKey, sequenceKey, updateSequenceKey } from './layout.ts';
import type { Counts, OpenDatabase } from './pouch.ts';
import type { NewDocument, WriteResult } from './write.ts';

/** What PouchDB would answer, and in the same order. */
type Written = Extract<WriteResult, { ok: true }>[];

type Fields = Record<string, unknown>;

interface NewRevision {
  readonly id: string;
  readonly rev: string;
  readonly fields: Fields;
}

/**
 * Writes documents of which nothing is known here yet and that come with one living revision, as nearly all of
 * ours do, in the form PouchDB gives them and in one step; `undefined`, and nothing is written, if any of them is
 * not so simple: those are PouchDB's. It takes about three times the processor for each.
 * Nobody else may write documents meanwhile.
 */
export async function writeNew(
  { level, counts }: OpenDatabase,
  documents: readonly NewDocument[],
  newEdits: boolean,
): Promise<Written | undefined> {
  const revisions = documents.map((document) =>
    newEdits ? firstRevision(document) : onlyRevision(document),
  );
  if (!isEach(revisions)) return undefined;
  const keys = new Set(revisions.map(({ id }) => documentKey(id)));
  if (keys.size < revisions.length) return undefined;
  const known = await level.getMany([...keys]);
  if (known.some((value) => value !== undefined)) return undefined;
  const sequence = counts.sequence + revisions.length;
  const living = counts.living + revisions.length;
  await level.write(operations(revisions, { sequence, living }));
  Object.assign(counts, { sequence, living });
  return revisions.map(({ id, rev }) => ({ ok: true, id, rev }));
}

/** One after the other: what has been handed to LevelDB is needed no more. */
function* operations(revisions: readonly NewRevision[], after: Counts): Generator<Operation> {
  let sequence = after.sequence - revisions.length;
  for (const revision of revisions) {
    const { id, rev } = revision;
    sequence += 1;
    yield put(sequenceKey(sequence), body(revision));
    yield put(documentKey(id), metadata(id, rev, sequence));
  }
  yield put(updateSequenceKey, String(after.sequence));
  yield put(documentCountKey, String(after.living));
}

/** A document made here: its revision's name follows from what it says, by PouchDB's rule. */
function firstRevision(document: NewDocument): NewRevision | undefined {
  const { _id: id = '', _rev: rev, _revisions: history } = document;
  const fields = plainFields(document);
  if (fields === undefined || rev !== undefined || history !== undefined) return undefined;
  const hash = createHash('md5').update(JSON.stringify(document), 'latin1').digest('hex');
  return { id, rev: `1-${hash}`, fields };
}

/** One made elsewhere, of whose history no more is told than this revision. */
function onlyRevision(document: NewDocument): NewRevision | undefined {
  const { _id: id = '', _rev: rev, _revisions: history } = document;
  const fields = plainFields(document);
  if (fields === undefined || rev === undefined) return undefined;
  if (history !== undefined && (history as { ids: unknown[] }).ids.length > 1) return undefined;
  return { id, rev, fields };
}

/**
 * A document's own fields; `undefined` if there are attachments, a deletion, or anything else that means
 * something to PouchDB, or to JavaScript.
 */
function plainFields(document: NewDocument): Fields | undefined {
  const { _id: id = '' } = document;
  if (id === '' || id.startsWith('_')) return undefined;
  const fields: Fields = {};
  for (const key of Object.keys(document)) {
    if (!key.startsWith('_')) fields[key] = document[key];
    else if (key !== '_id' && key !== '_rev' && key !== '_revisions') return undefined;
  }
  return fields;
}

/** In PouchDB's order: the name of the next revision follows from it, for a client who writes back what it read. */
function body({ id, rev, fields }: NewRevision): string {
  fields['_id'] = id;
  fields['_rev'] = rev;
  return JSON.stringify(fields);
}

/** A `Metadata` as text, by hand: an object with a field that no other has is dear to make. */
function metadata(id: string, rev: string, sequence: number): string {
  const dash = rev.indexOf('-');
  const hash = JSON.stringify(rev.slice(dash + 1));
  const quoted = JSON.stringify(rev);
  return (
    `{"id":${JSON.stringify(id)},"rev":${quoted},` +
    `"rev_tree":[{"pos":${rev.slice(0, dash)},"ids":[${hash},{"status":"available"},[]]}],` +
    `"rev_map":{${quoted}:${sequence}},"winningRev":${quoted},"deleted":false,"seq":${sequence}}`
  );
}

const put = (key: string, value: string): Operation => ({ type: 'put', key, value });

function isEach(revisions: readonly (NewRevision | undefined)[]): revisions is NewRevision[] {
  return revisions.every((revision) => revision !== undefined);
}
