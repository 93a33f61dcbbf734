import * as v from 'valibot';
import type { Reply } from './canned.ts';

/** Documents with one revision each, in the order of their changes. */
export const knownSchema = v.object({
  text: v.string(),
  documents: v.array(v.object({ id: v.string(), rev: v.string() })),
});
export type Known = v.InferOutput<typeof knownSchema>;

const ok = (json: unknown): Reply => ({ status: 200, json });
const bulkGetSchema = v.object({ docs: v.array(v.object({ id: v.string(), rev: v.string() })) });

/** What a replicator is answered by a database that has all of these to give, and none that it is brought. */
export function replicaReplies(data: unknown) {
  const { documents, text } = v.parse(knownSchema, data);
  const changes = documents.map(({ id, rev }, at) => ({ seq: at + 1, id, changes: [{ rev }] }));
  const wholeDocument = (id: string, rev: string) => {
    const [generation, hash] = rev.split('-');
    const revisions = { start: Number(generation), ids: [hash] };
    return { _id: id, _rev: rev, _revisions: revisions, text };
  };
  return (method: string, url: string, body: string): Reply => {
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    const [what = ''] = pathname.split('/').slice(2);
    if (what === '_local') {
      return method === 'GET'
        ? { status: 404, json: { error: 'not_found', reason: 'missing' } }
        : { status: 201, json: { ok: true, id: '_local/checkpoint', rev: '0-1' } };
    }
    if (what === '_changes') {
      const since = Number(searchParams.get('since') ?? 0);
      const results = changes.slice(since, since + Number(searchParams.get('limit')));
      return ok({ results, last_seq: since + results.length, pending: 0 });
    }
    if (what === '_bulk_get') {
      const { docs } = v.parse(bulkGetSchema, JSON.parse(body));
      const results = docs.map(({ id, rev }) => ({ id, docs: [{ ok: wholeDocument(id, rev) }] }));
      return ok({ results });
    }
    if (what === '_revs_diff') {
      const asked = v.parse(v.record(v.string(), v.array(v.string())), JSON.parse(body));
      return ok(
        Object.fromEntries(Object.entries(asked).map(([id, missing]) => [id, { missing }])),
      );
    }
    if (what === '_bulk_docs') return { status: 201, json: [] };
    return ok({ ok: true, db_name: 'any', doc_count: 0, update_seq: documents.length });
  };
}
