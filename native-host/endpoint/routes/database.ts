import * as v from 'valibot';
import type { HostDatabase } from '../../store/database.ts';
import { defaultRevsLimit } from '../../store/pouch.ts';
import type { DatabaseExchange, Exchange, Routes } from '../exchange.ts';
import { isOutsider } from '../exchange.ts';
import { badRequest, HttpError } from '../messages/http-error.ts';
import { readBody, readJson } from '../messages/body.ts';
import { json, type EndpointResponse } from '../messages/message.ts';
import { sequenceToken } from '../messages/sequence.ts';
import { toWrite, writeOne } from '../documents/written.ts';
import { allDocs } from './all-docs.ts';
import { bulkDocs } from './bulk-docs.ts';
import { bulkGet } from './bulk-get.ts';
import { changes } from './changes.ts';
import { bytesLately, forgetBytes } from './bytes-lately.ts';
import { askWork } from './inbox.ts';
import { isBatch } from './document.ts';
import {
  allDocsQueries,
  designDocuments,
  designQueries,
  localDocuments,
  localQueries,
} from './lists.ts';
import { databaseNotServed } from './not-served.ts';
import { missingRevs, revsDiff } from './revs-diff.ts';
import { purge } from './purge.ts';
import { getSecurity, putSecurity } from './security.ts';
import { listStaged, settleStaged } from './staged.ts';

/** Paths of a database, by the part behind its name; any other part is a document's id. */
export const databaseRoutes: Readonly<Record<string, Routes<DatabaseExchange>>> = {
  '': {
    GET: { need: 'either', answer: info },
    POST: { need: 'own', answer: postDocument },
    DELETE: { need: 'own', answer: remove },
  },
  _all_docs: {
    GET: { need: 'read', answer: allDocs },
    POST: { need: 'read', answer: allDocs },
  },
  '_all_docs/queries': { POST: { need: 'own', answer: allDocsQueries } },
  _design_docs: {
    GET: { need: 'own', answer: designDocuments },
    POST: { need: 'own', answer: designDocuments },
  },
  '_design_docs/queries': { POST: { need: 'own', answer: designQueries } },
  _local_docs: {
    GET: { need: 'own', answer: localDocuments },
    POST: { need: 'own', answer: localDocuments },
  },
  '_local_docs/queries': { POST: { need: 'own', answer: localQueries } },
  _changes: {
    GET: { need: 'read', answer: changes },
    POST: { need: 'read', answer: changes },
  },
  _revs_diff: { POST: { need: 'either', answer: revsDiff } },
  _work: { GET: { need: 'push', answer: askWork } },
  _bulk_docs: { POST: { need: 'push', answer: bulkDocs } },
  _bulk_get: { POST: { need: 'read', answer: bulkGet } },
  _missing_revs: { POST: { need: 'either', answer: missingRevs } },
  _security: {
    GET: { need: 'either', answer: getSecurity },
    PUT: { need: 'own', answer: putSecurity },
  },
  _revs_limit: {
    GET: { need: 'either', answer: getRevsLimit },
    PUT: { need: 'own', answer: putRevsLimit },
  },
  _ensure_full_commit: { POST: { need: 'either', answer: ensureFullCommit } },
  _staged: {
    GET: { need: 'own', answer: listStaged },
    POST: { need: 'own', answer: settleStaged },
  },
  _purge: { POST: { need: 'own', answer: purge } },
  _compact: { POST: { need: 'own', answer: compact } },
  // There are no views to clean up after.
  _view_cleanup: { POST: { need: 'own', answer: () => json(202, { ok: true }) } },
  ...databaseNotServed,
};

/** No tree is longer than CouchDB's by default: what is longer makes each change of it slow. */
const revsLimitSchema = v.pipe(
  v.number(),
  v.safeInteger(),
  v.minValue(1),
  v.transform((limit) => Math.min(limit, defaultRevsLimit)),
);

/** Make a database; also for a name that is taken, which the other routes don't reach. */
export async function createDatabase({ parts }: Exchange, name: string): Promise<EndpointResponse> {
  if (!(await parts.store.create(name))) {
    throw new HttpError(
      412,
      'file_exists',
      'The database could not be created, the file already exists.',
    );
  }
  return json(201, { ok: true }, { location: `/${encodeURIComponent(name)}` });
}

async function info(exchange: DatabaseExchange): Promise<EndpointResponse> {
  const { database, caller } = exchange;
  return json(200, await databaseInfo(database, isOutsider(caller)));
}

export async function databaseInfo(database: HostDatabase, outside: boolean) {
  const { documents, updateSeq } = await database.info();
  return {
    db_name: database.name,
    doc_count: documents,
    update_seq: sequenceToken(updateSeq, database.incarnation),
    instance_start_time: instanceStartTime(database),
    purge_seq: 0,
    compact_running: false,
    disk_format_version: 8,
    // What lies on our disk, deleted documents included, is nobody else's business.
    ...(outside ? {} : { sizes: { file: await bytesLately(database) } }),
  };
}

/** CouchDB has a time here; clients only compare it, to see whether this is still the same database. */
function instanceStartTime({ incarnation }: HostDatabase): string {
  return BigInt(`0x${incarnation}`).toString();
}

async function postDocument(exchange: DatabaseExchange): Promise<EndpointResponse> {
  const { request, parts, database } = exchange;
  const value = await readJson(request, parts.limits.bodyBytes);
  const [document = {}] = await toWrite(exchange, [value], true);
  const { id, rev } = await writeOne(database, document, true);
  if (isBatch(exchange)) return json(202, { ok: true, id });
  const location = `/${encodeURIComponent(database.name)}/${encodeURIComponent(id)}`;
  return json(201, { ok: true, id, rev }, { location });
}

async function remove({ parts, database, query }: DatabaseExchange): Promise<EndpointResponse> {
  // A client that lost a document's id on the way must not lose the whole database.
  if (query.text('rev') !== undefined) {
    throw badRequest('This would delete the database: rev belongs to a document.');
  }
  await parts.store.destroy(database.name);
  return json(200, { ok: true });
}

/** Every write is on the disk before it is answered, so there is nothing to do. */
async function ensureFullCommit({ database }: DatabaseExchange): Promise<EndpointResponse> {
  return json(201, { ok: true, instance_start_time: instanceStartTime(database) });
}

async function compact({ database }: DatabaseExchange): Promise<EndpointResponse> {
  await database.compact();
  forgetBytes(database);
  return json(202, { ok: true });
}

async function getRevsLimit({ database }: DatabaseExchange): Promise<EndpointResponse> {
  return json(200, await database.revsLimit());
}

async function putRevsLimit({
  request,
  parts,
  database,
}: DatabaseExchange): Promise<EndpointResponse> {
  const expected = '`rev_limit` parameter must be larger than 0';
  await database.setRevsLimit(
    await readBody(request, parts.limits.bodyBytes, revsLimitSchema, expected),
  );
  return json(200, { ok: true });
}
