import * as v from 'valibot';
import type { Extras } from '../../store/documents.ts';
import { checkRevisionText } from '../documents/document-shape.ts';
import { documentPart, jsonPart, newBoundary } from '../documents/document-parts.ts';
import { isOutsider, type DatabaseExchange } from '../exchange.ts';
import { badRequest, HttpError } from '../messages/http-error.ts';
import { accepts, bytes, json, type EndpointResponse } from '../messages/message.ts';
import { joinMultipart, type Part } from '../messages/multipart.ts';

const openRevsSchema = v.union([v.literal('all'), v.array(v.string())]);

/**
 * The revisions of a document that were asked for: as JSON, or (what CouchDB's replicator asks for) one part
 * for each, with its attachments behind it.
 */
export async function openRevisions(
  { query, database, caller, request, parts }: DatabaseExchange,
  id: string,
  extras: Extras,
): Promise<EndpointResponse> {
  const text = query.text('open_revs');
  const asked = v.safeParse(openRevsSchema, text === 'all' ? text : query.json('open_revs'));
  if (!asked.success) throw badRequest('open_revs must be all or a list of revisions.');
  const revs = asked.output === 'all' ? asked.output : asked.output.map(checkRevisionText);
  if (revs.length > parts.limits.documentsPerBatch) throw badRequest('Too many revisions at once.');
  const inParts = accepts(request, 'multipart/mixed');
  const [answers = []] = await database.documents(
    [{ id, revs, latest: query.flag('latest') }],
    inParts ? { ...extras, attachments: true } : extras,
  );
  const shown = answers.filter(
    (answer) => !(isOutsider(caller) && answer.found && answer.document['_deleted'] === true),
  );
  if (revs === 'all' && shown.length === 0) throw new HttpError(404, 'not_found', 'missing');
  if (inParts) {
    return mixed(
      shown.map((answer) =>
        answer.found ? documentPart(answer.document) : errorPart({ missing: answer.rev }),
      ),
    );
  }
  const results = shown.map((answer) =>
    answer.found ? { ok: answer.document } : { missing: answer.rev },
  );
  return json(200, results);
}

export function mixed(parts: readonly Part[]): EndpointResponse {
  const boundary = newBoundary();
  return bytes(joinMultipart(boundary, parts), {
    'content-type': `multipart/mixed; boundary="${boundary}"`,
  });
}

export const errorPart = (value: unknown): Part =>
  jsonPart(value, { 'Content-Type': 'application/json; error="true"' });
