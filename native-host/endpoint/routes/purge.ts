import { readBody } from '../messages/body.ts';
import type { DatabaseExchange } from '../exchange.ts';
import { forgetCosts } from '../limits/letters.ts';
import { tooLarge } from '../messages/http-error.ts';
import { json, type EndpointResponse } from '../messages/message.ts';
import { revisionsSchema } from './revs-diff.ts';

/**
 * Erases documents, of which all leaves have to be named. For the owner what is erased stays so, whoever brings it, and an
 * empty list stands for whatever there is, now or ever; other people's clients at an open door expect what CouchDB does:
 * replication may bring it again.
 */
export async function purge(exchange: DatabaseExchange): Promise<EndpointResponse> {
  const { request, parts, database, caller } = exchange;
  const { bodyBytes, documentsPerBatch } = parts.limits;
  const asked = await readBody(
    request,
    bodyBytes,
    revisionsSchema,
    'The body must be an object of lists of revisions by document id.',
  );
  if (asked.size > documentsPerBatch) {
    throw tooLarge(`At most ${documentsPerBatch} documents may be purged at once.`);
  }
  const forGood = caller.kind === 'owner';
  const leavesOf = (revisions: readonly string[]) =>
    forGood && revisions.length === 0 ? undefined : new Set(revisions);
  const leaves = new Map([...asked].map(([id, revisions]) => [id, leavesOf(revisions)]));
  const erased = await database.erase(leaves, { forGood });
  await forgetCosts(database, asked.keys());
  const purged = Object.fromEntries([...asked.keys()].map((id) => [id, erased.get(id) ?? []]));
  return json(201, { purge_seq: null, purged });
}
