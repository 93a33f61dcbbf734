import { createHash } from 'node:crypto';
import type { Operation } from 'leveldown';
import { documentCountKey, documentKey, sequenceKey, updateSequenceKey } from './layout.ts';
import type { Counts, OpenDatabase } from './pouch.ts';
import type { NewDocument, WriteResult } from './write.ts';

/** What PouchDB would answer, and in the same order. */
type Written = Extract<WriteResult, { ok: true }>[];

interface NewRevision {
  readonly id: string;
  readonly rev: string;
  /** As it is stored. */
  readonly body: () => string;
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
  for (const { id, rev, body } of revisions) {
    sequence += 1;
    yield put(sequenceKey(sequence), body());
    yield put(documentKey(id), metadata(id, rev, sequence));
  }
  yield put(updateSequenceKey, String(after.sequence));
  yield put(documentCountKey, String(after.living));
}

/** A document made here: its revision's name follows from what it says, by PouchDB's rule. */
function firstRevision(document: NewDocument): NewRevision | undefined {
  const { _id: id = '' } = document;
  if (!isPlain(document) || document._rev !== undefined) return undefined;
  const text = JSON.stringify(document);
  const rev = `1-${createHash('md5').update(text, 'latin1').digest('hex')}`;
  return { id, rev, body: () => `${text.slice(0, -1)},"_rev":"${rev}"}` };
}

/** One made elsewhere, of whose history no more is told than this revision. */
function onlyRevision(document: NewDocument): NewRevision | undefined {
  const { _revisions: history, ...stored } = document;
  const { _id: id = '', _rev: rev } = stored;
  if (!isPlain(stored) || rev === undefined) return undefined;
  if (history !== undefined && (history as { ids: unknown[] }).ids.length > 1) return undefined;
  return { id, rev, body: () => JSON.stringify(stored) };
}

/** No attachments, deletion, local document, or anything else that means something to PouchDB. */
const isPlain = (document: NewDocument): boolean =>
  document._id !== '' &&
  !document._id?.startsWith('_') &&
  Object.keys(document).every((key) => !key.startsWith('_') || key === '_id' || key === '_rev');

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
