import { once } from 'node:events';
import { chmod, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, ListenOptions, Socket } from 'node:net';
import { createConnections, type ConnectionLimits, type Standing } from './connections.ts';
import { errorResponse } from '../messages/error-response.ts';
import { HttpError, tooMany } from '../messages/http-error.ts';
import type { EndpointRequest, EndpointResponse } from '../messages/message.ts';
import { pack } from './packing.ts';
import { send } from './sending.ts';
import { createVisit, type Visit } from './visit.ts';
import { wait } from '../wait.ts';

/** Where a door listens: a unix socket, or a port on loopback (0: any that is free). */
export type Place = { readonly path: string } | { readonly host: string; readonly port: number };

/** An HTTP server in front of some handler. */
export interface HttpDoor {
  /** Where it listens now. Throws what the system says if it can't (`EADDRINUSE` …). */
  listen(place: Place): Promise<Place>;
  /** Stop listening and cut every connection. */
  close(): Promise<void>;
}

export interface Visitor {
  readonly request: EndpointRequest;
  readonly standing: Standing;
  readonly answer: () => Promise<EndpointResponse>;
}

export interface HttpDoorOptions {
  /** Look at a request's head: who is it, and what will be answered. Throws `HttpError` to refuse. */
  readonly receive: (request: EndpointRequest) => Visitor;
  readonly connections: ConnectionLimits;
  readonly patience?: DoorPatience;
}

/** How long a door waits for the other end, in milliseconds. */
export interface DoorPatience {
  /** A head that takes longer is a slow loris; Tor is slow, but not that slow. */
  readonly head: number;
  /** And a whole request. */
  readonly request: number;
  /** A reader that takes nothing for so long is gone, or holds us up on purpose. */
  readonly stalled: number;
  /** Who has too many requests under way waits so long to hear it, and nothing more of theirs is read. */
  readonly refused: number;
  /** Between two looks at who is late. */
  readonly look: number;
}

const usualPatience: DoorPatience = {
  head: 30_000,
  request: 300_000,
  stalled: 120_000,
  refused: 1_000,
  look: 5_000,
};
/** Building a circuit costs seconds: friends keep theirs between two requests. */
const keepAliveMilliseconds = 120_000;
const headBytes = 16_384;
/** How much of a refused body is still read, so that the refusal arrives before the connection ends. */
const drainedBytes = 1_048_576;
const drainedMilliseconds = 2_000;

export function createHttpDoor(options: HttpDoorOptions): HttpDoor {
  const { patience = usualPatience } = options;
  const connections = createConnections(options.connections);
  const server = createServer({
    maxHeaderSize: headBytes,
    headersTimeout: patience.head,
    requestTimeout: patience.request,
    keepAliveTimeout: keepAliveMilliseconds,
    connectionsCheckingInterval: patience.look,
    // The handler looks at Host itself, to answer in the API's own form.
    requireHostHeader: false,
  });
  server.maxHeadersCount = 64;
  server.on('connection', (socket: Socket) => {
    // Each request listens for its end, and as many as one likes may come on one connection.
    socket.setMaxListeners(0);
    connections.admit(socket);
  });
  server.on('request', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    void serve(incoming, outgoing).catch(() => incoming.socket.destroy());
  });
  // An upgrade or CONNECT is no part of this API, and a client may not wait for a 100.
  server.on('upgrade', (_, socket: Socket) => socket.destroy());
  server.on('connect', (_, socket: Socket) => socket.destroy());
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) =>
    refuseMalformed(error, socket),
  );

  /** It does not count as a request under way: whoever comes next may take its connection's place. */
  const turnAway = async (socket: Socket, gone: AbortSignal): Promise<EndpointResponse> => {
    socket.pause();
    await wait(patience.refused, gone);
    socket.resume();
    return errorResponse(tooMany('Too many requests at once; try again later.'));
  };
  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    // How far our clock is off would tell which addresses are served by one computer.
    outgoing.sendDate = false;
    const visit = createVisit();
    const { leave } = visit;
    outgoing.once('close', leave);
    outgoing.once('error', leave);
    // An answer that waits behind others on its connection is told nothing when that ends.
    incoming.socket.once('close', leave);
    if (incoming.socket.destroyed) leave();
    let end: (() => void) | undefined;
    try {
      const request = toRequest(incoming, visit);
      const visitor = tryTo(() => options.receive(request));
      const standing = 'value' in visitor ? visitor.value.standing : 'unknown';
      end = connections.begin(incoming.socket, standing);
      const response =
        end === undefined
          ? await turnAway(incoming.socket, visit.signal)
          : 'value' in visitor
            ? await visitor.value.answer()
            : errorResponse(visitor.thrown);
      if (response.ended?.aborted) outgoing.destroy();
      const cut = (): void => void outgoing.destroy();
      response.ended?.addEventListener('abort', cut, { signal: visit.signal });
      const headOnly = request.method === 'HEAD';
      const packed = headOnly ? response : await pack(request, response);
      await send(outgoing, packed, {
        headOnly,
        stalled: patience.stalled,
        visit,
      });
      await drain(incoming);
    } finally {
      incoming.socket.off('close', leave);
      end?.();
    }
  };

  return {
    async listen(place) {
      if ('path' in place) await rm(place.path, { force: true });
      const where: ListenOptions = { ...place, exclusive: true };
      server.listen(where);
      await once(server, 'listening');
      // The folder keeps others out already, where folders do that.
      if ('path' in place) await chmod(place.path, 0o600);
      const address = server.address();
      return typeof address === 'object' && address !== null ? placeOf(address) : place;
    },
    async close() {
      const closed = server.listening ? once(server, 'close') : undefined;
      server.close();
      connections.closeAll();
      await closed;
    },
  };
}

const placeOf = ({ address, port }: AddressInfo): Place => ({ host: address, port });

function tryTo<T>(task: () => T): { value: T } | { thrown: unknown } {
  try {
    return { value: task() };
  } catch (thrown) {
    return { thrown };
  }
}

function toRequest(incoming: IncomingMessage, visit: Visit): EndpointRequest {
  const { method = '', url = '', rawHeaders } = incoming;
  const headers: Record<string, string> = {};
  // All that was said: of two hosts or tokens Node would show the first as if it were the only one.
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = [rawHeaders[at]?.toLowerCase(), rawHeaders[at + 1]];
    headers[name] = Object.hasOwn(headers, name) ? `${headers[name]}, ${value}` : value;
  }
  // Whoever stops reading a body that is too large still wants to send an answer.
  const body = { [Symbol.asyncIterator]: () => incoming.iterator({ destroyOnReturn: false }) };
  return {
    method,
    path: url,
    headers,
    body,
    get signal() {
      return visit.signal;
    },
  };
}

/**
 * A request answered before its body was read: read a little on, then cut the connection. Cut at once,
 * the answer would be lost with it; read to the end, anyone could make us read for ever.
 */
async function drain(incoming: IncomingMessage): Promise<void> {
  if (incoming.complete || incoming.destroyed) return;
  let bytes = 0;
  const timer = setTimeout(() => incoming.socket.destroy(), drainedMilliseconds);
  incoming.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > drainedBytes) incoming.socket.destroy();
  });
  incoming.resume();
  await Promise.race([once(incoming, 'end'), once(incoming, 'close')]).catch(() => undefined);
  clearTimeout(timer);
}

/** What is no HTTP at all, or a head over the limits: answered in the API's form, and cut. */
function refuseMalformed(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, headers, body } = errorResponse(malformed(error.code));
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const text = typeof body === 'string' ? body : '';
  socket.end(
    `HTTP/1.1 ${status} Refused\r\n${lines.join('')}content-length: ${Buffer.byteLength(text)}\r\n` +
      `connection: close\r\n\r\n${text}`,
  );
}

function malformed(code: string | undefined): HttpError {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new HttpError(431, 'bad_request', `The head may have at most ${headBytes} bytes.`);
  }
  return code === 'ERR_HTTP_REQUEST_TIMEOUT'
    ? new HttpError(408, 'timeout', 'The request did not arrive in time.')
    : new HttpError(400, 'bad_request', 'This is not HTTP/1.1.');
}
