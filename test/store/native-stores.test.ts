import { rename } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sodiumReady } from '../../src/domain/sodium.ts';
import { systemClock } from '../../src/store/clock.ts';
import { putDocuments, readChanges } from '../../src/store/documents.ts';
import { openNativeStores } from '../../src/store/native-stores.ts';
import { databaseVaultHome } from '../../src/store/vault-home.ts';
import { acceptanceCases, documents } from '../acceptance/space-stores.ts';
import { vaultCases } from '../acceptance/vault.ts';
import { Onions, someAddress } from '../sync/onions.ts';
import { PersonHost } from '../sync/person-host.ts';

const onions = new Onions();
beforeAll(() => sodiumReady());
afterAll(() => onions.close());

describe('stores in the host', () => {
  const cases = acceptanceCases(async () => {
    const host = await PersonHost.start(someAddress(7), onions);
    let stores = openNativeStores(host.tunnel, systemClock);
    return {
      stores,
      async reopen() {
        await stores.close();
        await host.stopProcess();
        await host.startProcess();
        stores = openNativeStores(host.tunnel, systemClock);
        return stores;
      },
      async dispose() {
        await stores.close();
        await host.dispose();
      },
    };
  });
  for (const { name, run } of cases) it(name, run);

  it('says why when the host is gone, and goes on when it is back', async () => {
    const host = await PersonHost.start(someAddress(8), onions);
    const stores = openNativeStores(host.tunnel, systemClock);
    const db = await stores.open('sone');
    host.tunnelBroken = true;
    await expect(putDocuments(db, documents(1))).rejects.toMatchObject({ code: 'host-lost' });
    await expect(stores.open('stwo')).rejects.toMatchObject({ code: 'host-lost' });
    host.tunnelBroken = false;
    await stores.open('stwo');
    await putDocuments(db, documents(1));
    expect((await readChanges(db, 0)).documents).toHaveLength(1);
    await stores.close();
    await host.dispose();
  });
});

describe('a damaged database in the host', () => {
  it('is said to be, by reading, writing and the vault, and serves again once it is mended', async () => {
    const host = await PersonHost.start(someAddress(11), onions);
    const stores = openNativeStores(host.tunnel, systemClock);
    await putDocuments(await stores.open('sone'), documents(1));
    await host.stopProcess();
    await rename(host.fileOf('sone'), host.fileOf('sone') + '.aside');
    await host.startProcess();
    const db = await stores.open('sone');
    const damaged = { code: 'data-damaged' };
    await expect(readChanges(db, 0)).rejects.toMatchObject(damaged);
    await expect(putDocuments(db, documents(2))).rejects.toMatchObject(damaged);
    await expect(databaseVaultHome(db).load()).rejects.toMatchObject(damaged);
    await rename(host.fileOf('sone') + '.aside', host.fileOf('sone'));
    expect((await readChanges(db, 0)).documents).toHaveLength(1);
    await stores.close();
    await host.dispose();
  });
});

describe('the vault in the host', () => {
  const cases = vaultCases(async () => {
    const host = await PersonHost.start(someAddress(9), onions);
    const stores = openNativeStores(host.tunnel, systemClock);
    return {
      home: async () => databaseVaultHome(await stores.open('vault')),
      async dispose() {
        await stores.close();
        await host.dispose();
      },
    };
  });
  for (const { name, run } of cases) it(name, run);

  it('notices another writer', async () => {
    const host = await PersonHost.start(someAddress(10), onions);
    const stores = openNativeStores(host.tunnel, systemClock);
    const [one, other] = [0, 1].map(async () => {
      const home = databaseVaultHome(await stores.open('vault'));
      await home.load();
      return home;
    });
    await (await one)?.write([{ id: 'va', c: 'x' }]);
    await expect((await other)?.write([{ id: 'va', c: 'y' }])).rejects.toMatchObject({
      code: 'data-in-use',
    });
    await stores.close();
    await host.dispose();
  });
});
