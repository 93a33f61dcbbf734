import * as v from 'valibot';
import type { DocumentAnswer, Extras } from '../../store/documents.ts';
import type { Document } from '../../store/layout.ts';
import { readBody } from '../messages/body.ts';
import { documentPart } from '../documents/document-parts.ts';
import { isOutsider, type DatabaseExchange } from '../exchange.ts';
import { tooLarge } from '../messages/http-error.ts';
import { documentsPerPiece, listInPieces } from '../messages/in-pieces.ts';
import {
  accepts,
  json,
  pieces,
  type EndpointRequest,
  type EndpointResponse,
} from '../messages/message.ts';
import type { Part } from '../messages/multipart.ts';
import { errorPart, mixed } from './open-revs.ts';

const requestSchema = v.looseObject({
  docs: v.array(v.looseObject({ id: v.string(), rev: v.optional(v.string()) })),
});

/** Many documents at once: one result for each asked for, in that order, as CouchDB does. */
export async function bulkGet(exchange: DatabaseExchange): Promise<EndpointResponse> {
  const { request, query, parts } = exchange;
  const { bodyBytes, documentsPerBatch } = parts.limits;
  const { docs } = await readBody(
    request,
    bodyBytes,
    requestSchema,
    'The body must be {docs: [{id, rev}]}.',
  );
  if (docs.length > documentsPerBatch) {
    throw tooLarge(`At most ${documentsPerBatch} documents may be asked for at once.`);
  }
  const inParts = wantsParts(request);
  if (inParts && isOutsider(exchange.caller) && docs.length > documentsPerPiece) {
    throw tooLarge(`At most ${documentsPerPiece} documents may be asked for at once in parts.`);
  }
  const extras: Extras = {
    revs: query.flag('revs'),
    attachments: inParts || query.flag('attachments'),
  };
  const read = (asked: readonly Asked[]) => readResults(exchange, asked, extras);
  if (inParts) {
    return mixed((await read(docs)).flatMap(({ docs: shown }) => shown.map(partOf)));
  }
  const results = await read(docs.slice(0, documentsPerPiece));
  const rest = docs.slice(documentsPerPiece);
  return rest.length === 0
    ? json(200, { results })
    : pieces(listInPieces('{"results":[', results, rest, read));
}

type Asked = v.InferOutput<typeof requestSchema>['docs'][number];

async function readResults(
  exchange: DatabaseExchange,
  asked: readonly Asked[],
  extras: Extras,
): Promise<{ id: string; docs: Result[] }[]> {
  const latest = exchange.query.flag('latest');
  const requests = asked.map(({ id, rev }) => ({
    id,
    revs: rev === undefined ? ('all' as const) : [rev],
    latest,
  }));
  const answers = await exchange.database.documents(requests, extras);
  return asked.map(({ id, rev = 'undefined' }, index) => {
    const shown = (answers[index] ?? []).map((answer) => resultOf(exchange, id, rev, answer));
    return { id, docs: shown.length > 0 ? shown : [missing(id, rev)] };
  });
}

/** As in CouchDB: who takes JSON gets JSON. */
const wantsParts = (request: EndpointRequest): boolean =>
  !accepts(request, 'application/json') &&
  (accepts(request, 'multipart/mixed') || accepts(request, 'multipart/related'));

function partOf(result: Result): Part {
  if (!('ok' in result)) return errorPart(result.error);
  const { _id: id, _rev: rev } = result.ok;
  return documentPart(result.ok, { 'X-Doc-Id': encodeURIComponent(id), 'X-Rev-Id': rev });
}

type Result = { readonly ok: Document } | { readonly error: unknown };

function resultOf(
  { caller }: DatabaseExchange,
  id: string,
  rev: string,
  answer: DocumentAnswer,
): Result {
  if (!answer.found) return missing(id, answer.rev ?? rev);
  const { document } = answer;
  // Deletion is local: outside, what is deleted here was never there.
  const hidden = document['_deleted'] === true && isOutsider(caller);
  return hidden ? missing(id, rev) : { ok: document };
}

function missing(id: string, rev: string): Result {
  return { error: { id, rev, error: 'not_found', reason: 'missing' } };
}
