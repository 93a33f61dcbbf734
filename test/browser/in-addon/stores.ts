import browser from 'webextension-polyfill';
import { Tunnel } from '../../../src/background/host/tunnel.ts';
import { sodiumReady } from '../../../src/domain/sodium.ts';
import {
  type FromHost,
  fromHostSchema,
  nativeHostName,
  nativeProtocolVersion,
} from '../../../src/protocol/native-messages.ts';
import type { StorageMode } from '../../../src/protocol/page-calls.ts';
import { systemClock } from '../../../src/store/clock.ts';
import { openIndexedDbStores } from '../../../src/store/indexeddb-stores.ts';
import { openMemoryStores } from '../../../src/store/memory-stores.ts';
import { openNativeStores } from '../../../src/store/native-stores.ts';
import type { SessionArea, SpaceStores } from '../../../src/store/ports.ts';
import { databaseVaultHome, sessionVaultHome } from '../../../src/store/vault-home.ts';
import * as v from 'valibot';
import type { StoresUnderTest } from '../../acceptance/space-stores.ts';
import type { VaultPlace } from '../../acceptance/vault.ts';

/** Each kind of stores as the background opens it, in whatever page of the add-on this runs. */
export async function makeStores(mode: StorageMode): Promise<StoresUnderTest> {
  const opener = await openerOf(mode);
  let stores = await opener.open();
  return {
    stores,
    async reopen() {
      // Memory is taken up after a suspension, of which nobody is told: nothing is closed.
      if (mode !== 'memory') await stores.close();
      await opener.restart();
      stores = await opener.open();
      return stores;
    },
    async dispose() {
      await stores.close().catch(() => undefined);
      const left = await opener.open();
      for (const name of await left.list()) await left.destroy(name);
      await left.close();
      await opener.end();
    },
  };
}

export async function makeVault(mode: StorageMode): Promise<VaultPlace> {
  const opener = await openerOf(mode);
  const stores = await opener.open();
  return {
    home: async () =>
      mode === 'memory'
        ? sessionVaultHome(sessionArea)
        : databaseVaultHome(await stores.open('vault')),
    async dispose() {
      for (const name of await stores.list()) await stores.destroy(name);
      await stores.close();
      await opener.end();
    },
  };
}

interface Opener {
  open(): Promise<SpaceStores>;
  /** What a restart is to this kind of storage. */
  restart(): Promise<void>;
  end(): Promise<void>;
}

const sessionArea: SessionArea = {
  get: (keys) => browser.storage.session.get(keys ?? null),
  set: (items) => browser.storage.session.set(items),
  remove: (keys) => browser.storage.session.remove(keys),
};

async function openerOf(mode: StorageMode): Promise<Opener> {
  const nothing = () => Promise.resolve();
  switch (mode) {
    case 'indexeddb':
      return {
        open: () => Promise.resolve(openIndexedDbStores(indexedDB)),
        restart: nothing,
        end: nothing,
      };
    case 'memory':
      return {
        open: () => Promise.resolve(openMemoryStores(sessionArea)),
        restart: nothing,
        end: () => browser.storage.session.clear(),
      };
    case 'native': {
      await sodiumReady();
      const profile = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
        byte.toString(16).padStart(2, '0'),
      ).join('');
      let host = await startHost(profile);
      return {
        open: () => Promise.resolve(openNativeStores(host.fetch, systemClock)),
        async restart() {
          host.end();
          host = await startHost(profile);
        },
        end: () => Promise.resolve(host.end()),
      };
    }
  }
}

/** A host process of its own, with a data directory of its own. */
async function startHost(profile: string): Promise<{ fetch: Tunnel['fetch']; end: () => void }> {
  const port = browser.runtime.connectNative(nativeHostName);
  const tunnel = new Tunnel((message) => port.postMessage(message));
  await new Promise<void>((resolve, reject) => {
    port.onMessage.addListener((raw: unknown) => {
      const message: FromHost = v.parse(fromHostSchema, raw);
      switch (message.type) {
        case 'hello':
          return resolve();
        case 'refused':
          return reject(new Error(`the host refuses: ${message.code}`));
        case 'response':
        case 'response-body':
        case 'response-error':
          return tunnel.accept(message);
        default:
          return undefined;
      }
    });
    port.onDisconnect.addListener(() => {
      tunnel.fail();
      reject(new Error('the host is gone'));
    });
    const addon = browser.runtime.getManifest().version;
    port.postMessage({ type: 'hello', protocol: nativeProtocolVersion, addon, profile });
  });
  return { fetch: (url, init) => tunnel.fetch(url, init), end: () => port.disconnect() };
}
