import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import { hostVersion } from '../../version.ts';
import { readBody } from '../messages/body.ts';
import { bytesLately } from './bytes-lately.ts';
import { databaseInfo } from './database.ts';
import { chosen } from './lists.ts';
import { answerUpdates } from './updates.ts';
import type { Exchange, Routes } from '../exchange.ts';
import { badRequest, forbidden, HttpError } from '../messages/http-error.ts';
import { json, peerAddress, type Caller, type EndpointResponse } from '../messages/message.ts';

/**
 * The CouchDB version whose replication API is spoken here: clients choose what to ask for by it. What
 * this really is stands under `vendor`.
 */
const spokenVersion = '3.4.0';
const ownVersion = hostVersion();
/** The version of our use of the CouchDB protocol; a friend's older Network25 then says that it is older. */
const ownProtocol = 1;
const mostUuids = 1_000;
/** As many as CouchDB takes by default. */
const mostNames = 100;
const namesSchema = v.looseObject({ keys: v.pipe(v.array(v.string()), v.maxLength(mostNames)) });

/** Paths that are about the server, not one database. */
export const serverRoutes: Readonly<Record<string, Routes<Exchange>>> = {
  '': { GET: { need: 'read', answer: welcome } },
  _up: { GET: { need: 'read', answer: () => json(200, { status: 'ok', seeds: {} }) } },
  _uuids: { GET: { need: 'read', answer: uuids } },
  _session: {
    GET: { need: 'read', answer: ({ caller }) => json(200, session(caller)) },
    POST: { need: 'read', answer: login },
    DELETE: { need: 'read', answer: () => json(200, { ok: true }) },
  },
  _all_dbs: { GET: { need: 'own', answer: allDatabases } },
  _db_updates: { GET: { need: 'read', answer: answerUpdates } },
};

/** And those only the owner and clients at an open door have: to others they are databases that aren't there. */
export const ownServerRoutes: Readonly<Record<string, Routes<Exchange>>> = {
  _active_tasks: { GET: { need: 'own', answer: () => json(200, []) } },
  _dbs_info: {
    GET: { need: 'own', answer: databasesInfo },
    POST: { need: 'own', answer: databasesInfoOf },
  },
  // Network25's own: how much of the disk is whose, without opening anything.
  _storage: { GET: { need: 'own', answer: storage } },
};

async function storage({ parts }: Exchange): Promise<EndpointResponse> {
  const { store } = parts;
  const databases: Record<string, number> = {};
  for (const name of store.list()) {
    const database = store.database(name);
    if (database) databases[name] = await bytesLately(database);
  }
  return json(200, { databases, ...(await store.room()) });
}

function welcome({ parts }: Exchange): EndpointResponse {
  return json(200, {
    couchdb: 'Welcome',
    version: spokenVersion,
    uuid: parts.store.uuid,
    features: [],
    vendor: { name: 'Network25', version: ownVersion, protocol: ownProtocol },
  });
}

function uuids({ query }: Exchange): EndpointResponse {
  const count = query.count('count') ?? 1;
  if (count > mostUuids) throw badRequest(`At most ${mostUuids} at once.`);
  return json(200, {
    uuids: Array.from({ length: count }, () => randomUUID().replaceAll('-', '')),
  });
}

function session(caller: Caller): unknown {
  const roles = caller.kind === 'owner' || caller.kind === 'open' ? ['_admin'] : [];
  const name = peerAddress(caller) ?? null;
  return { ok: true, userCtx: { name, roles }, info: { authentication_handlers: ['bearer'] } };
}

/** CouchDB's replicator logs in first when it was given a name; at an open door any will do. */
function login({ caller }: Exchange): EndpointResponse {
  if (caller.kind !== 'owner' && caller.kind !== 'open') {
    throw new HttpError(401, 'unauthorized', 'There are no passwords here: use a bearer token.');
  }
  const cookie = 'AuthSession=open; Version=1; Path=/; HttpOnly';
  return json(200, { ok: true, name: null, roles: ['_admin'] }, { 'set-cookie': cookie });
}

function allDatabases({ parts, query, caller }: Exchange): EndpointResponse {
  if (caller.kind !== 'owner' && caller.kind !== 'open') {
    throw forbidden('Only the owner lists databases.');
  }
  return json(200, chosen(query, parts.store.list()));
}

async function databasesInfo(exchange: Exchange): Promise<EndpointResponse> {
  const { parts, query } = exchange;
  return json(200, await infoOfEach(exchange, chosen(query, parts.store.list())));
}

async function databasesInfoOf(exchange: Exchange): Promise<EndpointResponse> {
  const { request, parts } = exchange;
  const expected = `The body must be {keys: [names]}, at most ${mostNames} of them.`;
  const { keys } = await readBody(request, parts.limits.bodyBytes, namesSchema, expected);
  return json(200, await infoOfEach(exchange, keys));
}

async function infoOfEach({ parts }: Exchange, names: readonly string[]): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const key of names) {
    const database = parts.store.database(key);
    found.push(
      database === undefined
        ? { key, error: 'not_found' }
        : { key, info: await databaseInfo(database, false) },
    );
  }
  return found;
}
