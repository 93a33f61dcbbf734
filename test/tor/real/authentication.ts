import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { TorCandidate } from '../../../native-host/tor/candidates.ts';
import { openControl } from '../../../native-host/tor/authenticate.ts';
import { findTor } from '../../../native-host/tor/find-tor.ts';
import type { TorNetwork } from '../../helpers/tor-network/index.mjs';

const at = (port: number, passwords: string[] = []): TorCandidate => ({
  origin: 'environment',
  address: { host: '127.0.0.1', port },
  hints: { passwords },
});

export function authentication(network: () => TorNetwork): void {
  describe('a real Tor lets us in', () => {
    it('by its cookie, without our showing it', async () => {
      const [client] = network().clients;
      const { found } = await findTor([at(client?.controlPort ?? 0)]);
      expect(found?.method).toBe('safecookie');
      expect(found?.version).toMatch(/^0\.4\./);
      found?.connection.close();
    });

    it('by a password, and only by the right one', async () => {
      const password = 'a "quoted" \\ pässword';
      const { stdout } = await promisify(execFile)(
        'tor',
        ['--quiet', '--hash-password', password],
        {
          env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` },
        },
      );
      const client = await network().startClient({
        name: 'with-password',
        lines: [`HashedControlPassword ${stdout.trim()}`, 'CookieAuthentication 0'],
      });
      const refused = await findTor([at(client.controlPort, ['wrong']), at(client.controlPort)]);
      expect(refused.attempts.map(({ code }) => code)).toEqual([
        'tor-wrong-password',
        'tor-wrong-password',
      ]);
      const { found } = await findTor([at(client.controlPort, ['wrong', password])]);
      expect(found?.method).toBe('password');
      found?.connection.close();
      await client.kill();
    });

    it('without anything, when it asks for nothing, on a unix socket', async () => {
      const path = join(network().folder, 'open.sock');
      const client = await network().startClient({
        name: 'open',
        lines: ['CookieAuthentication 0', `ControlSocket ${path}`],
      });
      const opened = await openControl({ path }, { passwords: [] });
      expect(opened.method).toBe('null');
      opened.connection.close();
      await client.kill();
    });

    it('not when its cookie is gone, and the next Tor is tried', async () => {
      const closed = await network().startClient({ name: 'without-cookie' });
      await rm(closed.cookieFile);
      const [open] = network().clients;
      const search = await findTor([at(closed.controlPort), at(open?.controlPort ?? 0)]);
      expect(search.attempts.map(({ outcome, code }) => [outcome, code])).toEqual([
        ['refused', 'tor-cookie-unreadable'],
        ['authenticated', undefined],
      ]);
      search.found?.connection.close();
      await closed.kill();
    });
  });
}
