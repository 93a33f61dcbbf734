import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { Readable } from 'node:stream';
import { addressFromPublicKey, type OnionAddress } from '../../src/domain/address.ts';
import { identityFromRoot } from '../../src/domain/identity.ts';
import type { Fetch } from '../../src/store/ports.ts';

/** An onion address nobody else has; call after `sodiumReady`. */
export function someAddress(seed: number): OnionAddress {
  const { publicKey } = identityFromRoot(new Uint8Array(32).fill(seed));
  return addressFromPublicKey(publicKey);
}

/** Onion addresses that lead to real HTTP servers on loopback; everything else leads nowhere. */
export class Onions {
  readonly #ports = new Map<string, number>();
  readonly #servers: Server[] = [];
  /** Everything that was asked, as `METHOD path`, by address. */
  readonly asked: { address: string; request: string }[] = [];
  /** Sees every request before it is made. */
  onRequest: (url: string, init: RequestInit | undefined) => void = () => undefined;

  readonly fetch: Fetch = async (url, init) => {
    const { hostname, port, pathname, search } = new URL(url);
    this.onRequest(url, init);
    this.asked.push({
      address: hostname,
      request: `${init?.method ?? 'GET'} ${pathname}${search}`,
    });
    const target = port === '25984' ? this.#ports.get(hostname) : undefined;
    if (target === undefined)
      throw new TypeError('NetworkError when attempting to fetch resource.');
    return throughTor(target, new URL(url), init);
  };

  /** What was asked of this address since the last time. */
  takeAsked(address: string): string[] {
    const mine = this.asked.filter((each) => each.address === address);
    for (const each of mine) this.asked.splice(this.asked.indexOf(each), 1);
    return mine.map(({ request }) => request);
  }

  lead(address: string, port: number): void {
    this.#ports.set(address, port);
  }

  goOffline(address: string): void {
    this.#ports.delete(address);
  }

  /** Starts a server that answers for this address. */
  async serve(
    address: string,
    handler: (request: IncomingMessage, response: ServerResponse) => void,
  ): Promise<Server> {
    const server = createServer(handler);
    this.#servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const bound = server.address();
    if (bound === null || typeof bound === 'string') throw new Error('no port');
    this.lead(address, bound.port);
    return server;
  }

  async close(): Promise<void> {
    for (const server of this.#servers) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }
}

const ignore = (): void => undefined;

/** Node's own `fetch` can't say which host it means; the onion door wants to hear it. */
function throughTor(port: number, url: URL, init: RequestInit = {}): Promise<Response> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({
      host: '127.0.0.1',
      port,
      method: init.method ?? 'GET',
      path: url.pathname + url.search,
      headers: { ...Object.fromEntries(new Headers(init.headers)), host: url.host },
      ...(init.signal ? { signal: init.signal } : {}),
    });
    outgoing.on('error', (error) =>
      reject(init.signal?.aborted === true ? error : new TypeError('NetworkError')),
    );
    // Node's agent listens no more once the answer is whole; a host that refuses what is still being sent resets the rest.
    outgoing.on('socket', (socket) => {
      if (!socket.listeners('error').includes(ignore)) socket.on('error', ignore);
    });
    outgoing.on('response', (incoming) => {
      const status = incoming.statusCode ?? 0;
      const body = [204, 304].includes(status) ? null : Readable.toWeb(incoming);
      const headers = Object.entries(incoming.headers).map(([name, value]): [string, string] => [
        name,
        String(value),
      ]);
      resolve(new Response(body as ReadableStream | null, { status, headers }));
    });
    outgoing.end(typeof init.body === 'string' ? init.body : undefined);
  });
}
