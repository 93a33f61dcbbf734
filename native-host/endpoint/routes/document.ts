import * as v from 'valibot';
import type { Extras } from '../../store/documents.ts';
import type { NewDocument } from '../../store/write.ts';
import { admit, refusalOf } from '../access/admit.ts';
import { readBytes, readJson } from '../messages/body.ts';
import { checkId, checkRevisionText } from '../documents/document-shape.ts';
import { documentPart, readDocumentParts } from '../documents/document-parts.ts';
import { isOutsider, type DatabaseExchange, type Routes } from '../exchange.ts';
import { badRequest, forbidden } from '../messages/http-error.ts';
import {
  accepts,
  bytes,
  hasAlready,
  json,
  unchanged,
  type EndpointResponse,
} from '../messages/message.ts';
import { relatedBoundary } from '../messages/multipart.ts';
import { missing } from '../documents/missing.ts';
import { toWrite, writeOne } from '../documents/written.ts';
import { storeFinished } from './bulk-docs.ts';
import { copyDocument } from './copy.ts';
import { openRevisions } from './open-revs.ts';

/** Routes of one document. `id` is decoded already. */
export function documentRoutes(id: string): Routes<DatabaseExchange> {
  return {
    GET: { need: 'read', answer: (exchange) => getDocument(exchange, id) },
    PUT: { need: 'write', answer: (exchange) => putDocument(exchange, id) },
    DELETE: { need: 'own', answer: (exchange) => deleteDocument(exchange, id) },
    COPY: {
      need: 'own',
      answer: (exchange) => copyDocument(exchange, id, revisionAsked(exchange)),
    },
  };
}

async function getDocument(exchange: DatabaseExchange, id: string): Promise<EndpointResponse> {
  const { query, database, caller, request } = exchange;
  checkId(id);
  const extras = extrasOf(exchange);
  if (query.text('open_revs') !== undefined) return openRevisions(exchange, id, extras);
  const rev = query.text('rev');
  const revs = rev === undefined ? undefined : [checkRevisionText(rev)];
  const [answers = []] = await database.documents(
    [{ id, revs, latest: query.flag('latest') }],
    extras,
  );
  const [answer] = answers;
  if (answer === undefined || !answer.found) throw missing(isOutsider(caller), answer);
  const { document } = answer;
  if (document['_deleted'] === true && isOutsider(caller)) throw missing(true);
  const headers = tagged(document._rev, extras);
  if (headers.etag && hasAlready(request, headers.etag)) return unchanged(headers.etag);
  if (extras.attachments === true && accepts(request, 'multipart/related')) {
    const { headers: part, body } = documentPart(document);
    return bytes(body, { ...headers, 'content-type': part['Content-Type'] ?? '' });
  }
  return json(200, document, headers);
}

/** A revision names what is shown unless it is shown with what may change around it. */
function tagged(rev: string, { revsInfo, conflicts, deletedConflicts, localSeq }: Extras) {
  const changes = [revsInfo, conflicts, deletedConflicts, localSeq].some(Boolean);
  return changes ? {} : { etag: `"${rev}"` };
}

const revisionsSchema = v.optional(v.array(v.string()));

function extrasOf({ query }: DatabaseExchange): Extras {
  const meta = query.flag('meta');
  const since = v.safeParse(revisionsSchema, query.json('atts_since'));
  if (!since.success) throw badRequest('atts_since must be a list of revisions.');
  return {
    revs: query.flag('revs'),
    revsInfo: meta || query.flag('revs_info'),
    conflicts: meta || query.flag('conflicts'),
    deletedConflicts: meta || query.flag('deleted_conflicts'),
    localSeq: query.flag('local_seq'),
    attachments: query.flag('attachments') || since.output !== undefined,
    ...(since.output ? { attachmentsSince: since.output } : {}),
  };
}

async function putDocument(exchange: DatabaseExchange, id: string): Promise<EndpointResponse> {
  const { query, caller, database } = exchange;
  const newEdits = query.text('new_edits') === undefined || query.flag('new_edits');
  const value = await readDocument(exchange);
  if (isOutsider(caller)) return putFinished(exchange, id, value, newEdits);
  const [document = {}] = await toWrite(exchange, [named(exchange, value, id)], newEdits);
  const { rev } = await writeOne(database, document, newEdits);
  if (isBatch(exchange)) return json(202, { ok: true, id });
  const location = `/${encodeURIComponent(database.name)}/${encodeURIComponent(id)}`;
  // CouchDB tells a deletion from a new document.
  const status = document['_deleted'] ? 200 : 201;
  return json(status, { ok: true, id, rev }, { etag: `"${rev}"`, location });
}

/**
 * Whether the client doesn't want to wait for the disk. It does wait here; it is answered as it expects, without a
 * revision.
 */
export const isBatch = ({ query }: DatabaseExchange): boolean => query.text('batch') === 'ok';

/** JSON; at the door opened by hand also a document with its attachments behind it. */
async function readDocument({ request, caller, parts }: DatabaseExchange): Promise<unknown> {
  const { bodyBytes, attachmentBytes } = parts.limits;
  const boundary = relatedBoundary(request.headers['content-type']);
  if (boundary === undefined || caller.kind !== 'open') return readJson(request, bodyBytes);
  return readDocumentParts(await readBytes(request, bodyBytes), boundary, attachmentBytes);
}

/** The document with the id of the path, and the revision of the path or header if it says none itself. */
function named(exchange: DatabaseExchange, value: unknown, id: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const asked = revisionAsked(exchange);
  const own = '_rev' in value ? value._rev : undefined;
  if (asked !== undefined && own !== undefined && own !== asked) {
    throw badRequest('Document rev from request body and query string have different values');
  }
  return { ...value, _id: id, ...(asked === undefined ? {} : { _rev: asked }) };
}

/** Someone else's document, finished and checked like any in `_bulk_docs`. */
async function putFinished(
  exchange: DatabaseExchange,
  id: string,
  value: unknown,
  newEdits: boolean,
): Promise<EndpointResponse> {
  const { rights, parts, caller, database } = exchange;
  if (newEdits) throw forbidden('Only finished documents are taken: set new_edits to false.');
  if (rights.door === undefined) throw forbidden('Nothing is taken here.');
  const { accepted, refused, counts } = await admit([value], rights.door);
  parts.news.refused(caller, database.name, counts);
  const [document] = accepted;
  if (document === undefined) throw refusalOf(refused[0]);
  if (document._id !== id) throw badRequest('The _id must be the one in the path.');
  await storeFinished(exchange, [document]);
  return json(201, { ok: true, id, rev: document._rev });
}

async function deleteDocument(exchange: DatabaseExchange, id: string): Promise<EndpointResponse> {
  const asked = revisionAsked(exchange);
  // PouchDB makes the new revision's name of these, in this order: who deletes the same makes the same.
  const document: NewDocument = {
    _id: checkId(id),
    ...(asked === undefined ? {} : { _rev: asked }),
    _deleted: true,
  };
  const { database } = exchange;
  const [answers] = await database.documents([{ id }], {});
  if (answers?.[0]?.found !== true) throw missing(false, answers?.[0]);
  const { rev } = await writeOne(database, document, true);
  if (isBatch(exchange)) return json(202, { ok: true, id });
  return json(200, { ok: true, id, rev }, { etag: `"${rev}"` });
}

/** Which revision the request says it is about, in its path or its head. */
export function revisionAsked({ query, request }: DatabaseExchange): string | undefined {
  const inQuery = query.text('rev');
  const inHeader = /^"?([^"]+)"?$/.exec(request.headers['if-match'] ?? '')?.[1];
  if (inQuery !== undefined && inHeader !== undefined && inQuery !== inHeader) {
    throw badRequest('Document rev and etag have different values');
  }
  const asked = inQuery ?? inHeader;
  return asked === undefined ? undefined : checkRevisionText(asked);
}
