import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { utf8 } from '../../src/domain/bytes.ts';
import { expandedKeyForTor, type Identity } from '../../src/domain/identity.ts';
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

/** What is answered to this path; nothing is "not found". */
export type Answers = (path: string) => { type: string; body: string } | undefined;

export const htmlAtRoot =
  (html: string): Answers =>
  (path) =>
    path === '/' ? { type: 'text/html; charset=utf-8', body: html } : undefined;

/** Starts it with a tor of its own, on a visitor's port and on Network25's; without `identity` tor makes an address. */
export async function startOnionSite(
  network: TorNetwork,
  name: string,
  answers: Answers,
  identity?: Identity,
): Promise<OnionSite> {
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (piece: string) => (body += piece));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      seen.push({ method, path: url, headers, body });
      const answer = answers(url);
      response.writeHead(answer ? 200 : 404, { 'content-type': answer?.type ?? 'text/html' });
      response.end(answer?.body ?? '');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('no port');
  const folder = join(network.folder, `${name}-service`);
  await mkdir(folder, { mode: 0o700 });
  if (identity) await writeFile(join(folder, 'hs_ed25519_secret_key'), keyFile(identity));
  const tor = await network.startClient({
    name,
    lines: [
      `HiddenServiceDir ${folder}`,
      `HiddenServicePort 80 127.0.0.1:${bound.port}`,
      `HiddenServicePort 25984 127.0.0.1:${bound.port}`,
    ],
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

/** A service's key as tor keeps it: a tag of 32 bytes and the expanded secret key. */
function keyFile({ root }: Identity): Uint8Array {
  const bytes = new Uint8Array(96);
  bytes.set(utf8('== ed25519v1-secret: type0 =='));
  bytes.set(expandedKeyForTor(root), 32);
  return bytes;
}

async function hostname(file: string): Promise<string> {
  for (let tries = 0; tries < 50; tries += 1) {
    const text = await readFile(file, 'utf8').catch(() => '');
    if (text !== '') return text.trim();
    await pause(100);
  }
  throw new Error('tor has not made an address');
}
