import type { Brought } from '../../src/protocol/brought.ts';
import type { HostDatabase } from '../store/database.ts';
import type { HostStore } from '../store/store.ts';
import type { AccessControl, Rights } from './access/access.ts';
import {
  grants,
  isOutsider,
  type Exchange,
  type Method,
  type Need,
  type Route,
} from './exchange.ts';
import { createFeedCounts } from './feeds.ts';
import { createBroughtNews } from './limits/brought.ts';
import { createGuard } from './limits/guard.ts';
import { errorResponse, isExpected } from './messages/error-response.ts';
import { forbidden, HttpError, noSuchDatabase, notImplemented } from './messages/http-error.ts';
import { createInboxWork } from './limits/inbox-work.ts';
import { defaultLimits, type EndpointLimits } from './limits/limits.ts';
import type { Caller, EndpointRequest, EndpointResponse } from './messages/message.ts';
import { parsePath } from './messages/path.ts';
import { Query } from './messages/query.ts';
import { createQueues } from './limits/queues.ts';
import { createQuotas } from './limits/quotas.ts';
import { attachmentRoutes } from './routes/attachment.ts';
import { createDatabase, databaseRoutes } from './routes/database.ts';
import { documentRoutes } from './routes/document.ts';
import { belowLocal, localRoutes } from './routes/local-document.ts';
import { serverNotServed } from './routes/not-served.ts';
import { ownServerRoutes, serverRoutes } from './routes/server.ts';
import { unknownToken, watchStanding, whileTheyStand } from './access/standing.ts';
import type { DatabaseExchange, Parts, Routes } from './exchange.ts';

export interface EndpointOptions {
  readonly store: HostStore;
  readonly access: AccessControl;
  readonly limits?: Partial<EndpointLimits>;
  /** Our onion address while there is one: strangers' letters are paid for it. */
  readonly address?: () => string | undefined;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  /** A peer presented its token; told at most every half minute for each. */
  readonly onPeerSeen?: (address: string) => void;
  /** Somebody else brings documents, or asks for too much. */
  readonly onBrought?: (brought: Brought) => void;
  /** A fault of ours while answering; the other end is told only that there was one. */
  readonly log?: (fault: unknown) => void;
}

export interface Endpoint {
  /** Answer one request with the rights of this caller. Never throws; a body may, while it is read. */
  handle(request: EndpointRequest, caller: Caller): Promise<EndpointResponse>;
  close(): void;
}

const peerSeenEvery = 30_000;

/**
 * The CouchDB replication API over the host's databases, as a function: the onion door, the native
 * port and a door opened by hand differ only in the caller they name. `sodiumReady()` must have resolved.
 */
export function createEndpoint(options: EndpointOptions): Endpoint {
  const { store, access, onPeerSeen, log = () => {}, clock = () => Date.now() } = options;
  const { address = () => undefined, onBrought = () => {} } = options;
  const news = createBroughtNews(onBrought);
  const limits = { ...defaultLimits, ...options.limits };
  const parts: Parts = {
    store,
    access,
    limits,
    feeds: createFeedCounts(limits),
    work: createInboxWork({ limits, clock, address }),
    quotas: createQuotas(store, limits.quotas),
    news,
    clock,
    inTurn: createQueues(),
  };
  // A space somebody may newly read is news to them, although nothing in it changed.
  const stop = access.listen((readable) => {
    for (const name of readable) if (store.database(name)) store.updates.touch(name, 'updated');
  });
  const guard = createGuard(limits, () => performance.now());
  const seen = createSeen(clock);
  return {
    async handle(request, caller) {
      const answered = async (): Promise<EndpointResponse> => {
        try {
          if (caller.kind === 'peer' && seen(caller.address)) onPeerSeen?.(caller.address);
          const standing = whileTheyStand(access, caller, request);
          return await guard.answer(standing, caller, (whole) => {
            // It may have been long until it was their turn.
            if (!access.stands(caller)) throw unknownToken();
            return answer(parts, whole, caller);
          });
        } catch (thrown) {
          if (!isExpected(thrown)) log(thrown);
          news.failed(caller, thrown);
          return errorResponse(thrown);
        }
      };
      const response = await answered();
      return request.method === 'HEAD' ? headOf(response) : response;
    },
    close() {
      stop();
      news.close();
    },
  };
}

/** The same without its body, saying how long that would be. */
function headOf(response: EndpointResponse): EndpointResponse {
  const { body, headers, status } = response;
  const whole = typeof body === 'string' || body instanceof Uint8Array;
  const length = whole ? { 'content-length': String(Buffer.byteLength(body)) } : {};
  return { status, headers: { ...headers, ...length }, body: '' };
}

async function answer(
  parts: Parts,
  request: EndpointRequest,
  caller: Caller,
): Promise<EndpointResponse> {
  const { segments, query } = parsePath(request.path);
  const exchange: Exchange = { parts, request, caller, query: new Query(query) };
  const [first = '', ...rest] = segments;
  // To others it is a database that isn't there.
  const notServed = isOutsider(caller) ? undefined : serverNotServed.get(first);
  if (notServed !== undefined) throw notImplemented(notServed);
  const table =
    !isOutsider(caller) && Object.hasOwn(ownServerRoutes, first) ? ownServerRoutes : serverRoutes;
  const server = rest.length === 0 && Object.hasOwn(table, first) && table[first];
  if (server) return routeFor(server, request.method).answer(exchange);
  return answerDatabase(exchange, first, rest);
}

/**
 * Rights come first, so that whoever has none in a database gets the same answer whether or not it is
 * there. Making one is the owner's, and refused to others without a look at the name.
 */
function answerDatabase(
  exchange: Exchange,
  name: string,
  rest: readonly string[],
): Promise<EndpointResponse> | EndpointResponse {
  const { parts, request, caller } = exchange;
  const rights = parts.access.rights(caller, name);
  if (request.method === 'PUT' && rest.every((part) => part === '')) {
    if (!rights.own) throw forbidden('Only the owner creates databases.');
    return createDatabase(exchange, name);
  }
  const routes = routesBehind(rest);
  const route = routeOf(routes, request.method);
  const database = mayKnow(rights, route?.need) ? parts.store.database(name) : undefined;
  if (database === undefined) throw noSuchDatabase();
  const asked = route ?? routeFor(routes, request.method);
  if (!grants(rights, asked.need)) throw forbidden('You may not do this here.');
  if (!isOutsider(caller)) return asked.answer({ ...exchange, database, rights, rest });
  return answerOutsider(exchange, database, rest, asked);
}

/** What was allowed when the request came may be so no longer while it is answered. */
async function answerOutsider(
  exchange: Exchange,
  database: HostDatabase,
  rest: readonly string[],
  route: Route<DatabaseExchange>,
): Promise<EndpointResponse> {
  const { parts, request, caller } = exchange;
  const { access } = parts;
  const { need } = route;
  const { signal } = request;
  const standing = watchStanding({ access, caller, database: database.name, need, signal });
  try {
    const response = await route.answer({
      ...exchange,
      database: standing.guard(database),
      // Keys to check documents by change, too.
      get rights() {
        return access.rights(caller, database.name);
      },
      rest,
    });
    return standing.answer(response);
  } catch (thrown) {
    standing.end();
    throw thrown;
  }
}

/** Who reads or writes a database knows that it is there; who delivers to it learns nothing else. */
function mayKnow(rights: Rights, need: Need | undefined): boolean {
  return rights.read || rights.write || (rights.deliver && need === 'push');
}

function routesBehind(rest: readonly string[]): Routes<DatabaseExchange> {
  const [first = '', second, ...more] = rest;
  const whole = rest.join('/');
  if (second !== undefined && Object.hasOwn(databaseRoutes, whole)) {
    return databaseRoutes[whole] ?? {};
  }
  if (second === undefined || (second === '' && more.length === 0)) {
    if (Object.hasOwn(databaseRoutes, first)) return databaseRoutes[first] ?? {};
    if (first.startsWith('_local/')) return localRoutes(first.slice('_local/'.length));
    return documentRoutes(first);
  }
  if (first === '_local') return more.length === 0 ? localRoutes(second) : belowLocal;
  if (first !== '_design') return attachmentRoutes(first, [second, ...more].join('/'));
  if (more.length === 0) return documentRoutes(`_design/${second}`);
  return attachmentRoutes(`_design/${second}`, more.join('/'));
}

function routeOf<E extends Exchange>(routes: Routes<E>, method: string): Route<E> | undefined {
  const known = method === 'HEAD' ? 'GET' : method;
  return isMethod(known) ? routes[known] : undefined;
}

function routeFor<E extends Exchange>(routes: Routes<E>, method: string): Route<E> {
  const route = routeOf(routes, method);
  if (route !== undefined) return route;
  const allowed = Object.keys(routes).flatMap((known) =>
    known === 'GET' ? ['GET', 'HEAD'] : known,
  );
  throw new HttpError(405, 'method_not_allowed', `Only ${allowed.join(', ')} allowed.`, {
    allow: allowed.join(', '),
  });
}

function isMethod(method: string): method is Method {
  return ['GET', 'PUT', 'POST', 'DELETE', 'COPY'].includes(method);
}

/** Whether a peer is to be told of again. */
function createSeen(clock: () => number): (address: string) => boolean {
  const last = new Map<string, number>();
  return (address) => {
    const now = clock();
    const before = last.get(address);
    if (before !== undefined && now - before < peerSeenEvery && now >= before) return false;
    last.set(address, now);
    return true;
  };
}
