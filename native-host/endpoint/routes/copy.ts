import type { DatabaseExchange } from '../exchange.ts';
import { checkId, checkRevisionText } from '../documents/document-shape.ts';
import { missing } from '../documents/missing.ts';
import { writeOne } from '../documents/written.ts';
import { badRequest } from '../messages/http-error.ts';
import { json, type EndpointResponse } from '../messages/message.ts';

/** `COPY`: a document again under another id, over the revision of that one which the header names. */
export async function copyDocument(
  exchange: DatabaseExchange,
  id: string,
  rev: string | undefined,
): Promise<EndpointResponse> {
  const { database, request } = exchange;
  const target = destinationOf(request.headers['destination']);
  const revs = rev === undefined ? undefined : [rev];
  const asked = [{ id: checkId(id), revs }];
  // With the data of its attachments: stubs would be of attachments that the other one doesn't have.
  const [[answer] = []] = await database.documents(asked, { attachments: true });
  if (!answer?.found) throw missing(false, answer);
  const { _rev: _, ...content } = answer.document;
  const copy = { ...content, _id: target.id, ...(target.rev ? { _rev: target.rev } : {}) };
  const written = await writeOne(database, copy, true);
  const location = `/${encodeURIComponent(database.name)}/${encodeURIComponent(target.id)}`;
  return json(201, { ok: true, ...written }, { etag: `"${written.rev}"`, location });
}

function destinationOf(header: string | undefined): { id: string; rev?: string } {
  if (header === undefined) throw badRequest('Destination header is mandatory for COPY.');
  if (/^https?:\/\//i.test(header)) throw badRequest('Destination URL must be relative.');
  const [, written = '', rev] = /^([^?]*)(?:\?rev=(.*))?$/.exec(header) ?? [];
  const id = checkId(decoded(written));
  return rev === undefined ? { id } : { id, rev: checkRevisionText(rev) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw badRequest('Destination is not properly percent-encoded.');
  }
}
