import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TorNetwork } from '../../helpers/tor-network/index.mjs';
import { isPublished, managed, onlyControlPort } from './managers.ts';
import { endpointSaying, newWish, visit } from './people.ts';

export function losingTor(network: () => TorNetwork): void {
  describe('a Tor that is killed and comes back', () => {
    it('is found again, and the service is up again', async () => {
      const endpoint = await endpointSaying('gil', network().folder);
      const tor = await network().startClient({ name: 'mortal' });
      const { manager, until, seen } = managed({
        environment: onlyControlPort(tor.controlPort),
        dataDirectory: join(network().folder, 'unused'),
        endpoint,
      });
      const wish = newWish();
      manager.publish(wish);
      await manager.look();
      await until(isPublished);

      await tor.kill();
      const lost = await until(({ phase }) => phase === 'lost');
      expect(lost).toMatchObject({
        code: 'tor-lost',
        service: { phase: 'publishing', address: wish.address },
      });
      const { name, controlPort, socksPort } = tor;
      const back = await network().startClient({ name, controlPort, socksPort });
      await until(isPublished);
      const [, visitor] = network().clients;
      expect(await visit(visitor?.socksPort ?? 0, wish.address)).toContain('gil');

      const reports = seen.length;
      await manager.close();
      expect(seen).toHaveLength(reports);
      await back.kill();
      endpoint.close();
    });

    it('is reported missing until then, and a new look finds it at once', async () => {
      const endpoint = await endpointSaying('hal', network().folder);
      const { kill, ...tor } = await network().startClient({ name: 'late' });
      await kill();
      const { manager, until } = managed({
        environment: onlyControlPort(tor.controlPort),
        dataDirectory: join(network().folder, 'unused'),
        endpoint,
      });
      manager.publish(newWish());
      await expect(manager.look()).resolves.toMatchObject({
        phase: 'failed',
        code: 'tor-not-found',
        attempts: [{ origin: 'environment', outcome: 'not-there' }],
        service: { phase: 'failed', code: 'tor-not-found' },
      });
      const started = await network().startClient(tor);
      const status = await manager.look();
      expect(['bootstrapping', 'ready']).toContain(status.phase);
      await until(isPublished);
      await manager.close();
      await started.kill();
      endpoint.close();
    });
  });

  describe('a Tor that wants a password', () => {
    it('takes the place of the one we hold when the person types it, and not before', async () => {
      const endpoint = await endpointSaying('jo', network().folder);
      const path = join(network().folder, 'preferred.sock');
      const tor = await network().startClient({
        name: 'preferred',
        lines: [
          `ControlSocket ${path}`,
          'CookieAuthentication 0',
          // tor --hash-password secret
          'HashedControlPassword 16:3550514C3B0D1098605AFDF9D43C47A20510B3999E1CAE1F7A0B0CB973',
        ],
      });
      const [fallback] = network().clients;
      const { manager, until, seen } = managed({
        environment: {
          ...onlyControlPort(fallback?.controlPort ?? 0),
          TOR_CONTROL_IPC_PATH: path,
        },
        dataDirectory: join(network().folder, 'unused'),
        endpoint,
      });
      const wish = newWish();
      manager.publish(wish);
      await expect(manager.look()).resolves.toMatchObject({
        control: `127.0.0.1:${fallback?.controlPort}`,
        attempts: [
          { outcome: 'refused', code: 'tor-wrong-password' },
          { outcome: 'authenticated' },
        ],
      });
      await until(isPublished);
      await manager.look('wrong');
      expect(manager.status()).toMatchObject({ phase: 'ready', service: { phase: 'published' } });

      await tor.ready();
      await manager.look('secret');
      await until((status) => status.control === path && isPublished(status));
      expect(seen.map(({ phase }) => phase)).not.toContain('lost');
      const [, visitor] = network().clients;
      expect(await visit(visitor?.socksPort ?? 0, wish.address)).toContain('jo');
      await manager.close();
      await tor.kill();
      endpoint.close();
    });
  });
}
