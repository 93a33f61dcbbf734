import { replicationPort } from '../../../src/protocol/virtual-ports.ts';
import type { AccessControl } from '../access/access.ts';
import { onionConnections, type ConnectionLimits } from './connections.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Desk } from '../handshake/desk.ts';
import { handshakeRoutes } from '../handshake/routes.ts';
import {
  createHttpDoor,
  type DoorPatience,
  type HttpDoor,
  type Place,
  type Visitor,
} from './http-door.ts';
import type { EndpointRequest } from '../messages/message.ts';
import { unknownToken } from '../access/standing.ts';
import { checkHost, checkOrigin, checkSite, withoutPages } from './web-pages.ts';

export interface OnionVisitorOptions {
  readonly endpoint: Endpoint;
  readonly access: AccessControl;
  /** Where peers get their tokens. */
  readonly desk: Desk;
  /** Our onion address while there is one; requests meant for any other host are refused. */
  readonly address: () => string | undefined;
}

export interface OnionDoorOptions extends OnionVisitorOptions {
  readonly connections?: ConnectionLimits;
  readonly patience?: DoorPatience;
}

/** The door Tor leads to. */
export function createOnionDoor(options: OnionDoorOptions): HttpDoor {
  const { connections = onionConnections, patience } = options;
  const receive = onionVisitors(options);
  return createHttpDoor({ connections, receive, ...(patience ? { patience } : {}) });
}

/** Who comes through Tor: callers are known by their token or come for one, and no web page may come in. */
export function onionVisitors(options: OnionVisitorOptions): (request: EndpointRequest) => Visitor {
  const { endpoint, access, address } = options;
  const handshake = handshakeRoutes(options);
  return (request) => {
    const own = address();
    checkHost(request, own === undefined ? [] : [`${own}:${replicationPort}`]);
    checkOrigin(request);
    const shaking = handshake(request);
    if (shaking) return shaking;
    const caller = access.identify(request.headers['authorization']);
    if (caller === undefined) throw unknownToken();
    return {
      request,
      standing: caller.kind === 'peer' ? { peer: caller.address } : 'unknown',
      answer: () => endpoint.handle(request, caller),
    };
  };
}

/** Nobody is known here, and whoever comes may do everything anyway. */
const openConnections: ConnectionLimits = {
  unknown: 1_000,
  unknownRequests: 1_000,
  known: 0,
  ofOnePeer: 0,
  requestsOfOnePeer: 0,
  handshakes: 0,
};

/**
 * A door for other people's clients, opened by hand: whoever reaches it may do everything. Throws unless
 * the place is a port on loopback.
 */
export async function openOpenDoor(endpoint: Endpoint, place: Place): Promise<OpenDoor> {
  if (!('port' in place) || !loopback.has(place.host)) {
    throw new TypeError('a door without access rules opens on loopback only');
  }
  let hosts: string[] = [];
  const door = createHttpDoor({
    connections: openConnections,
    receive(request) {
      checkHost(request, hosts);
      checkOrigin(request);
      checkSite(request);
      const answer = async () => withoutPages(await endpoint.handle(request, { kind: 'open' }));
      return { request, standing: 'unknown', answer };
    },
  });
  const listening = await door.listen(place);
  const port = 'port' in listening ? listening.port : place.port;
  hosts = [...loopback, 'localhost', '[::1]'].map((host) => `${host}:${port}`);
  return { place: { host: place.host, port }, close: () => door.close() };
}

export interface OpenDoor {
  readonly place: { readonly host: string; readonly port: number };
  close(): Promise<void>;
}

const loopback: ReadonlySet<string> = new Set(['127.0.0.1', '::1']);
