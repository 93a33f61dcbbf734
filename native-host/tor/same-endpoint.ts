import { request } from 'node:http';
import type { Socket } from 'node:net';
import type { SocksAddress } from '../../src/protocol/tor-status.ts';
import { replicationPort } from '../../src/protocol/virtual-ports.ts';
import type { Clock } from './clock.ts';
import type { LocalEndpoint } from './service-wish.ts';
import { socksConnect } from './socks-client.ts';

/** A service that is up answers its first visitor within seconds; then it is asked again. */
const dialFor = 45_000;
const betweenDials = 2_000;
const longestAnswer = 65_536;

/**
 * Whether a service that runs already under our address leads to our endpoint: what `GET /` gives
 * through Tor must be what it gives here. Another program may hold the key, or an older service may
 * lead to a port that is no longer ours; adopting it would call an unreachable node published.
 */
export async function leadsToUs(
  socks: SocksAddress | undefined,
  address: string,
  endpoint: LocalEndpoint,
  clock: Clock,
  signal: AbortSignal,
): Promise<boolean> {
  if (socks === undefined) return false;
  const here = await getRoot(address, local(endpoint), signal);
  if (here === undefined) return false;
  for (const end = clock.now() + dialFor; clock.now() < end && !signal.aborted;) {
    const there = await throughTor(socks, address, signal);
    if (there !== undefined) return there === here;
    await clock.wait(betweenDials, signal);
  }
  return false;
}

async function throughTor(
  socks: SocksAddress,
  address: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const socket = await socksConnect(
      socks,
      { host: address, port: replicationPort },
      { milliseconds: 20_000 },
    );
    return await getRoot(address, { createConnection: () => socket }, signal);
  } catch {
    return undefined;
  }
}

const local = ({ unixPath, port }: LocalEndpoint) =>
  unixPath === undefined ? { host: '127.0.0.1', port } : { socketPath: unixPath };

type Way =
  { createConnection: () => Socket } | { socketPath: string } | { host: string; port: number };

/** Status and body of `GET /`; undefined when there is no whole answer. */
function getRoot(address: string, way: Way, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve) => {
    const asked = request(
      {
        ...way,
        path: '/',
        signal,
        timeout: 20_000,
        headers: { host: `${address}:${replicationPort}`, connection: 'close' },
      },
      (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => {
          body += chunk.toString('latin1');
          if (body.length > longestAnswer) asked.destroy();
        });
        response.on('end', () => resolve(`${response.statusCode} ${body}`));
        response.on('close', () => resolve(undefined));
        response.on('error', () => resolve(undefined));
      },
    );
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve(undefined));
    asked.end();
  });
}
