import type { Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { codeOfTrouble, parseBootstrap } from '../../native-host/tor/bootstrap.ts';
import { readHealth } from '../../native-host/tor/tor-health.ts';
import { fakeControlServer, protocolInfo } from './fake-control-server.ts';
import {
  bootstrap,
  commands,
  id,
  managerWorld,
  until,
  wish,
  type ManagerWorld,
} from './manager-world.ts';

let world: ManagerWorld;
beforeAll(async () => {
  world = await managerWorld();
});
afterEach(() => world.closeAll());
afterAll(() => world.end());

/** As Tor 0.4.9 writes it. */
const stuck = (reason: string, count: number, recommendation: 'ignore' | 'warn') =>
  `WARN BOOTSTRAP PROGRESS=5 TAG=conn SUMMARY="Connecting to a relay" WARNING="Connection refused" REASON=${reason} COUNT=${count} RECOMMENDATION=${recommendation} HOSTID="${'A'.repeat(40)}" HOSTADDR="192.0.2.1:443"`;

const added = `250-ServiceID=${id}\r\n250 OK\r\n`;
/** Both descriptors of `id` are up. */
const uploads = ['one', 'two']
  .flatMap((descriptor) => [
    `650 HS_DESC UPLOAD ${id} UNKNOWN d1 ${descriptor} HSDIR_INDEX=0\r\n`,
    `650 HS_DESC UPLOADED ${id} UNKNOWN d1\r\n`,
  ])
  .join('');

describe('why a bootstrap stands still', () => {
  it('is read from what Tor says of it, once that is grave', () => {
    expect(parseBootstrap(stuck('TIMEOUT', 1, 'ignore'))).toEqual({ progress: 5, step: 'conn' });
    expect(parseBootstrap(stuck('TIMEOUT', 3, 'ignore'))?.trouble).toBe('TIMEOUT');
    expect(parseBootstrap(stuck('TIMEOUT', 1, 'warn'))?.trouble).toBe('TIMEOUT');
  });

  it.each([
    ['NOROUTE', false, 'tor-offline'],
    ['CONNECTREFUSED', false, 'tor-blocked'],
    ['TIMEOUT', true, 'bridges-unreachable'],
    ['PT_MISSING', true, 'bridge-program-missing'],
    ['DONE', false, undefined],
    ['A_REASON_OF_TOMORROW', false, undefined],
  ])('%s is told in words', (reason, withBridges, code) => {
    expect(codeOfTrouble(reason, withBridges)).toBe(code);
  });

  it('shows in the status until something moves', async () => {
    let tor: Socket | undefined;
    const server = await world.fakeTor({
      'GETINFO status/bootstrap': (_, socket) => {
        tor = socket;
        socket.write(bootstrap(5, 'conn'));
      },
    });
    const { manager } = world.manage(server.port);
    await manager.look();
    tor?.write(`650 STATUS_CLIENT ${stuck('CONNECTREFUSED', 10, 'warn')}\r\n`);
    await until(() => manager.status().code === 'tor-blocked');
    expect(manager.status()).toMatchObject({ phase: 'bootstrapping', progress: 5 });
    tor?.write('650 STATUS_CLIENT NOTICE BOOTSTRAP PROGRESS=14 TAG=handshake SUMMARY="x"\r\n');
    await until(() => manager.status().progress === 14);
    expect(manager.status().code).not.toBe('tor-blocked');
  });
});

describe('what a Tor complains of', () => {
  it.each([
    ['STATUS_GENERAL', 'WARN CLOCK_SKEW SKEW=-7200 SOURCE=OR:192.0.2.1:443', 'tor-clock-wrong'],
    ['STATUS_GENERAL', 'WARN CLOCK_SKEW SOURCE=CONSENSUS', 'tor-clock-wrong'],
    [
      'STATUS_GENERAL',
      'WARN DANGEROUS_VERSION CURRENT=0.4.5 REASON=OBSOLETE RECOMMENDED="0.4.9.11"',
      'tor-version-old',
    ],
    ['NETWORK_LIVENESS', 'DOWN', 'tor-offline'],
  ] as const)('%s %s', (kind, text, code) => {
    expect(readHealth(kind, text).warn).toBe(code);
  });

  it('says nothing of versions that are newer than any known, or of other things', () => {
    expect(readHealth('STATUS_GENERAL', 'WARN DANGEROUS_VERSION CURRENT=9 REASON=NEW')).toEqual({});
    expect(readHealth('STATUS_GENERAL', 'NOTICE BUG REASON="x"')).toEqual({});
    expect(readHealth('NETWORK_LIVENESS', '')).toEqual({});
  });

  it('is shown beside where it stands, and taken back', async () => {
    const server = await world.fakeTor();
    const { manager } = world.manage(server.port);
    await manager.look();
    await until(() => server.lines.some((line) => line.includes('NETWORK_LIVENESS')));
    server.send('650 STATUS_GENERAL WARN CLOCK_SKEW SKEW=7200 SOURCE=CONSENSUS\r\n');
    server.send('650 NETWORK_LIVENESS DOWN\r\n');
    await until(() => manager.status().warnings?.length === 2);
    expect(manager.status()).toMatchObject({
      phase: 'ready',
      warnings: ['tor-clock-wrong', 'tor-offline'],
    });
    server.send('650 NETWORK_LIVENESS UP\r\n650 STATUS_GENERAL NOTICE CLOCK_JUMPED TIME=999\r\n');
    await until(() => manager.status().phase === 'ready' && !manager.status().warnings);
  });

  it('is done without where a filter keeps such events from us', async () => {
    const server = await fakeControlServer({
      PROTOCOLINFO: protocolInfo('NULL'),
      AUTHENTICATE: '250 OK\r\n',
      SETEVENTS: (line, socket) =>
        socket.write(/GENERAL|LIVENESS/.test(line) ? '552 Unrecognized event\r\n' : '250 OK\r\n'),
      'GETINFO status/bootstrap-phase': bootstrap(100, 'done'),
    });
    world.afterwards(server.close);
    const { manager } = world.manage(server.port);
    await expect(manager.look()).resolves.toMatchObject({ phase: 'ready' });
  });
});

describe('a service', () => {
  it('that is never confirmed is begun again, and counts once it is', async () => {
    let begun = 0;
    const server = await world.fakeTor({
      ADD_ONION: (_, socket) => {
        begun += 1;
        socket.write(begun < 3 ? added : `${added}${uploads}`);
      },
    });
    const { manager, seen } = world.manage(server.port);
    manager.publish(wish);
    await manager.look();
    await until(() => manager.status().service.phase === 'published');
    expect(commands(server).map((line) => line.split(' ')[0])).toEqual([
      'ADD_ONION',
      'DEL_ONION',
      'ADD_ONION',
      'DEL_ONION',
      'ADD_ONION',
    ]);
    const codes = seen.flatMap(({ service }) => (service.phase === 'failed' ? service.code : []));
    expect(codes).toEqual(['onion-not-published', 'onion-not-published']);
  });

  it('that every directory refuses is said to be refused', async () => {
    const refusals = ['one', 'two'].flatMap((descriptor) => [
      `650 HS_DESC UPLOAD ${id} UNKNOWN d1 ${descriptor} HSDIR_INDEX=0\r\n`,
      `650 HS_DESC FAILED ${id} UNKNOWN d1 REASON=UPLOAD_REJECTED\r\n`,
    ]);
    const server = await world.fakeTor({ ADD_ONION: `${added}${refusals.join('')}` });
    const { manager } = world.manage(server.port);
    manager.publish(wish);
    await manager.look();
    await until(() => manager.status().service.code === 'onion-upload-failed');
  });

  it('is not called published while Tor has no network, and is begun again when it does not answer after', async () => {
    const server = await world.fakeTor({ ADD_ONION: `${added}${uploads}` });
    const { manager } = world.manage(server.port);
    manager.publish(wish);
    await manager.look();
    await until(() => manager.status().service.phase === 'published');
    server.send('650 NETWORK_LIVENESS DOWN\r\n');
    await until(() => manager.status().service.phase === 'publishing');
    expect(manager.status().service).toMatchObject({ address: wish.address, code: 'tor-offline' });
    // Nothing of ours answers at the address through this Tor: its SOCKS port is closed.
    server.send('650 NETWORK_LIVENESS UP\r\n');
    await until(() => manager.status().service.phase === 'published');
    expect(commands(server).map((line) => line.split(' ')[0])).toEqual([
      'ADD_ONION',
      'DEL_ONION',
      'ADD_ONION',
    ]);
    await expect(manager.test()).resolves.toBe('onion-unreachable');
  });

  it('can’t be tested when there is none', async () => {
    const server = await world.fakeTor();
    const { manager } = world.manage(server.port);
    await manager.look();
    await expect(manager.test()).resolves.toBe('onion-not-published');
  });
});
