import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openControl } from '../../../native-host/tor/authenticate.ts';
import { onionCommand } from '../../../native-host/tor/onion-command.ts';
import type { TorClient, TorNetwork } from '../../helpers/tor-network/index.mjs';
import { isPublished, managed, onlyControlPort, type Managed } from './managers.ts';
import { endpointSaying, newWish, visit, visitOnce, type Endpoint } from './people.ts';

export function publishing(network: () => TorNetwork): void {
  const open: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of open.splice(0).toReversed()) await close();
  });

  const client = (index: number): TorClient => {
    const found = network().clients[index];
    if (found === undefined) throw new Error('no such client');
    return found;
  };
  const endpoint = async (text: string): Promise<Endpoint> => {
    const started = await endpointSaying(text, network().folder);
    open.push(() => started.close());
    return started;
  };
  const manage = (tor: TorClient, to: Endpoint): Managed => {
    const started = managed({
      environment: onlyControlPort(tor.controlPort),
      dataDirectory: join(network().folder, 'unused'),
      endpoint: to,
    });
    open.push(() => started.manager.close());
    return started;
  };
  /** Another program's control connection to the same Tor. */
  const otherController = async (tor: TorClient) => {
    const { connection } = await openControl(
      { host: '127.0.0.1', port: tor.controlPort },
      { passwords: [] },
    );
    open.push(() => connection.close());
    return connection;
  };

  describe('an onion service', () => {
    it('is published and reached by a visitor on both ports, through a unix socket', async () => {
      const to = await endpoint('ada');
      const wish = newWish();
      const { manager, until, seen } = manage(client(0), to);
      manager.publish(wish);
      expect(seen).toEqual([]);
      await expect(manager.look()).resolves.toMatchObject({
        phase: 'ready',
        source: 'environment',
      });
      const status = await until(isPublished);
      expect(status.service).toEqual({
        phase: 'published',
        address: wish.address,
        origin: 'created',
      });
      expect(status.socks).toEqual({ host: '127.0.0.1', port: client(0).socksPort });
      expect(await visitOnce(client(1).socksPort, wish.address)).toBe(`ada ${wish.address}:25984`);
      expect(await visitOnce(client(1).socksPort, wish.address, 80)).toBe(`ada ${wish.address}:80`);
      expect(to.visits).toEqual({ tcp: 0, unix: 2 });

      await manager.unpublish();
      expect(manager.status().service).toEqual({ phase: 'none' });
      await expect(visitOnce(client(1).socksPort, wish.address, 25_984, 4_000)).rejects.toThrow(
        'SOCKS',
      );
    });

    it('leads to the loopback port when there is no unix socket', async () => {
      const to = await endpoint('bob');
      const wish = newWish();
      const { manager, until } = managed({
        environment: onlyControlPort(client(0).controlPort),
        dataDirectory: join(network().folder, 'unused'),
        endpoint: { port: to.port },
      });
      open.push(() => manager.close());
      await manager.look();
      manager.publish(wish);
      await until(isPublished);
      expect(await visit(client(1).socksPort, wish.address)).toContain('bob');
      expect(to.visits).toEqual({ tcp: 1, unix: 0 });
    });

    it('has its defences from this tor, the client puzzle among them', async () => {
      const other = await otherController(client(0));
      const wish = newWish();
      const reply = await other.ask(onionCommand(wish, '127.0.0.1:9', 'puzzle'));
      expect(reply).toMatchObject({ status: 250 });
      expect((await other.ask(`DEL_ONION ${wish.address.slice(0, 56)}`)).status).toBe(250);
    });

    it('with our address that runs already is adopted, and left when we go', async () => {
      const to = await endpoint('carol');
      const wish = newWish();
      const id = wish.address.slice(0, 56);
      const other = await otherController(client(0));
      await other.ask(
        `ADD_ONION ED25519-V3:${wish.expandedKey} Flags=DiscardPK,Detach Port=25984,127.0.0.1:${to.port}`,
      );
      const { manager, until } = manage(client(0), to);
      manager.publish(wish);
      await manager.look();
      const { service } = await until(isPublished);
      expect(service.origin).toBe('adopted');
      await manager.unpublish();
      expect((await other.ask(`DEL_ONION ${id}`)).status).toBe(250);
    });

    it('with our address that leads elsewhere is not served on but replaced', async () => {
      const to = await endpoint('dora');
      const stranger = await endpoint('stranger');
      const wish = newWish();
      const other = await otherController(client(0));
      await other.ask(
        `ADD_ONION ED25519-V3:${wish.expandedKey} Flags=DiscardPK,Detach Port=25984,127.0.0.1:${stranger.port}`,
      );
      const { manager, until } = manage(client(0), to);
      manager.publish(wish);
      await manager.look();
      const { service } = await until(isPublished);
      expect(service.origin).toBe('created');
      expect(await visit(client(1).socksPort, wish.address)).toContain('dora');
    });

    it('is refused when its key is another address’s, and nothing stays published', async () => {
      const { manager, until } = manage(client(0), await endpoint('eve'));
      const [mine, other] = [newWish(), newWish()];
      manager.publish({ address: mine.address, expandedKey: other.expandedKey });
      await manager.look();
      const { service } = await until((status) => status.service.phase === 'failed');
      expect(service).toEqual({ phase: 'failed', address: mine.address, code: 'onion-refused' });
      await expect(visitOnce(client(1).socksPort, other.address)).rejects.toThrow('onion-');
      manager.publish(mine);
      await until(isPublished);
    });
  });

  describe('the services of a torrc', () => {
    it('are told apart: ours is adopted, another on our port is named and left alone', async () => {
      const to = await endpoint('finn');
      const [ours, theirs] = ['torrc-ours', 'torrc-theirs'].map((name) =>
        join(network().folder, name),
      );
      const service = (directory: string | undefined, port: number) => [
        `HiddenServiceDir ${directory}`,
        `HiddenServicePort 25984 127.0.0.1:${port}`,
      ];
      const tor = await network().startClient({
        name: 'with-services',
        lines: [...service(ours, to.port), ...service(theirs, 9)],
      });
      open.push(() => tor.kill());
      const address = async (directory: string | undefined) =>
        (await readFile(join(directory ?? '', 'hostname'), 'utf8')).trim();
      // Its own key stands in for the person's: the test reads what tor wrote.
      const key = (await readFile(join(ours ?? '', 'hs_ed25519_secret_key'))).subarray(32);
      const { manager, until } = manage(tor, to);
      manager.publish({ address: await address(ours), expandedKey: key.toString('base64') });
      await manager.look();
      const status = await until(isPublished);
      expect(status.service).toMatchObject({ origin: 'adopted', foreign: [await address(theirs)] });

      const diagnosis = await manager.diagnose();
      const place = diagnosis.places.find(({ outcome }) => outcome === 'authenticated');
      expect(place).toMatchObject({
        origin: 'environment',
        progress: 100,
        socks: [`127.0.0.1:${tor.socksPort}`],
        foreign: [await address(theirs)],
      });
    });
  });
}
