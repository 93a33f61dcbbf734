import * as v from 'valibot';
import type { StoredDocument } from '../../../src/domain/document/envelope.ts';
import type { WriteResult } from '../../store/write.ts';
import { admit, asNew } from '../access/admit.ts';
import { readBody } from '../messages/body.ts';
import { isOutsider, type DatabaseExchange } from '../exchange.ts';
import { forbidden, tooLarge } from '../messages/http-error.ts';
import { json, peerAddress, type EndpointResponse } from '../messages/message.ts';
import { toWrite } from '../documents/written.ts';
import { stageFinished } from './staged.ts';
import { deliver, paidFor, workSchema } from './inbox.ts';

const batchSchema = v.looseObject({
  docs: v.array(v.unknown()),
  new_edits: v.optional(v.boolean(), true),
  /** A stranger's, for a letter. */
  work: v.optional(workSchema),
});

/**
 * Store many documents. The owner writes as in CouchDB. Anyone else brings finished documents
 * (`new_edits: false`); each is checked, those refused are named, the others are stored.
 */
export async function bulkDocs(exchange: DatabaseExchange): Promise<EndpointResponse> {
  const { request, parts, caller, rights, database } = exchange;
  const { limits } = parts;
  // A delivery is a few small documents; nobody gets to send more without being known.
  const delivers = rights.deliver && !rights.own;
  const mostDocuments = delivers ? limits.inboxBatch : limits.documentsPerBatch;
  const {
    docs,
    new_edits: newEdits,
    work,
  } = await readBody(
    request,
    delivers ? limits.inboxBodyBytes : limits.bodyBytes,
    batchSchema,
    'The body must be {docs: [...], new_edits: true or false}.',
  );
  if (docs.length > mostDocuments) {
    throw tooLarge(`At most ${mostDocuments} documents may come at once.`);
  }
  if (!isOutsider(caller)) return json(201, await writeAsOwner(exchange, docs, newEdits));
  if (newEdits) throw forbidden('Only finished documents are taken: set new_edits to false.');
  const bits = delivers ? await paidFor(exchange, docs, work) : 0;
  // As it is now: while the documents were on their way a key may have been taken back.
  const { door } = exchange.rights;
  if (door === undefined) throw forbidden('Nothing is taken here.');
  const { accepted, refused, counts } = await admit(docs, door);
  parts.news.refused(caller, database.name, counts);
  const left = delivers
    ? await parts.inTurn(database.name, () => deliver(exchange, accepted, bits))
    : await storeFinished(exchange, accepted);
  return json(201, [...refused, ...left]);
}

/** Someone else's documents, checked, if they have room. */
export function storeFinished(
  exchange: DatabaseExchange,
  documents: readonly StoredDocument[],
): Promise<readonly WriteResult[]> {
  const { parts, caller, rights, database } = exchange;
  parts.news.taken(
    caller,
    database.name,
    documents.map(({ _id }) => _id),
  );
  const peer = peerAddress(caller);
  const write = () =>
    rights.staged === true
      ? stageFinished(exchange, documents)
      : database.write(documents.map(asNew), false, peer);
  return parts.quotas.store(database, peer ?? caller.kind, documents, write);
}

async function writeAsOwner(
  exchange: DatabaseExchange,
  docs: readonly unknown[],
  newEdits: boolean,
): Promise<unknown> {
  return exchange.database.write(await toWrite(exchange, docs, newEdits), newEdits);
}
