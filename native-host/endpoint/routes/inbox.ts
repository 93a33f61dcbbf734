import * as v from 'valibot';
import type { StoredDocument } from '../../../src/domain/document/envelope.ts';
import { toBase64Url } from '../../../src/domain/bytes.ts';
import { asNew, type RefusedDocument } from '../access/admit.ts';
import type { DatabaseExchange } from '../exchange.ts';
import { HttpError, noSuchDatabase } from '../messages/http-error.ts';
import { lettersIn, recordOf, takeOut, whoMakesRoom } from '../limits/letters.ts';
import { sizeOf } from '../limits/quotas.ts';
import { json, type EndpointResponse } from '../messages/message.ts';

/** As it stands beside the documents of a delivery. */
export const workSchema = v.strictObject({
  nonce: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{43}$/)),
  solution: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{11}$/)),
});

/** What a stranger has to do before leaving a letter. */
export async function askWork({
  parts,
  rights,
  database,
}: DatabaseExchange): Promise<EndpointResponse> {
  if (rights.door?.kind !== 'inbox') throw noSuchDatabase();
  const asked = parts.work.asked((await database.info()).documents);
  if (!asked) throw new HttpError(503, 'unavailable', 'Nobody is here to be written to.');
  return json(200, { nonce: toBase64Url(asked.nonce), bits: asked.bits });
}

/**
 * The work that came with a letter, in bits. A friend's costs nothing, and is the first to make room. Throws
 * before anything of the letter is looked at but its name.
 */
export async function paidFor(
  { caller, parts, database }: DatabaseExchange,
  docs: readonly unknown[],
  work: v.InferOutput<typeof workSchema> | undefined,
): Promise<number> {
  if (caller.kind === 'peer' || docs.length === 0) return 0;
  const [letter] = docs;
  const isNamed = typeof letter === 'object' && letter !== null && '_id' in letter;
  const id = isNamed && typeof letter._id === 'string' ? letter._id : '';
  const bits = parts.work.check(id, work, (await database.info()).documents);
  if (bits !== undefined) return bits;
  throw new HttpError(428, 'work_needed', 'Letters need a proof of work: GET _work says how much.');
}

/**
 * Store what fits into an inbox. What is there already is no news and takes no room; where there is none,
 * the letters that cost least make room for one that cost more.
 */
export async function deliver(
  { parts, database }: DatabaseExchange,
  documents: readonly StoredDocument[],
  bits: number,
): Promise<readonly unknown[]> {
  const asked = new Map(documents.map((document) => [document._id, [document._rev]]));
  const missing = await database.revsDiff(asked);
  const fresh = documents.filter((document) => missing.has(document._id));
  const failed = [];
  for (const document of fresh) {
    const letter = { id: document._id, bits, bytes: sizeOf(document) };
    const letters = await lettersIn(database);
    const leaving = whoMakesRoom(letters, letter, parts.limits);
    if (leaving === undefined) failed.push(turnedAway(document));
    else {
      for (const { id } of leaving) await takeOut(database, id);
      failed.push(...(await database.write([asNew(document), recordOf(letter)], false)));
    }
  }
  return failed;
}

const turnedAway = ({ _id: id, _rev: rev }: StoredDocument): RefusedDocument => ({
  id,
  rev,
  error: 'too_many',
  reason: 'The inbox is full.',
});
