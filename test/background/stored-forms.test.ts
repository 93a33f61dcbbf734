import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { formsDatabase, StoredForms } from '../../src/background/app/stored/stored-forms.ts';
import { toBase64Url } from '../../src/domain/bytes.ts';
import { randomBytes, sodiumReady } from '../../src/domain/sodium.ts';
import { createVaultKey } from '../../src/domain/vault/seal.ts';
import { systemClock } from '../../src/store/clock.ts';
import { openMemoryStores } from '../../src/store/memory-stores.ts';
import { openNativeStores } from '../../src/store/native-stores.ts';
import type { SpaceDatabase, SpaceStores, Vault } from '../../src/store/ports.ts';
import { databaseVaultHome, sessionVaultHome } from '../../src/store/vault-home.ts';
import { UnkeptKeys } from '../../src/store/unkept-keys.ts';
import { openVault } from '../../src/store/vault.ts';
import { TestSessionArea } from '../store/session-area.ts';
import { Onions, someAddress } from '../sync/onions.ts';
import { PersonHost } from '../sync/person-host.ts';

const onions = new Onions();
beforeAll(() => sodiumReady());
afterAll(() => onions.close());

const posts = { space: 'sone', part: 'posts', format: 'a/1' };
const words = { space: 'sone', part: 'words/7', format: 'a/1' };
const elsewhere = { space: 'stwo', part: 'posts', format: 'a/1' };
const text = (bytes: Uint8Array | undefined) => bytes && toBase64Url(bytes);
const some = () => randomBytes(1_000);
/** Three pieces. */
const many = () => Uint8Array.from({ length: 1_200_000 }, (_, index) => index % 251);

describe('stored forms', () => {
  let host: PersonHost;
  let stores: SpaceStores;
  let vault: Vault;
  let keys: UnkeptKeys;
  let forms: StoredForms;
  const start = async () => {
    stores = openNativeStores(host.tunnel, systemClock);
    const home = databaseVaultHome(await stores.open('vault'));
    ({ vault } = await openVault(home, keys, randomBytes));
    forms = new StoredForms({ stores, vault, random: randomBytes });
  };
  const restart = async () => {
    await stores.close();
    await start();
  };
  const database = (): Promise<SpaceDatabase> => stores.open(formsDatabase);
  const idsThere = async () => (await (await database()).allDocs()).rows.map(({ id }) => id);

  beforeEach(async () => {
    host = await PersonHost.start(someAddress(21), onions);
    keys = new UnkeptKeys(createVaultKey(randomBytes));
    await start();
  });
  afterEach(async () => {
    await stores.close();
    await host.dispose();
  });

  it('are there again after a restart, whatever their size', async () => {
    const [small, empty, large] = [some(), new Uint8Array(0), many()];
    await forms.keep(posts, large);
    await forms.keep(words, small);
    await forms.keep(elsewhere, empty);
    await restart();
    expect(text(await forms.load(posts))).toBe(text(large));
    expect(text(await forms.load(words))).toBe(text(small));
    expect(text(await forms.load(elsewhere))).toBe(text(empty));
    expect(await forms.load({ ...posts, part: 'nothing' })).toBeUndefined();
    expect(await forms.load({ ...posts, space: 'sthree' })).toBeUndefined();
  });

  it('are replaced whole, by larger and by smaller ones', async () => {
    await forms.keep(posts, some());
    await forms.keep(posts, many());
    expect(text(await forms.load(posts))).toBe(text(many()));
    const small = some();
    await forms.keep(posts, small);
    await restart();
    expect(text(await forms.load(posts))).toBe(text(small));
    expect(await idsThere()).toHaveLength(1);
  });

  it('are none where another version has written them', async () => {
    await forms.keep(posts, some());
    expect(await forms.load({ ...posts, format: 'a/2' })).toBeUndefined();
  });

  it('are none where a piece is missing, is damaged or is of another writing', async () => {
    await forms.keep(posts, many());
    const db = await database();
    const [first] = (await db.allDocs<{ c: string }>({ include_docs: true })).rows;
    if (!first?.doc) throw new Error('nothing was kept');
    const { doc } = first;
    await db.put({ ...doc, c: doc.c.slice(0, -8) });
    expect(await forms.load(posts)).toBeUndefined();
    await forms.keep(posts, many());
    expect(text(await forms.load(posts))).toBe(text(many()));
    const { _rev } = await db.get(doc._id);
    await db.put({ ...doc, _rev });
    expect(await forms.load(posts)).toBeUndefined();
    await db.remove(await db.get(doc._id));
    expect(await forms.load(posts)).toBeUndefined();
  });

  it('go with their space: the key first, then what it opened', async () => {
    await forms.keep(posts, many());
    await forms.keep(words, some());
    await forms.keep(elsewhere, some());
    await forms.forget('sone');
    await forms.forget('sone');
    expect(vault.entries('form/').map(([name]) => name)).toEqual(['form/stwo']);
    expect(await idsThere()).toHaveLength(1);
    expect(await forms.load(posts)).toBeUndefined();
    expect(await forms.load(elsewhere)).toBeDefined();
  });

  it('say nothing of what they hold to who has the disk', async () => {
    await forms.keep(posts, new TextEncoder().encode('a planted secret'.repeat(100)));
    const { rows } = await (await database()).allDocs({ include_docs: true });
    const stored = JSON.stringify(rows);
    expect(stored).not.toContain('planted');
    expect(stored).not.toContain('posts');
    expect(stored).not.toContain('sone');
  });

  it('that no key opens any more are swept away at the next start', async () => {
    await forms.keep(posts, many());
    await forms.keep(elsewhere, some());
    await vault.remove('form/sone');
    await restart();
    await forms.sweep();
    expect(await idsThere()).toHaveLength(1);
    expect(await forms.load(elsewhere)).toBeDefined();
  });
});

it('none are kept in memory, where the documents need the room', async () => {
  const area = new TestSessionArea();
  const { vault } = await openVault(
    sessionVaultHome(area),
    new UnkeptKeys(createVaultKey(randomBytes)),
    randomBytes,
  );
  const stores = openMemoryStores(area);
  const forms = new StoredForms({ stores, vault, random: randomBytes });
  await forms.keep(posts, some());
  await forms.sweep();
  expect(await forms.load(posts)).toBeUndefined();
  expect(await stores.list()).toEqual([]);
});
