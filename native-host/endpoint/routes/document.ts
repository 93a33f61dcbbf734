import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import type { DocumentAnswer, Extras } from '../../store/documents.ts';
import { StoreError } from '../../store/errors.ts';
import type { NewDocument } from '../../store/database.ts';
import type { Document } from '../../store/layout.ts';
import { admit, asNew } from '../admit.ts';
import { readJson } from '../body.ts';
import { checkId, checkRevisionText, checkShape } from '../document-shape.ts';
import { isOutsider, type DatabaseExchange, type Routes } from '../exchange.ts';
import { badRequest, forbidden, HttpError } from '../http-error.ts';
import { json, peerAddress, type EndpointResponse } from '../message.ts';

/** Routes of one document. `id` is decoded already. */
export function documentRoutes(id: string): Routes<DatabaseExchange> {
  return {
    GET: { need: 'read', answer: (exchange) => getDocument(exchange, id) },
    PUT: { need: 'write', answer: (exchange) => putDocument(exchange, id) },
    DELETE: { need: 'own', answer: (exchange) => deleteDocument(exchange, id) },
  };
}

const openRevsSchema = v.union([v.literal('all'), v.array(v.string())]);

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
  const etag = `"${document._rev}"`;
  const plain = !Object.values(extras).some(Boolean);
  if (plain && request.headers['if-none-match'] === etag) {
    return { status: 304, headers: { etag }, body: '' };
  }
  return json(200, document, plain ? { etag } : {});
}

function extrasOf({ query }: DatabaseExchange): Extras {
  const meta = query.flag('meta');
  return {
    revs: query.flag('revs'),
    revsInfo: meta || query.flag('revs_info'),
    conflicts: meta || query.flag('conflicts'),
    deletedConflicts: meta || query.flag('deleted_conflicts'),
    localSeq: query.flag('local_seq'),
    attachments: query.flag('attachments'),
  };
}

/** Outside, what is deleted here was never there. */
function missing(outside: boolean, answer?: DocumentAnswer): HttpError {
  const deleted = !outside && answer?.found === false && answer.reason === 'deleted';
  return new HttpError(404, 'not_found', deleted ? 'deleted' : 'missing');
}

async function openRevisions(
  { query, database, caller, request, parts }: DatabaseExchange,
  id: string,
  extras: Extras,
): Promise<EndpointResponse> {
  const text = query.text('open_revs');
  const asked = v.safeParse(openRevsSchema, text === 'all' ? text : query.json('open_revs'));
  if (!asked.success) throw badRequest('open_revs must be all or a list of revisions.');
  const revs = asked.output === 'all' ? asked.output : asked.output.map(checkRevisionText);
  if (revs.length > parts.limits.documentsPerBatch) throw badRequest('Too many revisions at once.');
  const wanted = { id, revs, latest: query.flag('latest') };
  const [answers = []] = await database.documents([wanted], extras);
  const shown = answers.filter(
    (answer) => !(isOutsider(caller) && answer.found && answer.document['_deleted'] === true),
  );
  if (revs === 'all' && shown.length === 0) throw missing(isOutsider(caller));
  const results = shown.map((answer) =>
    answer.found ? { ok: answer.document } : { missing: answer.rev },
  );
  const accepted = request.headers['accept'] ?? '';
  return accepted.includes('multipart/mixed') ? inParts(results) : json(200, results);
}

/** The form CouchDB's replicator asks for: one part for each revision. */
function inParts(
  results: readonly ({ ok: Document } | { missing: string | undefined })[],
): EndpointResponse {
  const boundary = randomBytes(16).toString('hex');
  const parts = results.map((result) => {
    const [type, value] =
      'ok' in result ? ['application/json', result.ok] : ['application/json; error="true"', result];
    return `--${boundary}\r\nContent-Type: ${type}\r\n\r\n${JSON.stringify(value)}\r\n`;
  });
  const answer = json(200, null, { 'content-type': `multipart/mixed; boundary="${boundary}"` });
  return { ...answer, body: `${parts.join('')}--${boundary}--\r\n` };
}

async function putDocument(exchange: DatabaseExchange, id: string): Promise<EndpointResponse> {
  const { request, query, caller, parts } = exchange;
  const { bodyBytes, documentBytes } = parts.limits;
  const newEdits = query.text('new_edits') === undefined || query.flag('new_edits');
  const value = await readJson(request, bodyBytes);
  if (isOutsider(caller)) return putFinished(exchange, id, value, newEdits);
  const rev = query.text('rev') ?? revisionInHeader(exchange);
  const withId = { ...(value as object), _id: id, ...(rev === undefined ? {} : { _rev: rev }) };
  const document = checkShape(
    typeof value === 'object' && value !== null && !Array.isArray(value) ? withId : value,
    newEdits,
    documentBytes,
  );
  if (caller.kind !== 'open' && id.startsWith('_design/')) {
    throw forbidden('Design documents are not taken: nothing here runs them.');
  }
  return written(exchange, document, newEdits);
}

/** Someone else's document, finished and checked like any in `_bulk_docs`. */
async function putFinished(
  { database, rights, caller }: DatabaseExchange,
  id: string,
  value: unknown,
  newEdits: boolean,
): Promise<EndpointResponse> {
  if (newEdits) throw forbidden('Only finished documents are taken: set new_edits to false.');
  if (rights.door === undefined) throw forbidden('Nothing is taken here.');
  const { accepted, refused } = await admit([value], rights.door);
  const [document] = accepted;
  if (document === undefined) throw forbidden(refused[0]?.reason ?? 'Nothing is taken here.');
  if (document._id !== id) throw badRequest('The _id must be the one in the path.');
  await database.write([asNew(document)], false, peerAddress(caller));
  return json(201, { ok: true, id, rev: document._rev });
}

async function deleteDocument(exchange: DatabaseExchange, id: string): Promise<EndpointResponse> {
  const rev = exchange.query.text('rev') ?? revisionInHeader(exchange);
  const document: NewDocument = {
    _id: checkId(id),
    _deleted: true,
    ...(rev === undefined ? {} : { _rev: checkRevisionText(rev) }),
  };
  const { database } = exchange;
  const [answers] = await database.documents([{ id }], {});
  if (answers?.[0]?.found !== true) throw missing(false, answers?.[0]);
  return written(exchange, document, true, 200);
}

async function written(
  { database }: DatabaseExchange,
  document: NewDocument,
  newEdits: boolean,
  status = 201,
): Promise<EndpointResponse> {
  const [result] = await database.write([document], newEdits);
  if (result !== undefined && 'error' in result) {
    throw new StoreError(409, result.error, result.reason);
  }
  const rev = result?.rev ?? document._rev ?? '';
  return json(status, { ok: true, id: document._id, rev }, { etag: `"${rev}"` });
}

function revisionInHeader({ request }: DatabaseExchange): string | undefined {
  return /^"?([^"]+)"?$/.exec(request.headers['if-match'] ?? '')?.[1];
}
