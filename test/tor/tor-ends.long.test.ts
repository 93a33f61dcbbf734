import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sodiumReady } from '../../src/domain/sodium.ts';
import {
  buildHost,
  type BuiltHost,
  HostProcess,
  profile,
  quietEnvironment,
} from '../host/native-host-process.ts';
import { startTorNetwork, type TorNetwork } from '../helpers/tor-network/index.mjs';
import { managerWorld, until as eventually } from './manager-world.ts';
import { isPublished, managed } from './real/managers.ts';
import { endpointSaying, newWish, visit } from './real/people.ts';

let built: BuiltHost;
let network: TorNetwork;
beforeAll(async () => {
  await sodiumReady();
  built = buildHost();
  network = await startTorNetwork({ clients: 2 });
});
afterAll(async () => {
  await network?.stop();
  built.remove();
});

/** How many tors there are in a folder. */
const torsIn = (folder: string): number =>
  execFileSync('ps', ['-A', '-o', 'args='], { encoding: 'utf8' })
    .split('\n')
    .filter((args) => args.includes(`--DataDirectory ${folder}`)).length;

describe('a host with a tor of its own', () => {
  const start = (name: string) => {
    const data = join(built.folder, name);
    const folder = join(data, 'profiles', profile);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, 'torrc'), network.torrcForOwnTor);
    const environment = quietEnvironment(built.folder, {
      NETWORK25_TOR: 'own',
      NETWORK25_DATA_DIR: data,
    });
    return { folder, begin: () => new HostProcess(built, environment).hello() };
  };

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('takes it along at %s', async (signal) => {
    const { folder, begin } = start(signal);
    const host = begin();
    try {
      await host.waitFor('tor-status', ({ status }) => status.phase === 'bootstrapping');
      expect(torsIn(folder)).toBe(1);
      host.child.kill(signal);
      await host.exited;
      await expect.poll(() => torsIn(folder), { timeout: 20_000 }).toBe(0);
    } finally {
      host.child.kill('SIGKILL');
    }
  });

  it.each(['starting', 'bootstrapping', 'ready'] as const)(
    'killed while %s leaves none behind, and the next host comes up in its place',
    async (phase) => {
      const { folder, begin } = start(`killed-${phase}`);
      const first = begin();
      let next: HostProcess | undefined;
      try {
        await first.waitFor('tor-status', ({ status }) => status.phase === phase);
        first.child.kill('SIGKILL');
        await first.exited;
        next = begin();
        await next.waitFor('tor-status', ({ status }) => status.phase === 'ready');
        await expect.poll(() => torsIn(folder), { timeout: 30_000 }).toBe(1);
        expect(await next.end()).toBe(0);
        await expect.poll(() => torsIn(folder), { timeout: 20_000 }).toBe(0);
      } finally {
        first.child.kill('SIGKILL');
        next?.child.kill('SIGKILL');
      }
    },
  );

  it('keeps it when a second host is refused the same folder', async () => {
    const { folder, begin } = start('twice');
    const first = begin();
    let second: HostProcess | undefined;
    try {
      await first.waitFor('tor-status', ({ status }) => status.phase === 'ready');
      second = begin();
      expect(await second.waitFor('refused')).toMatchObject({ code: 'data-in-use' });
      await second.exited;
      expect(torsIn(folder)).toBe(1);
      const last = first.received.findLast(({ type }) => type === 'tor-status');
      expect(last).toMatchObject({ status: { phase: 'ready' } });
      expect(await first.end()).toBe(0);
    } finally {
      first.child.kill('SIGKILL');
      second?.child.kill('SIGKILL');
    }
  });
});

describe('a Tor that does not come back', () => {
  it('is stood in for by our own, which gives way when the person looks again', async () => {
    const folder = join(network.folder, 'stand-in');
    await mkdir(folder, { mode: 0o700 });
    await writeFile(join(folder, 'torrc'), network.torrcForOwnTor);
    const tor = await network.startClient({ name: 'leaving' });
    const endpoint = await endpointSaying('kim', network.folder);
    const { manager, until, seen } = managed({
      environment: {
        NETWORK25_TOR: 'environment,own',
        TOR_CONTROL_PORT: String(tor.controlPort),
      },
      dataDirectory: folder,
      endpoint,
    });
    const wish = newWish();
    const [, visitor] = network.clients;
    const visited = () => visit(visitor?.socksPort ?? 0, wish.address);
    try {
      manager.publish(wish);
      await manager.look();
      await until((status) => status.source === 'environment' && isPublished(status));
      await tor.kill();
      await until((status) => status.source === 'own' && isPublished(status));
      expect(await visited()).toContain('kim');
      const phases = seen.map(({ phase, source }) => `${phase} ${source ?? ''}`.trimEnd());
      const lost = phases.indexOf('lost');
      expect(phases.slice(lost)).toEqual(
        expect.arrayContaining(['lost', 'looking', 'starting', 'bootstrapping own', 'ready own']),
      );
      // From the loss until it is up again nothing says that friends can come in.
      const upAgain = seen.findLastIndex(isPublished);
      const between = seen.slice(lost, upAgain).map(({ service }) => service.phase);
      expect(between).not.toContain('published');

      const { name, controlPort, socksPort } = tor;
      const back = await network.startClient({ name, controlPort, socksPort });
      await back.ready();
      await manager.look();
      await until((status) => status.source === 'environment' && isPublished(status));
      expect(await visited()).toContain('kim');
      expect(torsIn(folder)).toBe(0);
      await back.kill();
    } finally {
      await manager.close();
      endpoint.close();
    }
  });
});

describe('a Tor that stands still', () => {
  it('is lost, though its sockets are open', async () => {
    const world = await managerWorld();
    let answers = true;
    const server = await world.fakeTor({
      'GETINFO network-liveness': (_, socket) => {
        if (answers) socket.write('250-network-liveness=up\r\n250 OK\r\n');
      },
    });
    const { manager } = world.manage(server.port);
    await manager.look();
    answers = false;
    await eventually(() => manager.status().phase !== 'ready');
    expect(manager.status()).toMatchObject({ phase: 'lost', code: 'tor-lost' });
    await world.closeAll();
    await world.end();
  });
});
