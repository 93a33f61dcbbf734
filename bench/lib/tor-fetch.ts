import { Agent, type ClientRequestArgs, request as httpRequest } from 'node:http';
import { type Duplex, Readable } from 'node:stream';
import { socksConnect } from '../../native-host/tor/socks-client.ts';
import type { Fetch } from '../../src/store/ports.ts';

/** One request: what, bytes of both bodies, and when it began and its answer was whole. */
export interface Asked {
  readonly address: string;
  /** `METHOD path` */
  readonly what: string;
  readonly sent: number;
  readonly began: number;
  received: number;
  ended: number;
}

/**
 * `fetch` to onions as a browser makes it: through a Tor's SOCKS port, one circuit for each onion (the
 * user name is its address) and none shared with others at the same Tor (the password is whose they are),
 * connections kept open between requests and at most six of them.
 */
export class TorFetch {
  /** Everything that was asked. */
  readonly asked: Asked[] = [];
  readonly #agent: Agent;

  constructor(socksPort: number, whose: string) {
    this.#agent = new SocksAgent(socksPort, whose);
  }

  readonly fetch: Fetch = (input, init = {}) => {
    const url = new URL(input);
    const body = typeof init.body === 'string' ? init.body : '';
    const entry: Asked = {
      address: url.hostname,
      what: `${init.method ?? 'GET'} ${url.pathname}`,
      sent: Buffer.byteLength(body),
      began: performance.now(),
      received: 0,
      ended: 0,
    };
    this.asked.push(entry);
    return new Promise((resolve, reject) => {
      const outgoing = httpRequest({
        agent: this.#agent,
        host: url.hostname,
        port: Number(url.port || 80),
        method: init.method ?? 'GET',
        path: url.pathname + url.search,
        headers: {
          ...Object.fromEntries(new Headers(init.headers)),
          ...(body === '' ? {} : { 'content-length': String(entry.sent) }),
        },
        ...(init.signal ? { signal: init.signal } : {}),
      });
      outgoing.on('error', (error) =>
        reject(init.signal?.aborted === true ? error : new TypeError('NetworkError')),
      );
      outgoing.on('response', (incoming) => {
        incoming.on('data', (bytes: Buffer) => (entry.received += bytes.length));
        incoming.on('end', () => (entry.ended = performance.now()));
        const status = incoming.statusCode ?? 0;
        const headers = Object.entries(incoming.headers).map(([name, value]): [string, string] => [
          name,
          String(value),
        ]);
        const stream = [204, 304].includes(status) ? null : Readable.toWeb(incoming);
        resolve(new Response(stream as ReadableStream | null, { status, headers }));
      });
      outgoing.end(body === '' ? undefined : body);
    });
  };

  /** What was asked of this address since the last time. */
  take(address: string): Asked[] {
    const mine = this.asked.filter((each) => each.address === address);
    for (const each of mine) this.asked.splice(this.asked.indexOf(each), 1);
    return mine;
  }

  close(): void {
    this.#agent.destroy();
  }
}

class SocksAgent extends Agent {
  readonly #socksPort: number;
  readonly #whose: string;

  constructor(socksPort: number, whose: string) {
    super({ keepAlive: true, maxSockets: 6 });
    this.#socksPort = socksPort;
    this.#whose = whose;
  }

  override createConnection(options: ClientRequestArgs, done?: Connected): undefined {
    void this.#connect(options, done);
    return undefined;
  }

  async #connect({ host, port }: ClientRequestArgs, done?: Connected): Promise<void> {
    const target = { host: host ?? '', port: Number(port) };
    const credentials = { username: target.host, password: this.#whose };
    try {
      const server = { host: '127.0.0.1', port: this.#socksPort };
      const socket = await socksConnect(server, target, { credentials });
      done?.(null, socket.setNoDelay(true));
    } catch (error) {
      // Node's types leave no room for a failure without a stream.
      (done as ((error: unknown) => void) | undefined)?.(error);
    }
  }
}

type Connected = (error: Error | null, stream: Duplex) => void;
