import { mkdir, readFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { TorNetwork } from '../helpers/tor-network/index.mjs';

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Somebody's website on an onion address, whose owner writes down all that reaches it. */
export interface OnionSite {
  readonly address: string;
  readonly seen: SeenRequest[];
  readonly close: () => Promise<void>;
}

/** Starts it with a tor of its own; `/` is the page, whatever else is asked for is not found. */
export async function startOnionSite(
  network: TorNetwork,
  name: string,
  html: string,
): Promise<OnionSite> {
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (piece: string) => (body += piece));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      seen.push({ method, path: url, headers, body });
      const there = url === '/';
      response.writeHead(there ? 200 : 404, { 'content-type': 'text/html; charset=utf-8' });
      response.end(there ? html : '');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('no port');
  const folder = join(network.folder, `${name}-service`);
  await mkdir(folder, { mode: 0o700 });
  const tor = await network.startClient({
    name,
    lines: [`HiddenServiceDir ${folder}`, `HiddenServicePort 80 127.0.0.1:${bound.port}`],
  });
  await tor.ready();
  return {
    address: await hostname(join(folder, 'hostname')),
    seen,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await tor.kill();
    },
  };
}

async function hostname(file: string): Promise<string> {
  for (let tries = 0; tries < 50; tries += 1) {
    const text = await readFile(file, 'utf8').catch(() => '');
    if (text !== '') return text.trim();
    await pause(100);
  }
  throw new Error('tor has not made an address');
}
