import { mkdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { openControl } from '../../../native-host/tor/authenticate.ts';
import {
  ownTorFiles,
  ownTorHints,
  writtenControlPort,
} from '../../../native-host/tor/own-tor-files.ts';
import { firstProgram } from '../../../native-host/tor/tor-binaries.ts';
import { getInfo } from '../../../native-host/tor/tor-session.ts';
import { freePorts, type TorNetwork } from '../../helpers/tor-network/index.mjs';
import { isPublished, managed, type Managed } from './managers.ts';
import { endpointSaying, newWish, visit } from './people.ts';

export function bridges(network: () => TorNetwork): void {
  const open: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of open.splice(0).toReversed()) await close();
  });

  const dataDirectory = async (name: string) => {
    const folder = join(network().folder, `bridged ${name}`);
    await mkdir(folder, { mode: 0o700 });
    await writeFile(join(folder, 'torrc'), network().torrcForOwnTor);
    return folder;
  };
  const ownManager = async (
    folder: string,
    environment: Record<string, string> = {},
    platform = process.platform,
  ): Promise<Managed> => {
    const endpoint = await endpointSaying(`bridged-${open.length}`, network().folder);
    open.push(() => endpoint.close());
    const started = managed({
      environment: { NETWORK25_TOR: 'own', ...environment },
      dataDirectory: folder,
      endpoint,
      platform,
    });
    open.push(() => started.manager.close());
    return started;
  };
  /** What our own tor says of itself when somebody asks it beside us. */
  const ask = async (folder: string, question: string) => {
    const files = ownTorFiles(folder);
    const port = (await writtenControlPort(files)) ?? 0;
    const { connection } = await openControl({ host: '127.0.0.1', port }, ownTorHints(files));
    open.push(() => connection.close());
    return question.startsWith('GETCONF ')
      ? (await connection.ask(question)).lines.map(({ text }) => text)
      : [await getInfo(connection, question)];
  };

  describe('bridges of our own tor', () => {
    it('are its only way in, from the moment they are set, and until they are taken back', async () => {
      const bridge = await network().startBridge({ name: 'bridge' });
      open.push(() => bridge.kill());
      await bridge.ready();
      const folder = await dataDirectory('plain');
      const { manager, until } = await ownManager(folder);
      await manager.look();
      await until(({ phase }) => phase === 'ready');
      expect(manager.status().bridges).toBeUndefined();

      const line = `127.0.0.1:${bridge.orPort} ${bridge.fingerprint}`;
      await expect(manager.setBridges([`Bridge ${line}`])).resolves.toEqual({
        lines: [line],
        missing: [],
      });
      const wish = newWish();
      manager.publish(wish);
      const status = await until((now) => now.bridges === 1 && isPublished(now));
      expect(status).toMatchObject({ source: 'own', bridges: 1 });
      expect((await stat(join(folder, 'bridges.json'))).mode & 0o777).toBe(0o600);
      expect(await ask(folder, 'GETCONF Bridge')).toEqual([`Bridge=${line}`]);
      expect((await ask(folder, 'entry-guards'))[0]).toContain(bridge.fingerprint);
      const [, visitor] = network().clients;
      expect(await visit(visitor?.socksPort ?? 0, wish.address)).toContain('bridged-');
      await expect(manager.test()).resolves.toBeUndefined();

      await manager.setBridges([]);
      await until((now) => now.bridges === undefined && isPublished(now));
      expect(await ask(folder, 'GETCONF UseBridges')).toEqual(['UseBridges=0']);
    });

    it('are reached through the program that their transport needs', async () => {
      // The space in its path is on purpose: Tor knows no quotes there.
      const programs = join(network().folder, 'with space');
      await mkdir(programs);
      const toy = pathToFileURL(fileURLToPath(new URL('toy-transport.mjs', import.meta.url)));
      for (const name of ['obfs4proxy', '../obfs4-server'])
        await writeFile(
          join(programs, name),
          `#!${process.execPath}\nimport(${JSON.stringify(toy.href)});\n`,
          { mode: 0o700 },
        );
      const [port = 0] = await freePorts(1);
      const bridge = await network().startBridge({
        name: 'veiled',
        lines: [
          `ServerTransportPlugin obfs4 exec ${join(network().folder, 'obfs4-server')}`,
          `ServerTransportListenAddr obfs4 127.0.0.1:${port}`,
        ],
      });
      open.push(() => bridge.kill());
      await bridge.ready();
      const folder = await dataDirectory('veiled');
      const PATH = `${programs}:${process.env['PATH'] ?? ''}`;
      const { manager, until } = await ownManager(folder, { PATH });
      const line = `obfs4 127.0.0.1:${port} ${bridge.fingerprint} cert=toy iat-mode=0`;
      await manager.setBridges([line]);
      await manager.look();
      expect(await until(({ phase }) => phase === 'ready')).toMatchObject({ bridges: 1 });
      expect(await ask(folder, 'GETCONF ClientTransportPlugin')).toEqual([
        'ClientTransportPlugin=obfs4 exec ./pt-obfs4proxy',
      ]);
    });

    it('that answer nobody are said to, and Tor is not entered without', async () => {
      const [port = 0] = await freePorts(1);
      const folder = await dataDirectory('dead');
      const { manager, until, seen } = await ownManager(folder);
      await manager.setBridges([`127.0.0.1:${port} ${'A'.repeat(40)}`]);
      void manager.look();
      await until(({ code }) => code === 'bridges-unreachable');
      expect(Math.max(...seen.map(({ progress = 0 }) => progress))).toBeLessThan(20);
    });

    it('without their program, or unreadable, keep our own tor from being started', async () => {
      const folder = await dataDirectory('without');
      const programs = join(network().folder, 'tor only');
      await mkdir(programs);
      await symlink(await programInPath('tor'), join(programs, 'tor'));
      // A Mac's usual folders, where nothing of this machine is found.
      const { manager, until } = await ownManager(folder, { PATH: programs }, 'darwin');
      const line = `snowflake 192.0.2.3:80 ${'A'.repeat(40)}`;
      await expect(manager.setBridges([line])).resolves.toEqual({
        lines: [line],
        missing: ['snowflake'],
      });
      await expect(manager.look()).resolves.toMatchObject({
        phase: 'failed',
        code: 'bridge-program-missing',
      });
      await writeFile(join(folder, 'bridges.json'), '{"bridges":[');
      await manager.look();
      await until(({ phase, code }) => phase === 'failed' && code === 'bridges-unreadable');
      await expect(stat(join(folder, 'tor', 'control-port'))).rejects.toThrow('ENOENT');
      await expect(manager.bridges()).rejects.toThrow('bridges-unreadable');
    });
  });
}

async function programInPath(name: string): Promise<string> {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/usr/local/sbin'];
  const found = await firstProgram(folders.map((folder) => join(folder, name)));
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}
