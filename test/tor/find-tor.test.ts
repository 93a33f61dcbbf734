import { createServer } from 'node:net';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { TorCandidate } from '../../native-host/tor/candidates.ts';
import { findTor } from '../../native-host/tor/find-tor.ts';
import { fakeControlServer, protocolInfo, type FakeServer } from './fake-control-server.ts';

const servers: FakeServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

const fake = async (...args: Parameters<typeof fakeControlServer>) => {
  const server = await fakeControlServer(...args);
  servers.push(server);
  return server;
};

const at = (port: number, passwords: string[] = []): TorCandidate => ({
  origin: 'system',
  address: { host: '127.0.0.1', port },
  hints: { passwords },
});

const openTor = { PROTOCOLINFO: protocolInfo('NULL'), AUTHENTICATE: '250 OK\r\n' };

/** A port nobody listens on. */
async function deadPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe('the search for a Tor', () => {
  it('tries each place by itself, takes the first that lets us in, and keeps what it met', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'n25-find-'));
    const dead = await deadPort();
    const web = await fake({ '': 'HTTP/1.1 400 Bad Request\r\n' });
    const shut = await fake({
      PROTOCOLINFO: protocolInfo('HASHEDPASSWORD'),
      AUTHENTICATE: '515 no\r\n',
    });
    const good = await fake(openTor);
    const later = await fake(openTor);
    const { found, attempts } = await findTor([
      { ...at(0), address: { path: join(folder, 'none') } },
      at(dead),
      at(web.port),
      at(shut.port, ['wrong']),
      { ...at(9051), address: { host: '192.0.2.1', port: 9051 } },
      at(good.port),
      at(later.port),
    ]);
    await rm(folder, { recursive: true });
    expect(attempts.map(({ outcome, code }) => [outcome, code])).toEqual([
      ['not-there', undefined],
      ['not-there', undefined],
      ['not-tor', 'malformed'],
      ['refused', 'tor-wrong-password'],
      ['refused', 'not-allowed'],
      ['authenticated', undefined],
    ]);
    expect(found?.candidate.address).toEqual({ host: '127.0.0.1', port: good.port });
    expect(later.lines).toEqual([]);
    found?.connection.close();
  });

  it('leaves a place that says nothing behind', async () => {
    const silent = await fake({ '': (_, socket) => setTimeout(() => socket.destroy(), 200) });
    const { found, attempts } = await findTor([at(silent.port)]);
    expect(found).toBeUndefined();
    expect(attempts).toMatchObject([{ outcome: 'not-tor', code: 'tor-lost' }]);
  });

  it('stops at once when it is called off', async () => {
    const controller = new AbortController();
    const silent = await fake({ '': () => controller.abort() });
    const { attempts } = await findTor([at(silent.port), at(silent.port)], controller.signal);
    expect(attempts).toHaveLength(1);
  });
});
