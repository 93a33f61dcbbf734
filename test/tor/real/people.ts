import { createServer, request, type Server } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';
import { socksConnect } from '../../../native-host/tor/socks-client.ts';
import { toBase64 } from '../../../src/domain/bytes.ts';
import { createRoot, expandedKeyForTor, identityFromRoot } from '../../../src/domain/identity.ts';
import { randomBytes } from '../../../src/domain/sodium.ts';
import type { ServiceWish } from '../../../native-host/tor/service-wish.ts';

/** A new person's address and the key Tor needs to answer at it. */
export function newWish(): ServiceWish {
  const root = createRoot(randomBytes);
  return {
    address: identityFromRoot(root).address,
    expandedKey: toBase64(expandedKeyForTor(root)),
  };
}

export interface Endpoint {
  readonly port: number;
  readonly unixPath: string;
  /** How many connections came to each door. */
  readonly visits: { tcp: number; unix: number };
  readonly close: () => void;
}

/** A small web server on a loopback port and on a unix socket in `folder`, which says `text`. */
export async function endpointSaying(text: string, folder: string): Promise<Endpoint> {
  const visits = { tcp: 0, unix: 0 };
  const unixPath = join(folder, `${text}.sock`);
  const listen = async (door: 'tcp' | 'unix', ...where: [number, string] | [string]) => {
    const server: Server = createServer((asked, response) => {
      visits[door] += 1;
      response.end(`${text} ${asked.headers.host ?? ''}`);
    });
    if (where.length === 1) server.listen(where[0]);
    else server.listen(...where);
    await once(server, 'listening');
    return server;
  };
  const tcp = await listen('tcp', 0, '127.0.0.1');
  const unix = await listen('unix', unixPath);
  const address = tcp.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    unixPath,
    visits,
    close: () => {
      for (const server of [tcp, unix]) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}

/** What a visitor at another Tor gets from `GET /`; tries again while the network settles. */
export async function visit(socksPort: number, address: string, port = 25_984): Promise<string> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await visitOnce(socksPort, address, port);
    } catch (error) {
      if (tries === 5) throw error;
    }
  }
}

export async function visitOnce(
  socksPort: number,
  address: string,
  port = 25_984,
  milliseconds = 20_000,
): Promise<string> {
  const socket = await socksConnect(
    { host: '127.0.0.1', port: socksPort },
    { host: address, port },
    { milliseconds },
  );
  return new Promise((resolve, reject) => {
    const asked = request(
      { createConnection: () => socket, headers: { host: `${address}:${port}` } },
      (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => {
          body += chunk.toString('utf8');
        });
        response.on('end', () => resolve(body));
      },
    );
    asked.on('error', reject);
    asked.end();
  });
}
