import { rename } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { formsDatabase, StoredForms } from '../../src/background/app/stored/stored-forms.ts';
import { type Evaluation, SpaceReader } from '../../src/background/app/stored/space-reader.ts';
import { fromUtf8, utf8 } from '../../src/domain/bytes.ts';
import { randomBytes, sodiumReady } from '../../src/domain/sodium.ts';
import { createVaultKey } from '../../src/domain/vault/seal.ts';
import { systemClock } from '../../src/store/clock.ts';
import { putDocuments } from '../../src/store/documents.ts';
import { openNativeStores } from '../../src/store/native-stores.ts';
import type { SpaceStores, Vault } from '../../src/store/ports.ts';
import { databaseVaultHome } from '../../src/store/vault-home.ts';
import { UnkeptKeys } from '../../src/store/unkept-keys.ts';
import { openVault } from '../../src/store/vault.ts';
import { eventually } from '../scenario/household.ts';
import { documents } from '../acceptance/space-stores.ts';
import { Onions, someAddress } from '../sync/onions.ts';
import { PersonHost } from '../sync/person-host.ts';

const onions = new Onions();
beforeAll(() => sodiumReady());
afterAll(() => onions.close());

describe('a space that is read on from a stored form', () => {
  let host: PersonHost;
  let stores: SpaceStores;
  let vault: Vault;
  let forms: StoredForms;
  /** How many documents were looked at since the last start. */
  let looked = 0;

  beforeEach(async () => {
    host = await PersonHost.start(someAddress(23), onions);
    stores = openNativeStores(host.tunnel, systemClock);
    const home = databaseVaultHome(await stores.open('vault'));
    ({ vault } = await openVault(home, new UnkeptKeys(createVaultKey(randomBytes)), randomBytes));
    forms = new StoredForms({ stores, vault, random: randomBytes });
  });
  afterEach(async () => {
    await stores.close();
    await host.dispose();
  });

  const ids: Evaluation<readonly string[]> = {
    format: 'ids/1',
    first: [],
    begin(packed) {
      const text = packed && fromUtf8(packed);
      return text?.ok === true ? text.value.split(' ') : undefined;
    },
    add(state, found) {
      looked += found.length;
      return [...new Set([...state, ...found.map(({ _id }) => _id)])];
    },
    pack: (state) => utf8(state.join(' ')),
  };
  // What is kept beside what a test waits for may meet its end.
  const failed = () => undefined;
  const start = (how: Partial<typeof ids> = {}) => {
    looked = 0;
    return new SpaceReader({ stores, forms, failed }, 'sone', { ...ids, ...how });
  };
  const all = documents(300);
  const put = async (from: number, until: number) =>
    putDocuments(await stores.open('sone'), all.slice(from, until));
  const expected = (until: number) =>
    all
      .slice(0, until)
      .map(({ _id }) => _id)
      .toSorted();
  const form = { space: 'sone', part: 'posts', format: 'ids/1' };
  const isKept = () => eventually('it is kept', async () => (await forms.load(form)) !== undefined);

  it('has looked at what came before, and looks at the rest only', async () => {
    await put(0, 200);
    expect(await start().read()).toBe(true);
    await isKept();
    await put(200, 210);
    const again = start();
    expect(await again.read()).toBe(true);
    expect(looked).toBe(10);
    expect([...again.state].toSorted()).toEqual(expected(210));
    expect(await again.read()).toBe(false);
    const without = start();
    await without.read();
    // So few are not worth another form.
    expect(looked).toBe(10);
    expect([...without.state].toSorted()).toEqual([...again.state].toSorted());
  });

  it('begins anew in another making of the same database, by another version, and where it does not fit', async () => {
    await put(0, 200);
    await start().read();
    await isKept();
    const newer = start({ format: 'ids/2' });
    await newer.read();
    expect(looked).toBe(200);
    const unfit = start({ begin: () => undefined });
    await unfit.read();
    expect([...unfit.state].toSorted()).toEqual(expected(200));
    await stores.destroy('sone');
    await put(0, 20);
    const restored = start();
    expect(await restored.read()).toBe(true);
    expect([...restored.state].toSorted()).toEqual(expected(20));
  });

  it('is read from the beginning where the forms are damaged', async () => {
    await put(0, 200);
    await start().read();
    await isKept();
    await host.stopProcess();
    await rename(host.fileOf(formsDatabase), `${host.fileOf(formsDatabase)}.aside`);
    await host.startProcess();
    const reader = start();
    expect(await reader.read()).toBe(true);
    expect([...reader.state].toSorted()).toEqual(expected(200));
    // A purge goes on all the same: its key is gone.
    await forms.forget('sone');
    expect(vault.entries('form/')).toEqual([]);
  });

  it('keeps nothing of what was there before a restart of its own', async () => {
    await put(0, 200);
    const reader = start();
    await reader.read();
    await isKept();
    await reader.restart([]);
    expect(await forms.load(form)).toBeUndefined();
    await reader.read();
    expect([...reader.state].toSorted()).toEqual(expected(200));
  });
});
