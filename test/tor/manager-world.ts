import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock, type Clock } from '../../native-host/tor/clock.ts';
import { createTorManager, type TorManager } from '../../native-host/tor/tor-manager.ts';
import type { TorStatus } from '../../src/protocol/tor-status.ts';
import {
  fakeControlServer,
  protocolInfo,
  type Answer,
  type FakeServer,
} from './fake-control-server.ts';

/** One person's address, without its ending, and what they wish for. */
export const id = 'a'.repeat(56);
export const wish = { address: `${id}.onion`, expandedKey: `${'A'.repeat(86)}==` };

/** Waits of half a minute and more pass a thousand times as fast, so they keep their order. */
const hastyClock: Clock = {
  now: () => systemClock.now(),
  wait: (milliseconds, signal) =>
    systemClock.wait(milliseconds >= 30_000 ? milliseconds / 1_000 : milliseconds, signal),
};

/** What was asked of it that changes something; it is asked how it is again and again. */
export const commands = ({ lines }: FakeServer): string[] =>
  lines.filter((line) => /^(ADD|DEL)_ONION|^SETCONF|^SIGNAL/.test(line));

export const until = async (holds: () => boolean): Promise<void> => {
  for (let tries = 0; !holds(); tries += 1) {
    if (tries > 4_000) throw new Error('it never came to that');
    await systemClock.wait(5);
  }
};

export const bootstrap = (progress: number, tag: string): string =>
  `250-status/bootstrap-phase=NOTICE BOOTSTRAP PROGRESS=${progress} TAG=${tag} SUMMARY="x"\r\n250 OK\r\n`;

export interface ManagerWorld {
  readonly folder: string;
  /** A Tor that is connected and has no services, but for what `script` says otherwise. */
  fakeTor(script?: Record<string, Answer>): Promise<FakeServer>;
  manage(
    port: number,
    environment?: Record<string, string>,
  ): { manager: TorManager; seen: TorStatus[] };
  afterwards(close: () => Promise<unknown>): void;
  /** Ends what was opened since the last time. */
  closeAll(): Promise<void>;
  end(): Promise<void>;
}

/** Tor managers and the fake Tors they find, with a data directory of their own. */
export async function managerWorld(): Promise<ManagerWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'n25-manager-'));
  const open: (() => Promise<unknown>)[] = [];
  return {
    folder,
    fakeTor: async (script = {}) => {
      const server = await fakeControlServer({
        ...script,
        PROTOCOLINFO: protocolInfo('NULL'),
        AUTHENTICATE: '250 OK\r\n',
        SETEVENTS: '250 OK\r\n',
        'GETINFO status/bootstrap-phase':
          script['GETINFO status/bootstrap'] ?? bootstrap(100, 'done'),
        'GETINFO status/version/current': '250-status/version/current=recommended\r\n250 OK\r\n',
        'GETINFO network-liveness':
          script['GETINFO network-liveness'] ?? '250-network-liveness=up\r\n250 OK\r\n',
        'GETINFO net/listeners/socks': '250-net/listeners/socks="127.0.0.1:9"\r\n250 OK\r\n',
        'GETINFO onions/detached': '250-onions/detached=\r\n250 OK\r\n',
        'GETCONF HiddenServiceOptions': '250 HiddenServiceOptions\r\n',
        DEL_ONION: '250 OK\r\n',
      });
      open.push(server.close);
      return server;
    },
    manage: (port, environment = {}) => {
      const seen: TorStatus[] = [];
      const manager = createTorManager({
        environment: {
          NETWORK25_TOR: 'environment',
          TOR_CONTROL_PORT: String(port),
          ...environment,
        },
        platform: 'linux',
        dataDirectory: folder,
        endpoint: { port: 4000 },
        spawn,
        clock: hastyClock,
        onStatus: (status) => seen.push(status),
      });
      open.push(() => manager.close());
      return { manager, seen };
    },
    afterwards: (close) => void open.push(close),
    closeAll: async () => {
      for (const close of open.splice(0).toReversed()) await close();
    },
    end: () => rm(folder, { recursive: true }),
  };
}
