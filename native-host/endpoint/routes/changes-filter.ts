import * as v from 'valibot';
import type { ChangesOptions } from '../../store/changes.ts';
import { readBody } from '../messages/body.ts';
import { isOutsider, type DatabaseExchange } from '../exchange.ts';
import { badRequest, HttpError, tooLarge } from '../messages/http-error.ts';
import { compileSelector } from '../selector/selector.ts';

const bodySchema = v.looseObject({
  doc_ids: v.optional(v.array(v.string())),
  selector: v.optional(v.unknown()),
});
const idsSchema = v.optional(v.array(v.string()));
const idsExpected = 'doc_ids must be a list of document ids.';

/**
 * Which documents the feed is about. Only what needs no program is understood: ids, a selector, and design
 * documents. A selector costs us work for each document, so that it is nothing for people from outside.
 */
export async function readFilter(
  exchange: DatabaseExchange,
): Promise<Pick<ChangesOptions, 'ids' | 'matches'>> {
  const { request, query, parts, caller } = exchange;
  const filter = query.text('filter');
  const hasBody = request.method === 'POST' && request.headers['content-length'] !== '0';
  const body = hasBody
    ? await readBody(request, parts.limits.bodyBytes, bodySchema, idsExpected)
    : {};
  switch (filter) {
    case undefined:
      return {};
    case '_doc_ids': {
      const inQuery = v.safeParse(idsSchema, query.json('doc_ids'));
      const ids = body.doc_ids ?? (inQuery.success ? inQuery.output : undefined);
      if (ids === undefined) throw badRequest(idsExpected);
      const { documentsPerBatch } = parts.limits;
      if (ids.length <= documentsPerBatch) return { ids: new Set(ids) };
      throw tooLarge(`At most ${documentsPerBatch} documents may be asked about at once.`);
    }
    case '_design':
      return { matches: ({ _id: id }) => id.startsWith('_design/') };
    case '_selector':
      if (isOutsider(caller)) break;
      return { matches: compileSelector(body.selector) };
  }
  // As CouchDB says of a function that isn't there: here none ever is, whatever a design document holds.
  const isFunction = filter === '_view' || /^[^_].*\//.test(filter);
  if (isFunction) throw new HttpError(404, 'not_found', 'There are no filter functions here.');
  throw badRequest('The filter must be _doc_ids, _selector or _design.');
}
