import * as v from 'valibot';
import type { DatabaseExchange } from '../exchange.ts';
import { badRequest, tooLarge } from '../messages/http-error.ts';
import { json, pieces, type EndpointResponse } from '../messages/message.ts';
import type { Query } from '../messages/query.ts';
import { readBody } from '../messages/body.ts';
import { keysAsked, listDocuments, rowOptions, withBody } from './all-docs.ts';

/** Lists that are small enough to be looked at whole, asked like `_all_docs`. */
type Answer = (exchange: DatabaseExchange) => Promise<EndpointResponse>;

const mostQueries = 100;
const queriesSchema = v.looseObject({ queries: v.array(v.looseObject({})) });

/** Of these, which are in order, those a query is about. */
export function chosen(query: Query, sorted: readonly string[]): string[] {
  const key = query.jsonText('key');
  const start = key ?? query.jsonText('startkey', 'start_key');
  const end = key ?? query.jsonText('endkey', 'end_key');
  const descending = query.flag('descending');
  const inclusive = query.text('inclusive_end') === undefined || query.flag('inclusive_end');
  const before = (a: string, b: string): boolean => (descending ? a > b : a < b);
  const skip = query.count('skip') ?? 0;
  return (descending ? sorted.toReversed() : sorted)
    .filter((id) => start === undefined || !before(id, start))
    .filter((id) => end === undefined || before(id, end) || (inclusive && id === end))
    .slice(skip, skip + (query.count('limit') ?? sorted.length));
}

export const designDocuments: Answer = async (exchange) => listDesigns(await withBody(exchange));
export const localDocuments: Answer = async (exchange) => listLocals(await withBody(exchange));

/** Several questions at once, each of which may say what the query of one could. */
export const allDocsQueries: Answer = (exchange) => answerQueries(exchange, listDocuments);
export const designQueries: Answer = (exchange) => answerQueries(exchange, listDesigns);
export const localQueries: Answer = (exchange) => answerQueries(exchange, listLocals);

async function listDesigns(exchange: DatabaseExchange): Promise<EndpointResponse> {
  const { database, query } = exchange;
  const found = await database.range({
    startKey: '_design/',
    endKey: '_design0',
    inclusiveEnd: false,
    limit: Number.POSITIVE_INFINITY,
  });
  const ids =
    keysAsked(exchange) ??
    chosen(
      query,
      found.map(({ id }) => id),
    );
  const rows = await database.keys(ids, rowOptions(exchange));
  return json(200, { total_rows: found.length, offset: query.count('skip') ?? 0, rows });
}

/** What the host keeps for itself among them is nobody's document. */
const ours = '_local/network25-';

async function listLocals(exchange: DatabaseExchange): Promise<EndpointResponse> {
  const { database, query } = exchange;
  const all = (await database.locals('_local/')).filter(({ _id: id }) => !id.startsWith(ours));
  const known = new Map(all.map((document) => [document._id, document]));
  const asked = keysAsked(exchange) ?? chosen(query, [...known.keys()]);
  const rows = asked.map((key) => {
    const doc = known.get(key);
    if (doc === undefined) return { key, error: 'not_found' };
    const row = { id: key, key, value: { rev: doc._rev } };
    return query.flag('include_docs') ? { ...row, doc } : row;
  });
  return json(200, { total_rows: null, offset: null, rows });
}

async function answerQueries(
  exchange: DatabaseExchange,
  answer: Answer,
): Promise<EndpointResponse> {
  const { request, parts, query } = exchange;
  const expected = 'The body must be {queries: [{...}, ...]}.';
  const { bodyBytes } = parts.limits;
  const { queries } = await readBody(request, bodyBytes, queriesSchema, expected);
  if (queries.length === 0) throw badRequest(expected);
  if (queries.length > mostQueries) throw tooLarge(`At most ${mostQueries} queries at once.`);
  // All are begun before any is sent: what is wrong with one can still be said.
  const answers: EndpointResponse[] = [];
  for (const each of queries) answers.push(await answer({ ...exchange, query: query.with(each) }));
  return pieces(joined(answers));
}

async function* joined(answers: readonly EndpointResponse[]): AsyncGenerator<string> {
  yield '{"results":[\n';
  for (const [index, { body }] of answers.entries()) {
    if (index > 0) yield ',\n';
    if (typeof body === 'string') yield body;
    else if (!(body instanceof Uint8Array)) yield* body;
  }
  yield ']}\n';
}
