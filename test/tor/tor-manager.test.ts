import type { Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
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

const stranger = 'b'.repeat(56);

let world: ManagerWorld;
beforeAll(async () => {
  world = await managerWorld();
});
afterEach(() => world.closeAll());
afterAll(() => world.end());

const fakeTor: ManagerWorld['fakeTor'] = (script) => world.fakeTor(script);
const manage: ManagerWorld['manage'] = (port, environment) => world.manage(port, environment);

describe('the Tor manager', () => {
  it('looks nowhere when NETWORK25_TOR is misspelt', () => {
    expect(() => manage(9, { NETWORK25_TOR: 'sytem' })).toThrow('NETWORK25_TOR');
  });

  it('says that a bootstrap stands still, and goes on when it moves', async () => {
    let tor: Socket | undefined;
    const server = await fakeTor({
      'GETINFO status/bootstrap': (_, socket) => {
        tor = socket;
        socket.write(bootstrap(5, 'conn'));
      },
    });
    const { manager, seen } = manage(server.port);
    await expect(manager.look()).resolves.toMatchObject({ phase: 'bootstrapping', progress: 5 });
    await until(() => manager.status().code === 'tor-bootstrap-stalled');
    expect(manager.status()).toMatchObject({ phase: 'bootstrapping', progress: 5, step: 'conn' });
    tor?.write('650 STATUS_CLIENT NOTICE BOOTSTRAP PROGRESS=50 TAG=loading_status SUMMARY="x"\r\n');
    await until(() => manager.status().progress === 50);
    tor?.write('650 STATUS_CLIENT NOTICE BOOTSTRAP PROGRESS=100 TAG=done SUMMARY="Done"\r\n');
    await until(() => manager.status().phase === 'ready');
    expect(seen.at(-1)?.code).toBeUndefined();
  });

  it('does not hold a Tor that refuses what we need, and says so', async () => {
    const server = await fakeControlServer({
      PROTOCOLINFO: protocolInfo('NULL'),
      AUTHENTICATE: '250 OK\r\n',
    });
    world.afterwards(server.close);
    const { manager } = manage(server.port);
    await expect(manager.look()).resolves.toMatchObject({ phase: 'failed', code: 'tor-refused' });
  });

  it('does not say that a service is on its way while there is no Tor', async () => {
    const { manager } = manage(9);
    await expect(manager.look()).resolves.toMatchObject({ phase: 'failed' });
    manager.publish(wish);
    await until(() => manager.status().service.phase !== 'none');
    expect(manager.status().service).toMatchObject({ phase: 'failed', code: 'tor-not-found' });
  });

  it('says that a service is not published in time, and still notices when it is', async () => {
    let tor: Socket | undefined;
    const server = await fakeTor({
      ADD_ONION: (_, socket) => {
        tor = socket;
        socket.write(`250-ServiceID=${id}\r\n250 OK\r\n`);
      },
    });
    const { manager, seen } = manage(server.port);
    manager.publish(wish);
    await manager.look();
    await until(() => manager.status().service.phase === 'failed');
    expect(manager.status().service).toMatchObject({
      address: wish.address,
      code: 'onion-not-published',
    });
    const events = ['one', 'two'].flatMap((descriptor) => [
      `UPLOAD ${id} UNKNOWN d1 ${descriptor} HSDIR_INDEX=0`,
      `UPLOAD ${stranger} UNKNOWN d1 x${descriptor} HSDIR_INDEX=0`,
      `REQUESTED ${stranger} NO_AUTH d1 y`,
      `UPLOADED ${id} UNKNOWN d1`,
    ]);
    tor?.write(events.map((event) => `650 HS_DESC ${event}\r\n`).join(''));
    await until(() => manager.status().service.phase === 'published');
    // The person's other visits, which such events tell, went no further.
    expect(JSON.stringify(seen)).not.toContain(stranger);
    // And from now on Tor is not asked for them any more.
    await until(
      () =>
        server.lines.findLast((line) => line.startsWith('SETEVENTS'))?.includes('HS_DESC') ===
        false,
    );
  });

  it('asks for a client puzzle, and serves without one where Tor does not know it', async () => {
    const server = await fakeTor({
      ADD_ONION: (line, socket) =>
        socket.write(
          line.includes('PoW')
            ? '512 Bad arguments to ADD_ONION: Unrecognized keyword argument "PoWDefensesEnabled"\r\n'
            : `250-ServiceID=${id}\r\n250 OK\r\n`,
        ),
    });
    const { manager } = manage(server.port);
    manager.publish(wish);
    await manager.look();
    await until(() => server.lines.filter((line) => line.startsWith('ADD_ONION')).length === 2);
    const [first, second] = server.lines.filter((line) => line.startsWith('ADD_ONION'));
    expect(first).toMatch(/ PoWDefensesEnabled=1 PoWQueueRate=\d+ PoWQueueBurst=\d+ /);
    expect(second).toBe(first?.replace(/ PoW\w+=\d+/g, ''));
    expect(second).toMatch(/Flags=DiscardPK,MaxStreamsCloseCircuit MaxStreams=\d+ Port=25984,/);
    await manager.unpublish();
    expect(commands(server).at(-1)).toBe(`DEL_ONION ${id}`);
  });

  it('refuses what Tor calls by another name', async () => {
    const server = await fakeTor({ ADD_ONION: `250-ServiceID=${stranger}\r\n250 OK\r\n` });
    const { manager } = manage(server.port);
    manager.publish(wish);
    await manager.look();
    await until(() => manager.status().service.phase === 'failed');
    expect(manager.status().service.code).toBe('onion-refused');
    expect(server.lines).toContain(`DEL_ONION ${stranger}`);
  });

  it('publishes once when it is told twice, and what it is told last', async () => {
    const server = await fakeTor({
      ADD_ONION: (line, socket) =>
        socket.write(`250-ServiceID=${line.includes('AAAA') ? id : stranger}\r\n250 OK\r\n`),
    });
    const { manager } = manage(server.port);
    await manager.look();
    manager.publish(wish);
    manager.publish({ ...wish });
    manager.publish({ address: `${stranger}.onion`, expandedKey: `${'B'.repeat(86)}==` });
    await until(() => manager.status().service.address === `${stranger}.onion`);
    await manager.unpublish();
    const added = server.lines.filter((line) => line.startsWith('ADD_ONION'));
    const deleted = server.lines.filter((line) => line.startsWith('DEL_ONION'));
    expect(added.length).toBe(deleted.length);
    expect(deleted.at(-1)).toBe(`DEL_ONION ${stranger}`);
    expect(manager.status().service).toEqual({ phase: 'none' });
  });

  it('holds nothing and says nothing once it is closed, whatever it was waiting for', async () => {
    const silent = await fakeControlServer({ PROTOCOLINFO: () => undefined });
    world.afterwards(silent.close);
    const { manager, seen } = manage(silent.port);
    const look = manager.look();
    await until(() => silent.lines.length > 0);
    await manager.close();
    await look;
    expect(seen.map(({ phase }) => phase)).toEqual(['looking']);
  });

  it('diagnoses without a look, and tells what it met', async () => {
    const server = await fakeTor();
    const { manager, seen } = manage(server.port);
    const { restriction, places, ownTor } = await manager.diagnose();
    expect(restriction).toBe('environment');
    expect(places).toEqual([
      {
        candidate: `127.0.0.1:${server.port}`,
        origin: 'environment',
        outcome: 'authenticated',
        version: '0.4.9.11',
        progress: 100,
        socks: ['127.0.0.1:9'],
        services: { detached: [], torrc: [] },
        foreign: [],
      },
    ]);
    expect(ownTor.folder).toBe(join(world.folder, 'tor'));
    expect(seen).toEqual([]);
    expect(server.lines.some((line) => /ADD_ONION|SETEVENTS|SETCONF|SIGNAL/.test(line))).toBe(
      false,
    );
  });
});
