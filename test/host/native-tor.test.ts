import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { socksConnect } from '../../native-host/tor/socks-client.ts';
import { expandedKeyForTor, identityFromRoot } from '../../src/domain/identity.ts';
import { randomBytes, sodiumReady } from '../../src/domain/sodium.ts';
import { startTorNetwork, type TorNetwork } from '../helpers/tor-network/index.mjs';
import {
  buildHost,
  type BuiltHost,
  HostProcess,
  profile,
  quietEnvironment,
} from './native-host-process.ts';

let built: BuiltHost;
let network: TorNetwork;

beforeAll(async () => {
  await sodiumReady();
  built = buildHost();
  network = await startTorNetwork({ clients: 1 });
}, 120_000);
afterAll(async () => {
  await network?.stop();
  built.remove();
});

/** What a visitor with Tor gets; the service may be so new that the first dial fails. */
async function visit(address: string, port: number): Promise<{ status: number; text: string }> {
  const server = { host: '127.0.0.1', port: network.clients[0]?.socksPort ?? 0 };
  const socket = await socksConnect(server, { host: address, port }, { milliseconds: 45_000 });
  return new Promise((resolve, reject) => {
    const host = port === 80 ? address : `${address}:${port}`;
    const sent = request(
      { createConnection: () => socket, path: '/', headers: { host } },
      (answer) => {
        let text = '';
        answer.on('data', (bytes: Buffer) => (text += bytes.toString()));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}

/** Does anything listen at this port? */
function answers(port = 0): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

test('the built host starts a tor of its own, publishes, is visited, and leaves nothing running', async () => {
  const data = join(built.folder, 'data', 'profiles', profile);
  mkdirSync(data, { recursive: true, mode: 0o700 });
  writeFileSync(join(data, 'torrc'), network.torrcForOwnTor);
  const environment = quietEnvironment(built.folder, { NETWORK25_TOR: 'own' });
  const host = new HostProcess(built, environment);
  let again: HostProcess | undefined;
  try {
    host.hello();
    await host.waitFor('tor-status', ({ status }) => status.phase === 'bootstrapping');
    const ready = await host.waitFor('tor-status', ({ status }) => status.phase === 'ready');
    expect(ready.status).toMatchObject({ source: 'own', socks: { host: '127.0.0.1' } });
    const socks = ready.status.socks;
    host.send({ type: 'probe-socks', id: 1, host: '127.0.0.1', port: socks?.port });
    expect(await host.waitFor('probe-socks')).toMatchObject({ id: 1, isTor: true });

    const root = randomBytes(32);
    const { address } = identityFromRoot(root);
    const expandedKey = Buffer.from(expandedKeyForTor(root)).toString('base64');
    host.send({ type: 'publish', expandedKey, address });
    await host.waitFor('tor-status', ({ status }) => status.service.phase === 'published');
    const root25984 = await visit(address, 25_984);
    expect(root25984.status).toBe(200);
    expect(JSON.parse(root25984.text)).toHaveProperty('couchdb');
    // The public page is off: port 80 says nothing.
    expect(await visit(address, 80)).toEqual({ status: 404, text: '' });

    expect(await host.end()).toBe(0);
    expect(await answers(socks?.port)).toBe(false);

    // Killed, it can't end its tor any more; the tor sees that by itself.
    again = new HostProcess(built, environment).hello();
    const second = await again.waitFor('tor-status', ({ status }) => status.phase === 'ready');
    const port = second.status.socks?.port;
    expect(await answers(port)).toBe(true);
    again.child.kill('SIGKILL');
    await again.exited;
    await expect.poll(() => answers(port), { timeout: 10_000 }).toBe(false);
  } finally {
    host.child.kill('SIGKILL');
    again?.child.kill('SIGKILL');
  }
});
