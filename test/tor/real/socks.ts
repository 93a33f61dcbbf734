import { describe, expect, it } from 'vitest';
import { SocksError, socksConnect } from '../../../native-host/tor/socks-client.ts';
import { isTorSocks } from '../../../native-host/tor/socks-probe.ts';
import type { TorNetwork } from '../../helpers/tor-network/index.mjs';
import { newWish } from './people.ts';

export function socks(network: () => TorNetwork): void {
  const server = (index = 0) => ({
    host: '127.0.0.1',
    port: network().clients[index]?.socksPort ?? 0,
  });

  describe('a real Tor’s SOCKS port', () => {
    it('is recognised, also before that Tor has reached any network', async () => {
      expect(await isTorSocks(server())).toBe(true);
      const young = await network().startClient({ name: 'young' });
      expect(await isTorSocks({ host: '127.0.0.1', port: young.socksPort })).toBe(true);
      await young.kill();
    });

    it.each([
      ['nobody has published', () => newWish().address, 'onion-descriptor-not-found'],
      ['is no address', () => `${'a'.repeat(56)}.onion`, 'onion-address-invalid'],
    ])('says why an onion that %s is not reached', async (_, address, reason) => {
      const connecting = socksConnect(server(), { host: address(), port: 80 });
      await expect(connecting).rejects.toEqual(new SocksError(reason as 'timeout'));
    });

    it('takes credentials for stream isolation', async () => {
      const credentials = { username: 'friend', password: 'one' };
      const connecting = socksConnect(
        server(),
        { host: newWish().address, port: 80 },
        { credentials },
      );
      await expect(connecting).rejects.toThrow('onion-descriptor-not-found');
    });
  });
}
