import { asBuffer } from '../../bytes.ts';
import type { NewDocument } from '../../store/write.ts';
import { StoreError } from '../../store/errors.ts';
import type { Attachment, Document } from '../../store/layout.ts';
import { checkAttachmentName, isHeaderText } from '../documents/attachment-shape.ts';
import { readBytes } from '../messages/body.ts';
import { checkId } from '../documents/document-shape.ts';
import { missing } from '../documents/missing.ts';
import type { DatabaseExchange, Route, Routes } from '../exchange.ts';
import { badRequest, HttpError, notImplemented } from '../messages/http-error.ts';
import { inRange } from '../messages/byte-range.ts';
import { bytes, hasAlready, json, unchanged, type EndpointResponse } from '../messages/message.ts';
import { writeOne } from '../documents/written.ts';
import { revisionAsked } from './document.ts';
import { nothingIsRun } from './not-served.ts';

/** Routes of one attachment, at the door opened by hand; at the others there is nothing below a document. */
export function attachmentRoutes(id: string, name: string): Routes<DatabaseExchange> {
  const route = (
    answer: (exchange: DatabaseExchange) => Promise<EndpointResponse>,
  ): Route<DatabaseExchange> => ({
    need: 'read',
    answer: (exchange) => {
      if (exchange.caller.kind !== 'open') throw nothingBelow();
      checkId(id);
      return answer(exchange);
    },
  });
  // Views and the like: no attachment's name begins so.
  if (id.startsWith('_design/') && name.startsWith('_')) {
    const refused = route(() => Promise.reject(notImplemented(nothingIsRun)));
    return { GET: refused, PUT: refused, POST: refused, DELETE: refused };
  }
  return {
    GET: route((exchange) => getAttachment(exchange, id, name)),
    PUT: route((exchange) => putAttachment(exchange, id, name)),
    DELETE: route((exchange) => deleteAttachment(exchange, id, name)),
  };
}

const nothingBelow = (): HttpError =>
  new HttpError(404, 'not_found', 'There is nothing below a document, and views are not run.');

async function getAttachment(
  { database, query, request }: DatabaseExchange,
  id: string,
  name: string,
): Promise<EndpointResponse> {
  const rev = query.text('rev');
  const [[answer] = []] = await database.documents(
    [{ id, revs: rev === undefined ? undefined : [rev] }],
    {},
  );
  if (!answer?.found) throw missing(false, answer);
  const attachment = attachmentOf(answer.document, name);
  const etag = `"${(attachment.digest ?? '').replace(/^md5-/, '')}"`;
  if (hasAlready(request, etag)) return unchanged(etag);
  const body = await database.attachment(attachment);
  const whole = bytes(body, {
    'content-type': attachment.content_type ?? 'application/octet-stream',
    'accept-ranges': 'bytes',
    etag,
  });
  return inRange(request, { ...whole, body });
}

async function putAttachment(
  exchange: DatabaseExchange,
  id: string,
  name: string,
): Promise<EndpointResponse> {
  const { request, parts, database } = exchange;
  checkAttachmentName(name);
  const type = request.headers['content-type'] ?? 'application/octet-stream';
  if (!isHeaderText(type)) throw badRequest('This can not be the Content-Type of an attachment.');
  const data = await readBytes(request, parts.limits.attachmentBytes);
  const rev = revisionAsked(exchange);
  const document: NewDocument =
    rev === undefined ? { _id: id } : await documentAt(exchange, id, rev);
  const attachment = { content_type: type, data: asBuffer(data).toString('base64') };
  document['_attachments'] = { ...document['_attachments'], [name]: attachment };
  const written = await writeOne(database, document, true);
  const path = [database.name, id, name].map(encodeURIComponent).join('/');
  return json(201, { ok: true, ...written }, { location: `/${path}`, etag: `"${written.rev}"` });
}

async function deleteAttachment(
  exchange: DatabaseExchange,
  id: string,
  name: string,
): Promise<EndpointResponse> {
  const rev = revisionAsked(exchange);
  const before = await documentAt(exchange, id, rev);
  attachmentOf(before, name);
  // As in CouchDB nobody deletes what they have not seen.
  if (rev === undefined) throw conflict();
  const { [name]: _, ...others } = before['_attachments'] ?? {};
  const { _attachments: _all, ...rest } = before;
  const left = Object.keys(others).length > 0 ? { ...rest, _attachments: others } : rest;
  return json(200, { ok: true, ...(await writeOne(exchange.database, left, true)) });
}

/**
 * The document at this revision, or its winner, with its attachments as stubs. A revision that isn't there
 * is a conflict.
 */
async function documentAt(
  { database }: DatabaseExchange,
  id: string,
  rev: string | undefined,
): Promise<Document> {
  const revs = rev === undefined ? undefined : [rev];
  const [[answer] = []] = await database.documents([{ id, revs }], {});
  if (answer?.found) return answer.document;
  throw rev === undefined ? missing(false, answer) : conflict();
}

const conflict = () => new StoreError(409, 'conflict', 'Document update conflict.');

function attachmentOf(document: Document, name: string): Attachment {
  const attachments = document['_attachments'] ?? {};
  const attachment = Object.hasOwn(attachments, name) ? attachments[name] : undefined;
  if (attachment) return attachment;
  throw new HttpError(404, 'not_found', 'Document is missing attachment');
}
