import * as v from 'valibot';
import type { RangeOptions, Row } from '../../store/all-docs.ts';
import { objectSchema, readBody } from '../messages/body.ts';
import { isOutsider, type DatabaseExchange } from '../exchange.ts';
import { badRequest, tooLarge } from '../messages/http-error.ts';
import { documentsPerPiece, listInPieces } from '../messages/in-pieces.ts';
import { json, pieces, type EndpointResponse } from '../messages/message.ts';
import { unusable } from '../messages/query.ts';
import { sequenceToken } from '../messages/sequence.ts';

/** Without their documents. */
const rowsPerPiece = 500;

/** The documents by id: a range of them, or those asked for by key. A body may say what the query can. */
export async function allDocs(exchange: DatabaseExchange): Promise<EndpointResponse> {
  return listDocuments(await withBody(exchange));
}

/** What is asked, whether by query or by body. */
export async function withBody(exchange: DatabaseExchange): Promise<DatabaseExchange> {
  const { request, parts, query } = exchange;
  if (request.method !== 'POST') return exchange;
  const { bodyBytes } = parts.limits;
  const body = await readBody(request, bodyBytes, objectSchema, 'The body must be an object.');
  return { ...exchange, query: query.with(body) };
}

export async function listDocuments(exchange: DatabaseExchange): Promise<EndpointResponse> {
  const keys = keysAsked(exchange);
  return keys === undefined ? allInRange(exchange) : allOf(exchange, keys);
}

const ranges = ['key', 'startkey', 'start_key', 'endkey', 'end_key'];

/** The ids asked for one by one; `undefined` where a range is. */
export function keysAsked({ query, parts }: DatabaseExchange): string[] | undefined {
  const keys = v.safeParse(v.optional(v.array(v.string())), query.json('keys'));
  if (!keys.success) throw badRequest('keys must be a list of document ids.');
  if (keys.output === undefined) return undefined;
  if (ranges.some((name) => query.has(name))) {
    throw unusable('`keys` is incompatible with `key`, `start_key` and `end_key`');
  }
  const { documentsPerBatch } = parts.limits;
  if (keys.output.length <= documentsPerBatch) return keys.output;
  throw tooLarge(`At most ${documentsPerBatch} documents may be asked for at once.`);
}

async function allOf(exchange: DatabaseExchange, asked: string[]): Promise<EndpointResponse> {
  const { query, database, caller } = exchange;
  const skip = query.count('skip') ?? 0;
  const chosen = asked.slice(skip, skip + (query.count('limit') ?? asked.length));
  const keys = query.flag('descending') ? chosen.toReversed() : chosen;
  const read = async (group: readonly string[]): Promise<unknown[]> => {
    const rows = await database.keys(group, rowOptions(exchange));
    return rows.map((row) =>
      isOutsider(caller) && 'value' in row && row.value.deleted
        ? { key: row.key, error: 'not_found' }
        : row,
    );
  };
  const head = { ...(await totals(exchange)), offset: null };
  const rows = await read(keys.slice(0, mostRows(exchange)));
  const rest = keys.slice(mostRows(exchange));
  return rest.length === 0
    ? json(200, { ...head, rows })
    : pieces(listInPieces(headOf(head), rows, rest, read));
}

/** All before the first row. */
const headOf = (head: object): string => `${JSON.stringify(head).slice(0, -1)},"rows":[`;

async function allInRange(exchange: DatabaseExchange): Promise<EndpointResponse> {
  const { query } = exchange;
  const key = query.jsonText('key');
  const startKey = key ?? query.jsonText('startkey', 'start_key');
  const endKey = key ?? query.jsonText('endkey', 'end_key');
  const skip = query.count('skip') ?? 0;
  const options: Omit<RangeOptions, 'limit' | 'skip'> = {
    ...rowOptions(exchange),
    ...(startKey === undefined ? {} : { startKey }),
    ...(endKey === undefined ? {} : { endKey }),
    inclusiveEnd: query.text('inclusive_end') === undefined || query.flag('inclusive_end'),
    descending: query.flag('descending'),
  };
  const limit = query.count('limit') ?? Number.POSITIVE_INFINITY;
  const head = { ...(await totals(exchange)), offset: skip };
  const first = await exchange.database.range({
    ...options,
    skip,
    limit: Math.min(limit, mostRows(exchange)),
  });
  return pieces(rowsInPieces(exchange, head, options, first, limit));
}

const mostRows = ({ query }: DatabaseExchange): number =>
  query.flag('include_docs') ? documentsPerPiece : rowsPerPiece;

async function* rowsInPieces(
  exchange: DatabaseExchange,
  head: object,
  options: Omit<RangeOptions, 'limit' | 'skip'>,
  first: Row[],
  limit: number,
): AsyncGenerator<string> {
  yield `${headOf(head)}\n`;
  const most = mostRows(exchange);
  let left = limit;
  let rows = first;
  let separator = '';
  for (;;) {
    if (rows.length > 0) yield separator + rows.map((row) => JSON.stringify(row)).join(',\n');
    separator = ',\n';
    left -= rows.length;
    const last = rows.at(-1);
    if (last === undefined || left <= 0 || rows.length < most) break;
    rows = await exchange.database.range({
      ...options,
      after: last.id,
      limit: Math.min(left, most),
    });
  }
  yield '\n]}\n';
}

async function totals({ database, query }: DatabaseExchange) {
  const { documents, updateSeq } = await database.info();
  const sequence = { update_seq: sequenceToken(updateSeq, database.incarnation) };
  return { total_rows: documents, ...(query.flag('update_seq') ? sequence : {}) };
}

export function rowOptions({ query }: DatabaseExchange) {
  return {
    includeDocs: query.flag('include_docs'),
    conflicts: query.flag('conflicts'),
    attachments: query.flag('attachments'),
  };
}
