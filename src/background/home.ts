import browser from 'webextension-polyfill';
import { randomBytes } from '../domain/sodium.ts';
import type { StorageMode } from '../protocol/page-calls.ts';
import { systemClock } from '../store/clock.ts';
import { putDocuments, readChanges } from '../store/documents.ts';
import { openIndexedDbStores } from '../store/indexeddb-stores.ts';
import { openMemoryStores } from '../store/memory-stores.ts';
import { openNativeStores } from '../store/native-stores.ts';
import type { Fetch, SessionArea, SpaceStores, Vault } from '../store/ports.ts';
import { openVault, type VaultKeys } from '../store/vault.ts';
import { scopeOf } from './app/vault-scopes.ts';
import type { Place } from './backup/new-place.ts';
import {
  databaseVaultHome,
  sessionVaultHome,
  vaultDatabase,
  type VaultHome,
} from '../store/vault-home.ts';

export interface Home {
  readonly stores: SpaceStores;
  readonly vault: Vault;
}

/** Opens stores and vault there. Throws CodedError `data-damaged` when the vault doesn't open. */
export async function openHome(mode: StorageMode, keys: VaultKeys, fetch: Fetch): Promise<Home> {
  const stores = openStores(mode, fetch);
  const home = await vaultHomeOf(stores);
  const { vault } = await openVault(home, keys, randomBytes, scopeOf);
  return { stores, vault };
}

/** What a person did before there was anywhere to keep it goes along; the copy in memory is dropped. */
export async function moveHome(from: Home, to: Home): Promise<void> {
  for (const name of await from.stores.list()) {
    const source = await from.stores.open(name);
    const target = await to.stores.open(name);
    let page = await readChanges(source, 0);
    await putDocuments(target, page.documents);
    while (page.more) {
      page = await readChanges(source, page.since);
      await putDocuments(target, page.documents);
    }
  }
  await to.vault.putMany(from.vault.entries(''));
  for (const name of await from.stores.list()) await from.stores.destroy(name);
  await from.vault.putMany(from.vault.entries('').map(([name]) => [name, undefined]));
  await from.stores.close();
}

export function placeAt(mode: StorageMode, fetch: Fetch): Place {
  return {
    mode,
    open: (keys) => openHome(mode, keys, fetch),
    erase: () => eraseHome(mode, fetch),
  };
}

/** Deletes every database there is in this place. For what nobody has the keys of only. */
async function eraseHome(mode: StorageMode, fetch: Fetch): Promise<void> {
  const stores = openStores(mode, fetch);
  for (const name of await stores.list()) await stores.destroy(name);
  if (mode === 'memory') {
    const vault = sessionVaultHome(sessionArea);
    await vault.write((await vault.load()).map(({ id }) => ({ id })));
  }
  await stores.close();
}

function openStores(mode: StorageMode, fetch: Fetch): SpaceStores {
  switch (mode) {
    case 'indexeddb':
      return openIndexedDbStores(indexedDB);
    case 'native':
      return openNativeStores(fetch, systemClock);
    case 'memory':
      return openMemoryStores(sessionArea);
  }
}

async function vaultHomeOf(stores: SpaceStores): Promise<VaultHome> {
  return stores.mode === 'memory'
    ? sessionVaultHome(sessionArea)
    : databaseVaultHome(await stores.open(vaultDatabase));
}

/** On the disk; small, and there before anything else is. */
export const localArea: SessionArea = {
  get: (keys) => browser.storage.local.get(keys ?? null),
  set: (items) => browser.storage.local.set(items),
  remove: (keys) => browser.storage.local.remove(keys),
};

/** Lives in the browser's memory: it outlasts the event page, not the browser. */
export const sessionArea: SessionArea = {
  get: (keys) => browser.storage.session.get(keys ?? null),
  set: (items) => browser.storage.session.set(items),
  remove: (keys) => browser.storage.session.remove(keys),
};
