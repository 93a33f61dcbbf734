import * as v from 'valibot';
import { readBody } from '../messages/body.ts';
import { isOutsider, type DatabaseExchange } from '../exchange.ts';
import { json, type EndpointResponse } from '../messages/message.ts';

/**
 * CouchDB's object of who may use a database. It decides nothing here: who may come in is the door's, and its
 * access list's. It is kept and given back for clients that copy it along.
 */
const keptAt = '_local/network25-security';

const people = v.optional(
  v.looseObject({ names: v.optional(v.array(v.string())), roles: v.optional(v.array(v.string())) }),
);
const securitySchema = v.looseObject({ admins: people, members: people });
const nobody = { names: [], roles: [] };

export async function getSecurity(exchange: DatabaseExchange): Promise<EndpointResponse> {
  const { database, caller } = exchange;
  const kept = isOutsider(caller) ? undefined : await database.getLocal(keptAt);
  return json(200, kept?.['security'] ?? { admins: nobody, members: nobody });
}

export async function putSecurity(exchange: DatabaseExchange): Promise<EndpointResponse> {
  const { database, request, parts } = exchange;
  const { documentBytes } = parts.limits;
  const expected = 'The body must be {admins: {names, roles}, members: {names, roles}}.';
  const security = await readBody(request, documentBytes, securitySchema, expected);
  const before = await database.getLocal(keptAt);
  await database.putLocal({ ...before, _id: keptAt, security });
  return json(200, { ok: true });
}
