import type { HostDatabase } from '../../store/database.ts';
import type { NewDocument } from '../../store/write.ts';
import { StoreError } from '../../store/errors.ts';
import type { Attachment } from '../../store/layout.ts';
import { noAttachments } from './attachment-shape.ts';
import { checkShape } from './document-shape.ts';
import type { DatabaseExchange } from '../exchange.ts';
import { forbidden, HttpError } from '../messages/http-error.ts';

/**
 * What the owner or a client at an open door wants written, checked and complete. Only the open door, where
 * other people's clients come, takes design documents (as plain data) and attachments.
 */
export async function toWrite(
  { caller, parts, database }: DatabaseExchange,
  values: readonly unknown[],
  newEdits: boolean,
): Promise<NewDocument[]> {
  const { documentBytes, attachmentBytes } = parts.limits;
  const documents = values.map((value) =>
    checkShape(value, newEdits, documentBytes, attachmentBytes),
  );
  if (caller.kind !== 'open') {
    for (const document of documents) {
      if (document._id?.startsWith('_design/')) {
        throw forbidden('Design documents are not taken: nothing here runs them.');
      }
      if (document['_attachments']) throw noAttachments();
    }
    return documents;
  }
  for (const document of documents) await fillStubs(database, document, newEdits);
  return documents;
}

/** Write one document and return its new revision; throws what CouchDB says when it can't be. */
export async function writeOne(
  database: HostDatabase,
  document: NewDocument,
  newEdits: boolean,
): Promise<{ id: string; rev: string }> {
  const [result] = await database.write([document], newEdits);
  if (result !== undefined && 'error' in result) {
    throw new StoreError(409, result.error, result.reason);
  }
  return {
    id: result?.id ?? document._id ?? '',
    rev: result?.rev ?? document._rev ?? '',
  };
}

/**
 * As in CouchDB a stub stands for the attachment of that name that the document had before. PouchDB would
 * take one that says the hash of any attachment in the database, and refuse CouchDB's own, whose hashes
 * are of packed bytes.
 */
async function fillStubs(
  database: HostDatabase,
  document: NewDocument,
  newEdits: boolean,
): Promise<void> {
  const attachments = Object.entries(document['_attachments'] ?? {});
  if (!attachments.some(([, { stub }]) => stub)) return;
  const before = await attachmentsBefore(database, document, newEdits);
  for (const [name, attachment] of attachments) {
    if (!attachment.stub) continue;
    const known = before.get(name);
    if (known === undefined) {
      throw new HttpError(412, 'missing_stub', `Nothing is known of the attachment ${name}.`);
    }
    Object.assign(attachment, known, { stub: true });
  }
}

/** What the revisions this one is made from have by each name; the newest counts. */
async function attachmentsBefore(
  database: HostDatabase,
  { _id: id = '', _rev: rev, _revisions: revisions }: NewDocument,
  newEdits: boolean,
): Promise<Map<string, Attachment>> {
  const { start, ids } = (revisions ?? { start: 0, ids: [] }) as { start: number; ids: string[] };
  const history = newEdits ? [] : ids.map((hash, index) => `${start - index}-${hash}`);
  const revs = history.length > 0 ? history : rev === undefined ? [] : [rev];
  const [answers = []] = await database.documents([{ id, revs }], {});
  const found = new Map<string, Attachment>();
  for (const answer of answers.toReversed()) {
    const attachments = answer.found ? answer.document['_attachments'] : undefined;
    for (const [name, attachment] of Object.entries(attachments ?? {})) found.set(name, attachment);
  }
  return found;
}
