import * as v from 'valibot';
import type { StoredDocument } from '../../../src/domain/document/envelope.ts';
import type { WriteResult } from '../../store/write.ts';
import { readBody } from '../messages/body.ts';
import type { DatabaseExchange } from '../exchange.ts';
import { insufficientStorage } from '../messages/http-error.ts';
import { json, peerAddress, type EndpointResponse } from '../messages/message.ts';

/** Of one answer; a document is at most some ten kilobytes. */
const mostAtOnce = 500;
const idsSchema = v.optional(v.pipe(v.array(v.string()), v.maxLength(mostAtOnce)), []);
const verdictSchema = v.strictObject({ accept: idsSchema, drop: idsSchema });

/**
 * Someone else's documents for a space whose owner judges first. A replicator never offers again what was refused,
 * and what it builds on may still be on its way: so they are taken, and wait.
 */
export async function stageFinished(
  { parts, caller, database }: DatabaseExchange,
  documents: readonly StoredDocument[],
): Promise<readonly WriteResult[]> {
  const by = peerAddress(caller) ?? caller.kind;
  const options = { by, now: parts.clock(), limits: parts.limits.staging };
  const copies = documents.map((document) => ({ ...document }));
  if (!(await database.stage(copies, options))) {
    throw insufficientStorage(
      'Too many documents wait here for their owner’s judgement; nothing was stored. Come again later.',
    );
  }
  return [];
}

/** What waits, for its owner: `{rows: [{id, by, at, doc}]}`, in the order of ids, 500 at most; `after` goes on. */
export async function listStaged({ database, query }: DatabaseExchange): Promise<EndpointResponse> {
  const staged = await database.staged(query.text('after') ?? '', mostAtOnce);
  const rows = staged.map(({ document, by, at }) => ({ id: document._id, by, at, doc: document }));
  return json(200, { rows });
}

/** The owner's verdict: `{accept: [ids], drop: [ids]}`. */
export async function settleStaged({
  request,
  parts,
  database,
}: DatabaseExchange): Promise<EndpointResponse> {
  const { accept, drop } = await readBody(
    request,
    parts.limits.bodyBytes,
    verdictSchema,
    `The body must be {accept: [ids], drop: [ids]}, at most ${mostAtOnce} of each.`,
  );
  return json(200, { ok: true, accepted: await database.settle(accept, drop) });
}
