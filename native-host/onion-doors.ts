import { replicationPort } from '../src/protocol/virtual-ports.ts';
import { onionConnections } from './endpoint/doors/connections.ts';
import { createHttpDoor, type HttpDoor, type Visitor } from './endpoint/doors/http-door.ts';
import type { EndpointRequest } from './endpoint/messages/message.ts';
import { createRates } from './endpoint/limits/rates.ts';
import { onionVisitors, type OnionVisitorOptions } from './endpoint/doors/server.ts';
import type { Face } from './face/face.ts';
import type { LocalEndpoint } from './tor/service-wish.ts';

export interface OnionDoors {
  /** Where Tor finds them. */
  local: LocalEndpoint;
  close: () => Promise<void>;
}

export interface OnionDoorsOptions extends OnionVisitorOptions {
  face: Face;
  /** Where the unix socket is to be. */
  socket: string;
}

/** Visitors of the public page, all together. */
const faceRate = { perSecond: 20, burst: 200 };

/** What a unix socket's name may take, less the byte that ends it. */
const longestSocketPath = 107;

/**
 * Opens the doors Tor leads visitors to: a loopback port, which any Tor reaches, and a unix socket in the
 * data directory, which keeps other accounts of this computer out where Tor can use it. Both virtual
 * ports of the service lead to either; the Host header tells them apart, and what is not meant
 * for our replication port is the public page's to answer, which says nothing unless it is switched on.
 */
export async function openOnionDoors(options: OnionDoorsOptions): Promise<OnionDoors> {
  const { face, socket } = options;
  const replicating = onionVisitors(options);
  const rates = createRates(() => performance.now());
  const visitFace = (request: EndpointRequest): Visitor => {
    rates.take('visitors', faceRate);
    return { request, standing: 'unknown', answer: () => face.handle(request) };
  };
  const doors: HttpDoor[] = [];
  const open = () => {
    const door = createHttpDoor({
      connections: onionConnections,
      receive: (request) =>
        request.headers['host']?.toLowerCase().endsWith(`:${replicationPort}`)
          ? replicating(request)
          : visitFace(request),
    });
    doors.push(door);
    return door;
  };
  const close = async () => {
    await Promise.all(doors.map((door) => door.close()));
  };
  try {
    const place = await open().listen({ host: '127.0.0.1', port: 0 });
    if (!('port' in place)) throw new TypeError('a port was asked for');
    const withSocket = await openSocket(open, socket);
    return {
      local: { port: place.port, ...(withSocket ? { unixPath: socket } : {}) },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Some file systems have no sockets; the port serves alone then. */
async function openSocket(open: () => HttpDoor, path: string): Promise<boolean> {
  if (process.platform === 'win32' || Buffer.byteLength(path) > longestSocketPath) return false;
  try {
    await open().listen({ path });
    return true;
  } catch {
    return false;
  }
}
