import type { DatabaseExchange, Exchange, Routes } from '../exchange.ts';
import { isOutsider } from '../exchange.ts';
import { badRequest, HttpError } from '../messages/http-error.ts';
import { readJson } from '../messages/body.ts';
import { json, type EndpointResponse } from '../messages/message.ts';
import { sequenceToken } from '../messages/sequence.ts';
import { toWrite, writeOne } from '../documents/written.ts';
import { allDocs } from './all-docs.ts';
import { bulkDocs } from './bulk-docs.ts';
import { bulkGet } from './bulk-get.ts';
import { changes } from './changes.ts';
import { askWork } from './inbox.ts';
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
  _revs_limit: { GET: { need: 'either', answer: () => json(200, 1_000) } },
  _ensure_full_commit: { POST: { need: 'either', answer: ensureFullCommit } },
  _staged: {
    GET: { need: 'own', answer: listStaged },
    POST: { need: 'own', answer: settleStaged },
  },
  _purge: { POST: { need: 'own', answer: purge } },
  _compact: { POST: { need: 'own', answer: compact } },
};

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
  const { documents, updateSeq } = await database.info();
  return json(200, {
    db_name: database.name,
    doc_count: documents,
    update_seq: sequenceToken(updateSeq, database.incarnation),
    instance_start_time: instanceStartTime(exchange),
    purge_seq: 0,
    compact_running: false,
    disk_format_version: 8,
    // What lies on our disk, deleted documents included, is nobody else's business.
    ...(isOutsider(caller) ? {} : { sizes: { file: await database.bytesOnDisk() } }),
  });
}

/** CouchDB has a time here; clients only compare it, to see whether this is still the same database. */
function instanceStartTime({ database }: DatabaseExchange): string {
  return BigInt(`0x${database.incarnation}`).toString();
}

async function postDocument(exchange: DatabaseExchange): Promise<EndpointResponse> {
  const { request, parts, database } = exchange;
  const value = await readJson(request, parts.limits.bodyBytes);
  const [document = {}] = await toWrite(exchange, [value], true);
  const { id, rev } = await writeOne(database, document, true);
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
async function ensureFullCommit(exchange: DatabaseExchange): Promise<EndpointResponse> {
  return json(201, { ok: true, instance_start_time: instanceStartTime(exchange) });
}

async function compact({ database }: DatabaseExchange): Promise<EndpointResponse> {
  await database.compact();
  return json(202, { ok: true });
}
