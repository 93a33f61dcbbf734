import * as v from 'valibot';
import type { Missing } from '../../store/revs-diff.ts';
import { objectSchema, readBody } from '../messages/body.ts';
import { isOutsider, type DatabaseExchange } from '../exchange.ts';
import { tooLarge } from '../messages/http-error.ts';
import { json, type EndpointResponse } from '../messages/message.ts';

const revisionsPerDocument = 1_000;
/** Lists of revisions by document id. */
export const revisionsSchema = v.pipe(
  objectSchema,
  // A map: `__proto__` is an id like any other.
  v.transform((asked) => new Map(Object.entries(asked))),
  v.map(v.string(), v.pipe(v.array(v.string()), v.maxLength(revisionsPerDocument))),
);

/** Which of these revisions are not here yet. */
export async function revsDiff(exchange: DatabaseExchange): Promise<EndpointResponse> {
  return json(200, byId(await notHere(exchange)));
}

/** The same as older replicators ask for it. */
export async function missingRevs(exchange: DatabaseExchange): Promise<EndpointResponse> {
  const revisions = [...(await notHere(exchange))].map(
    ([id, { missing }]) => [id, missing] as const,
  );
  return json(200, { missing_revs: byId(revisions) });
}

/** Without a prototype it is a table from the beginning: else a thousand names make a thousand shapes of objects. */
function byId<T>(found: Iterable<readonly [string, T]>): Record<string, T> {
  const table = Object.create(null) as Record<string, T>;
  for (const [id, value] of found) table[id] = value;
  return table;
}

async function notHere(exchange: DatabaseExchange): Promise<Map<string, Missing>> {
  const { request, parts, database, caller } = exchange;
  const { bodyBytes, documentsPerBatch } = parts.limits;
  const asked = await readBody(
    request,
    bodyBytes,
    revisionsSchema,
    'The body must be an object of lists of revisions by document id.',
  );
  if (asked.size > documentsPerBatch) {
    throw tooLarge(`At most ${documentsPerBatch} documents may be asked about at once.`);
  }
  const missing = await database.revsDiff(asked);
  // What waits to be judged need not be brought again; its owner may fetch it from elsewhere all the same.
  if (isOutsider(caller)) {
    for (const id of await database.stagedAmong([...missing.keys()])) missing.delete(id);
  }
  return missing;
}
