import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../native-host/tor/clock.ts';
import { ownTorFiles, writtenControlPort } from '../../../native-host/tor/own-tor-files.ts';
import { startOwnTor } from '../../../native-host/tor/own-tor.ts';
import type { ServiceWish } from '../../../native-host/tor/service-wish.ts';
import type { TorNetwork } from '../../helpers/tor-network/index.mjs';
import { isPublished, managed } from './managers.ts';
import { endpointSaying, newWish, visit } from './people.ts';

const own = { NETWORK25_TOR: 'own' };

/** Whether a process is still there. */
function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The files below a folder that hold the key of `wish`, as it is or as text. */
async function filesWith(folder: string, { expandedKey }: ServiceWish): Promise<string[]> {
  const key = Buffer.from(expandedKey, 'base64');
  const halves = [key.subarray(0, 32), key.subarray(32)];
  const traces = [
    ...halves,
    Buffer.from(expandedKey.slice(0, 43)),
    Buffer.from(key.toString('hex')),
  ];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  expect(files.length).toBeGreaterThan(3);
  const found: string[] = [];
  for (const { name, parentPath } of files) {
    const content = await readFile(join(parentPath, name));
    if (traces.some((trace) => content.includes(trace))) found.push(name);
  }
  return found;
}

export function ownTor(network: () => TorNetwork): void {
  /** A data directory whose own tor joins the private network; the space in its name is on purpose. */
  const dataDirectory = async (name: string, torrc = network().torrcForOwnTor) => {
    const folder = join(network().folder, `data ${name}`);
    await mkdir(folder, { mode: 0o700 });
    await writeFile(join(folder, 'torrc'), torrc);
    return folder;
  };
  /** The torrc of a tor whose process the test can find. */
  const torrcWithPid = (pidFile: string) =>
    `${network().torrcForOwnTor}PidFile "${pidFile}"\nSocksPort 0.0.0.0:9\n`;
  const pidIn = async (pidFile: string) => Number((await readFile(pidFile, 'utf8')).trim());

  describe('our own tor', () => {
    it('bootstraps with progress, publishes, keeps to loopback, and ends with us', async () => {
      const pidFile = join(network().folder, 'own.pid');
      const folder = await dataDirectory('own', torrcWithPid(pidFile));
      const endpoint = await endpointSaying('ivy', network().folder);
      const { manager, until, seen } = managed({
        environment: own,
        dataDirectory: folder,
        endpoint,
      });
      const wish = newWish();
      manager.publish(wish);
      await manager.look();
      const status = await until(isPublished);
      expect(status).toMatchObject({
        source: 'own',
        control: 'own tor',
        progress: 100,
        attempts: [{ candidate: 'own tor', origin: 'own', outcome: 'authenticated' }],
        service: { origin: 'created' },
      });
      const phases = [...new Set(seen.map(({ phase }) => phase))];
      expect(phases).toEqual(['looking', 'starting', 'bootstrapping', 'ready']);
      const steps = seen
        .filter(({ phase }) => phase === 'bootstrapping')
        .map((s) => s.progress ?? 0);
      expect(steps.length).toBeGreaterThan(2);
      expect(steps).toEqual(steps.toSorted((a, b) => a - b));
      expect((await stat(join(folder, 'tor'))).mode & 0o777).toBe(0o700);
      const [, visitor] = network().clients;
      expect(await visit(visitor?.socksPort ?? 0, wish.address)).toContain('ivy');
      expect(endpoint.visits).toEqual({ tcp: 0, unix: 1 });

      const diagnosis = await manager.diagnose();
      expect(diagnosis).toMatchObject({
        restriction: 'own',
        places: [
          {
            origin: 'own',
            outcome: 'authenticated',
            progress: 100,
            // Not the one the person's torrc asks for.
            socks: [`127.0.0.1:${status.socks?.port}`],
          },
        ],
        ownTor: { torrc: join(folder, 'torrc') },
      });
      expect(diagnosis.ownTor.version).toMatch(/^0\.4\./);
      expect(await filesWith(folder, wish)).toEqual([]);

      const pid = await pidIn(pidFile);
      await manager.close();
      expect(lives(pid)).toBe(false);
      endpoint.close();
    });

    it('starts again when it is killed', async () => {
      const pidFile = join(network().folder, 'killed.pid');
      const folder = await dataDirectory('killed', torrcWithPid(pidFile));
      await network().seedDirectory(join(folder, 'tor'));
      const { manager, until } = managed({
        environment: own,
        dataDirectory: folder,
        endpoint: { port: 9 },
      });
      await manager.look();
      await until(({ phase }) => phase === 'ready');
      process.kill(await pidIn(pidFile), 'SIGKILL');
      await until(({ phase }) => phase === 'lost');
      // It had not lived long, so it is not started in a hurry; the person need not wait.
      void manager.look();
      await until(({ phase }) => phase === 'ready');
      await manager.close();
    });

    it('ends when the host is gone', async () => {
      const folder = await dataDirectory('orphan');
      const tor = await startOwnTor({
        binary: { path: 'tor' },
        files: ownTorFiles(folder),
        environment: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` },
        spawn,
        clock: systemClock,
        signal: new AbortController().signal,
      });
      tor.connection.close();
      await tor.ended;
    });

    it('ends the one that a killed host left in its folder, and starts', async () => {
      const folder = await dataDirectory('left');
      const files = ownTorFiles(folder);
      await network().seedDirectory(files.folder);
      const about = ['-f', files.torrc, '--defaults-torrc', '/dev/null', '--DataDirectory'];
      const settings = ['--ControlPort', '127.0.0.1:auto', '--CookieAuthentication', '1'].concat(
        ['--ControlPortWriteToFile', files.controlPort, '--SocksPort', '127.0.0.1:auto'],
        ['--__OwningControllerProcess', String(process.pid)],
      );
      const program = 'tor';
      const orphan = spawn(program, [...about, files.folder, ...settings], {
        env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` },
        stdio: 'ignore',
      });
      const gone = once(orphan, 'close');
      try {
        await expect.poll(() => writtenControlPort(files), { timeout: 30_000 }).toBeDefined();
        const { manager, until } = managed({
          environment: own,
          dataDirectory: folder,
          endpoint: { port: 9 },
        });
        await manager.look();
        await gone;
        await until(({ phase }) => phase === 'ready');
        await manager.close();
      } finally {
        orphan.kill('SIGKILL');
      }
    });

    it('says why it does not start', async () => {
      const folder = await dataDirectory('broken', 'Bridge not-an-address\n');
      const { manager } = managed({
        environment: own,
        dataDirectory: folder,
        endpoint: { port: 9 },
      });
      await expect(manager.look()).resolves.toMatchObject({
        phase: 'failed',
        code: 'tor-start-failed',
        attempts: [{ origin: 'own', outcome: 'failed', code: 'tor-start-failed' }],
      });
      const { ownTor: found } = await manager.diagnose();
      expect(found.complaint).toContain('Bridge');
      await manager.close();
    });

    it('is reported missing when there is no tor program', async () => {
      const folder = await dataDirectory('none');
      const { manager } = managed({
        environment: { ...own, PATH: folder },
        // Looks in PATH and in homes only, so that no tor of this machine is found.
        platform: 'win32',
        dataDirectory: folder,
        endpoint: { port: 9 },
      });
      await expect(manager.look()).resolves.toMatchObject({
        phase: 'failed',
        code: 'tor-not-found',
        attempts: [{ candidate: 'own tor', outcome: 'not-there', code: 'tor-not-found' }],
      });
      expect((await manager.diagnose()).ownTor).not.toHaveProperty('binary');
      await manager.close();
    });
  });
}
