import { randomUUID } from 'node:crypto';
import { hostVersion } from '../../version.ts';
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
  const names = parts.store.list();
  const skip = query.count('skip') ?? 0;
  const limit = query.count('limit') ?? names.length;
  return json(200, names.slice(skip, skip + limit));
}
