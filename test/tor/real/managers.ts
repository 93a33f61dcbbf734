import { spawn } from 'node:child_process';
import { expect } from 'vitest';
import * as v from 'valibot';
import { createTorManager, type TorManager } from '../../../native-host/tor/tor-manager.ts';
import { torStatusSchema, type TorStatus } from '../../../src/protocol/tor-status.ts';
import type { LocalEndpoint } from '../../../native-host/tor/service-wish.ts';

export interface Managed {
  readonly manager: TorManager;
  /** Every status reported, in order. */
  readonly seen: TorStatus[];
  /** The first status from now on for which `is` holds. */
  readonly until: (is: (status: TorStatus) => boolean, milliseconds?: number) => Promise<TorStatus>;
}

/**
 * A Tor manager whose every status must pass the schema of the protocol. It sees nothing of this
 * machine but PATH: no HOME, no system Tor.
 */
export function managed(options: {
  environment: Record<string, string>;
  dataDirectory: string;
  endpoint: LocalEndpoint;
  platform?: NodeJS.Platform;
}): Managed {
  const seen: TorStatus[] = [];
  const listeners = new Set<(status: TorStatus) => void>();
  const uid = process.getuid?.();
  const manager = createTorManager({
    platform: process.platform,
    ...options,
    environment: { PATH: process.env['PATH'], ...options.environment },
    ...(uid === undefined ? {} : { uid }),
    spawn,
    onStatus: (status) => {
      expect(v.parse(torStatusSchema, status)).toEqual(status);
      seen.push(status);
      for (const listener of listeners) listener(status);
    },
  });
  return {
    manager,
    seen,
    until: (is, milliseconds = 45_000) =>
      new Promise((resolve, reject) => {
        const leave = () => {
          clearTimeout(timer);
          listeners.delete(check);
        };
        const check = (status: TorStatus) => {
          if (!is(status)) return;
          leave();
          resolve(status);
        };
        const timer = setTimeout(() => {
          leave();
          reject(new Error(`still ${JSON.stringify(manager.status())}`));
        }, milliseconds);
        listeners.add(check);
        check(manager.status());
      }),
  };
}

export const isPublished = ({ phase, service }: TorStatus) =>
  phase === 'ready' && service.phase === 'published';

/** The environment that leads to one control port and nowhere else. */
export const onlyControlPort = (port: number) => ({
  NETWORK25_TOR: 'environment',
  TOR_CONTROL_PORT: String(port),
});
