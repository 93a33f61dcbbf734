import { Agent, request as httpRequest } from 'node:http';
import PouchDB from 'pouchdb-core';

export interface Door {
  readonly port: number;
  /** What the door wants to be called, where that is not its address. */
  readonly host?: string;
  readonly token?: string;
}

type Fetch = (url: string | { url: string }, init?: RequestInit) => Promise<Response>;

/** A client that keeps its connections, as browsers do: one for each request would be much of what is measured. */
export class KeptAlive {
  readonly #agent = new Agent({ keepAlive: true });

  /** A database there, seen by PouchDB; `skipSetup` where it must not try to make it. */
  database(door: Door, name: string, { skipSetup = false } = {}): PouchDB.Database {
    return new PouchDB(`http://127.0.0.1:${door.port}/${name}`, {
      adapter: 'http',
      skip_setup: skipSetup,
      fetch: this.#fetch(door),
    });
  }

  close(): void {
    this.#agent.destroy();
  }

  #fetch({ port, host = `127.0.0.1:${port}`, token }: Door): Fetch {
    return (url, init = {}) => {
      const { pathname, search } = new URL(typeof url === 'string' ? url : url.url);
      const body = typeof init.body === 'string' ? init.body : undefined;
      const headers: Record<string, string | number> = {
        ...Object.fromEntries(init.headers as Iterable<[string, string]>),
        host,
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
      };
      const method = init.method ?? 'GET';
      const path = pathname + search;
      return new Promise((resolve, reject) => {
        const outgoing = httpRequest({
          agent: this.#agent,
          host: '127.0.0.1',
          port,
          method,
          path,
          headers,
        });
        outgoing.on('error', reject);
        outgoing.on('response', (answer) => {
          let text = '';
          answer.setEncoding('utf8');
          answer.on('data', (part: string) => (text += part));
          answer.on('error', reject);
          answer.on('end', () => {
            const status = answer.statusCode ?? 0;
            resolve(new Response(method === 'HEAD' ? null : text, { status }));
          });
        });
        outgoing.end(body);
      });
    };
  }
}
