import type { NewDocument } from '../../store/write.ts';
import { readJson } from '../messages/body.ts';
import { checkShape } from '../documents/document-shape.ts';
import { isOutsider, type DatabaseExchange, type Route, type Routes } from '../exchange.ts';
import { badRequest, forbidden, HttpError, tooMany } from '../messages/http-error.ts';
import { json, type EndpointResponse } from '../messages/message.ts';

const prefix = '_local/';

/** Routes of one `_local/` document, where replicators keep how far they got. `name` is behind the slash. */
export function localRoutes(name: string): Routes<DatabaseExchange> {
  return {
    GET: { need: 'either', answer: (exchange) => getLocal(exchange, name) },
    PUT: { need: 'either', answer: (exchange) => putLocal(exchange, name) },
    DELETE: { need: 'own', answer: (exchange) => deleteLocal(exchange, name) },
  };
}

const refusedBelow: Route<DatabaseExchange> = {
  need: 'either',
  answer: () => {
    throw badRequest('_local documents do not accept attachments.');
  },
};

/** What would be their attachments. */
export const belowLocal: Routes<DatabaseExchange> = {
  GET: refusedBelow,
  PUT: refusedBelow,
  DELETE: refusedBelow,
};

async function getLocal(exchange: DatabaseExchange, name: string): Promise<EndpointResponse> {
  const id = storedId(exchange, name);
  const document = id === undefined ? undefined : await exchange.database.getLocal(id);
  if (document === undefined) throw new HttpError(404, 'not_found', 'missing');
  return json(200, { ...document, _id: prefix + name });
}

async function putLocal(exchange: DatabaseExchange, name: string): Promise<EndpointResponse> {
  const { request, parts, database, caller, query } = exchange;
  const { bodyBytes, documentBytes, checkpointBytes } = parts.limits;
  const id = storedId(exchange, name);
  // Strangers can't be told apart: they would write over each other's, and without end.
  if (id === undefined) throw forbidden('Checkpoints are kept for friends only.');
  const most = isOutsider(caller) ? checkpointBytes : documentBytes;
  const value = await readJson(request, Math.min(bodyBytes, most));
  const document = checkShape(withoutAttachments(value), true, most);
  const rev = query.text('rev') ?? document._rev;
  if (isOutsider(caller)) await checkRoom(exchange, id);
  const stored: NewDocument = { ...document, _id: id };
  if (rev !== undefined) stored._rev = rev;
  return json(201, { ok: true, id: prefix + name, rev: await database.putLocal(stored) });
}

/** CouchDB takes a local document with attachments, and drops them. */
function withoutAttachments(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([field]) => field !== '_attachments'));
}

async function deleteLocal(exchange: DatabaseExchange, name: string): Promise<EndpointResponse> {
  const { database } = exchange;
  const document = await database.getLocal(prefix + name);
  if (document === undefined) throw new HttpError(404, 'not_found', 'missing');
  await database.putLocal({ ...document, _deleted: true });
  return json(200, { ok: true, id: prefix + name, rev: '0-0' });
}

/** Each peer has a place of its own, so that none sees or spoils another's. */
function storedId({ caller }: DatabaseExchange, name: string): string | undefined {
  if (name === '' || name.length > 256) throw badRequest('Invalid _local document id.');
  if (caller.kind === 'stranger') return undefined;
  return caller.kind === 'peer' ? peerPrefix(caller.address) + name : prefix + name;
}

const peerPrefix = (address: string): string => `${prefix}peer:${address}:`;

async function checkRoom(exchange: DatabaseExchange, id: string): Promise<void> {
  const { parts, database, caller } = exchange;
  if (caller.kind !== 'peer') return;
  const { checkpoints } = parts.limits;
  const count = await database.countLocal(peerPrefix(caller.address), checkpoints);
  if (count >= checkpoints && (await database.getLocal(id)) === undefined) {
    throw tooMany(`At most ${checkpoints} checkpoints are kept for each friend.`);
  }
}
