import type { NewDocument } from '../../store/write.ts';
import { checkAttachments, noAttachments } from './attachment-shape.ts';
import { badRequest, HttpError, tooLarge } from '../messages/http-error.ts';

/** As many ancestors as CouchDB and PouchDB keep. */
const revisionsKept = 1_000;
const revision = /^[1-9]\d{0,14}-[^-\s]{1,100}$/;
/** What CouchDB's replicator writes into documents that describe a replication. */
const keptAsTheyAre = new Set([
  '_replication_id',
  '_replication_state',
  '_replication_state_time',
  '_replication_state_reason',
  '_replication_stats',
]);
/** What servers add when they show a document, and take back without a word. */
const shownOnly = new Set(['_conflicts', '_deleted_conflicts', '_revs_info', '_local_seq']);

/**
 * A document the owner or a client at an open door writes, with what CouchDB would refuse refused
 * before PouchDB sees it: it throws from callbacks for some of it, which nothing could catch. Attachments
 * have a limit of their own; without one they are refused.
 */
export function checkShape(
  value: unknown,
  newEdits: boolean,
  mostBytes: number,
  mostAttachmentBytes = 0,
): NewDocument {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badRequest('Document must be a JSON object');
  }
  const document: NewDocument = {};
  for (const [field, content] of Object.entries(value)) {
    if (field === '_attachments') {
      if (mostAttachmentBytes === 0) throw noAttachments();
      document[field] = checkAttachments(content, mostAttachmentBytes);
    } else if (field.startsWith('_')) setSpecial(document, field, content, newEdits);
    else document[field] = content;
  }
  checkRevision(document, newEdits);
  if (!isSmall(document, mostBytes) && size(document) > mostBytes)
    throw tooLarge(`A document may have at most ${mostBytes} bytes.`);
  return document;
}

export function checkId(id: unknown): string {
  if (typeof id !== 'string') throw illegalId('Document id must be a string');
  if (id === '') throw illegalId('Document id must not be empty');
  if (id.startsWith('_') && !/^_(design|local)\/./.test(id)) {
    throw illegalId('Only reserved document ids may start with underscore.');
  }
  return id;
}

export function checkRevisionText(rev: unknown): string {
  if (typeof rev !== 'string' || !revision.test(rev)) throw badRequest('Invalid rev format');
  return rev;
}

function setSpecial(
  document: NewDocument,
  field: string,
  content: unknown,
  newEdits: boolean,
): void {
  switch (field) {
    case '_id':
      document._id = checkId(content);
      return;
    case '_rev':
      // A local document's revision is 0-…; CouchDB takes it back like any other.
      document._rev =
        typeof content === 'string' && /^0-\d{1,15}$/.test(content)
          ? content
          : checkRevisionText(content);
      return;
    case '_deleted':
      if (typeof content !== 'boolean') throw special('_deleted must be true or false.');
      if (content) document['_deleted'] = true;
      return;
    case '_revisions':
      if (!newEdits) document['_revisions'] = checkRevisions(content);
      return;
    default:
      if (keptAsTheyAre.has(field)) document[field] = content;
      else if (!shownOnly.has(field)) throw special(`Bad special document member: ${field}`);
  }
}

function checkRevisions(value: unknown): { start: number; ids: string[] } {
  const refuse = () => special('_revisions must be {start, ids}.');
  if (typeof value !== 'object' || value === null) throw refuse();
  if (!('start' in value) || !('ids' in value) || !Array.isArray(value.ids)) throw refuse();
  const { start } = value;
  const ids: unknown[] = value.ids;
  if (!Number.isSafeInteger(start) || typeof start !== 'number') throw refuse();
  if (ids.length === 0 || ids.length > start) throw refuse();
  const kept = ids.slice(0, revisionsKept).map((hash) => {
    if (typeof hash !== 'string' || !revision.test(`1-${hash}`)) throw refuse();
    return hash;
  });
  return { start, ids: kept };
}

/** Without new edits the document says itself which revision it is. */
function checkRevision(document: NewDocument, newEdits: boolean): void {
  if (newEdits || document._id?.startsWith('_local/')) return;
  const revisions = document['_revisions'] as { start: number; ids: string[] } | undefined;
  const ofHistory = revisions && `${revisions.start}-${revisions.ids[0]}`;
  // As in CouchDB the history counts where the two differ: PouchDB before 7 sends such documents.
  const rev = ofHistory ?? document._rev;
  if (rev === undefined) {
    throw badRequest(
      'When `new_edits: false`, the document needs `_rev` or `_revisions` specified',
    );
  }
  document._rev = checkRevisionText(rev);
  checkId(document._id);
}

const illegalId = (reason: string): HttpError => new HttpError(400, 'illegal_docid', reason);

function special(reason: string): HttpError {
  return new HttpError(400, 'doc_validation', reason);
}

/** Whether it is within the limit however it may be written: told without writing it. */
function isSmall(value: unknown, mostBytes: number): boolean {
  return roomLeft(value, mostBytes) >= 0;
}

/** What is left of so many bytes; less than 0 as soon as they may not do. */
function roomLeft(value: unknown, bytes: number): number {
  if (typeof value === 'string') return bytes - longestCharacter * value.length - 2;
  if (typeof value !== 'object' || value === null) return bytes - longestNumber;
  let left = bytes - 2;
  for (const [key, content] of Object.entries(value)) {
    if (left < 0) return left;
    left = roomLeft(content, roomLeft(key, left) - 2);
  }
  return left;
}
/** As `\u001f`. */
const longestCharacter = 6;
/** As `-1.2345678901234567e-100`. */
const longestNumber = 25;

function size(document: NewDocument): number {
  const { _attachments: attachments, ...rest } = document;
  try {
    return Buffer.byteLength(JSON.stringify([rest, Object.keys(attachments ?? {})]));
  } catch {
    // Nested deeper than the stack: nothing that reads it later could handle it either.
    throw tooLarge('The document is nested too deeply.');
  }
}
