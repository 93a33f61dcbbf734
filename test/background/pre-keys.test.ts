import { beforeEach, expect, test } from 'vitest';
import type { Context, Me } from '../../src/background/app/context.ts';
import { foundOwnSpaces, readWhole } from '../../src/background/app/self/own-spaces.ts';
import { forgetPreKeys, PreKeys } from '../../src/background/app/self/pre-keys.ts';
import { toHex } from '../../src/domain/bytes.ts';
import { createDeviceKeys } from '../../src/domain/keys.ts';
import { latestBundle } from '../../src/domain/space/evaluate-profile.ts';
import { profileSpace } from '../../src/domain/space/charter.ts';
import type { KeyBundle } from '../../src/domain/types/bundle.ts';
import { createVaultKey } from '../../src/domain/vault/seal.ts';
import { Drafts } from '../../src/background/app/drafts/drafts.ts';
import { StoredWords } from '../../src/background/app/search/stored-words.ts';
import { StoredForms } from '../../src/background/app/stored/stored-forms.ts';
import { openMemoryStores } from '../../src/store/memory-stores.ts';
import type { SpaceStores } from '../../src/store/ports.ts';
import { sessionVaultHome } from '../../src/store/vault-home.ts';
import { UnkeptKeys } from '../../src/store/unkept-keys.ts';
import { openVault } from '../../src/store/vault.ts';
import { must, person, seeded, startTime } from '../domain/people.ts';
import { TestSessionArea } from '../store/session-area.ts';

const { identity, device } = person('Alice');
const random = seeded('pre-keys');
const vaultKeys = new UnkeptKeys(createVaultKey(random));
const day = 24 * 3_600_000;
let area: TestSessionArea;
let now: number;

/** The add-on starts, on what there was. */
async function start(me: Me = { identity, device }): Promise<Context> {
  const { vault } = await openVault(sessionVaultHome(area), vaultKeys, random);
  const stores = openMemoryStores(area);
  const context: Context = {
    me,
    stores,
    vault,
    forms: new StoredForms({ stores, vault, random }),
    words: new StoredWords(new StoredForms({ stores, vault, random })),
    drafts: new Drafts({ vault, after: () => () => {}, failed: () => undefined }),
    random,
    now: () => now,
    changed: () => undefined,
    refused: () => undefined,
    failed: (error) => {
      throw error;
    },
  };
  await foundOwnSpaces(context, 'Alice');
  return context;
}

async function published({ stores }: { stores: SpaceStores }): Promise<KeyBundle> {
  const documents = await readWhole(await stores.open(profileSpace(identity.publicKey).name));
  return must(latestBundle(documents, identity.address));
}

beforeEach(() => {
  area = new TestSessionArea();
  now = startTime;
});

test('the first start makes a pre-key and a bundle that offers it, the next one finds both', async () => {
  const context = await start();
  const preKeys = new PreKeys(context);
  expect(() => preKeys.current()).toThrow('not-ready');
  expect(await preKeys.renew()).toBeDefined();
  const bundle = await published(context);
  expect(bundle.preKey.id).toEqual(preKeys.current().id);
  expect(bundle.sealing).toEqual(device.sealing.publicKey);

  now += day;
  const again = new PreKeys(await start());
  expect(await again.renew()).toBeUndefined();
  expect(again.all()).toEqual(preKeys.all());
});

test('each week brings a new pre-key and a bundle with a higher number', async () => {
  const context = await start();
  const preKeys = new PreKeys(context);
  await preKeys.renew();
  const [first, before] = [preKeys.current(), await published(context)];
  now += 7 * day - 1;
  expect(await preKeys.renewIfDue()).toBeUndefined();
  now += 1;
  expect(await preKeys.renewIfDue()).toBeDefined();
  const after = await published(context);
  expect(after.seq).toBeGreaterThan(before.seq);
  expect(after.preKey.id).toEqual(preKeys.current().id);
  expect(preKeys.all()).toEqual([first, preKeys.current()]);
  expect(await preKeys.renewIfDue()).toBeUndefined();
});

test('a secret is destroyed when its time is over, also by someone who comes back after a year', async () => {
  const context = await start();
  const preKeys = new PreKeys(context);
  await preKeys.renew();
  const first = preKeys.current();
  for (let week = 0; week < 8; week += 1) {
    now += 7 * day;
    await preKeys.renewIfDue();
  }
  expect(preKeys.all()).toContainEqual(first);
  now += 5 * day;
  expect(await preKeys.renewIfDue()).toBeUndefined();
  expect(preKeys.all()).not.toContainEqual(first);
  expect(new PreKeys(context).all()).toEqual(preKeys.all());

  now += 365 * day;
  const afterYear = await start();
  const later = new PreKeys(afterYear);
  await later.renew();
  expect(later.all()).toEqual([later.current()]);
  expect((await published(afterYear)).preKey.id).toEqual(later.current().id);
});

test('when the browser dies before the bundle is published, the next start publishes it', async () => {
  const context = await start();
  const dying: Context = {
    ...context,
    stores: { ...context.stores, open: () => Promise.reject(new Error('gone')) },
  };
  await expect(new PreKeys(dying).renew()).rejects.toThrow('gone');
  const next = await start();
  const preKeys = new PreKeys(next);
  expect(preKeys.all()).toHaveLength(1);
  expect(await preKeys.renew()).toBeDefined();
  expect((await published(next)).preKey.id).toEqual(preKeys.current().id);
});

test('a new device signs its own pre-key, and its bundle comes after the old one', async () => {
  await new PreKeys(await start()).renew();
  const before = await published(await start());
  const renewed = await start({ identity, device: createDeviceKeys(random) });
  const preKeys = new PreKeys(renewed);
  expect(await preKeys.renew()).toBeDefined();
  const after = await published(renewed);
  expect(after.seq).toBeGreaterThan(before.seq);
  expect(toHex(after.device)).toBe(toHex(renewed.me.device.signing.publicKey));
  expect(after.preKey.id).toEqual(preKeys.current().id);
});

test('a clock that was years ahead leaves neither pre-key nor bundle of the future in use', async () => {
  now += 3_650 * day;
  const context = await start();
  const preKeys = new PreKeys(context);
  await preKeys.renew();
  const ahead = await published(context);
  now = startTime;
  await preKeys.renewIfDue();
  const right = await published(context);
  expect(right.seq).toBe(ahead.seq + 1);
  expect(right.validFrom).toBe(startTime);
  expect(preKeys.current().made).toBe(startTime);
});

test('pre-keys go with the address they were for; damaged ones are never made anew over', async () => {
  const context = await start();
  await new PreKeys(context).renew();
  await forgetPreKeys(context);
  expect(new PreKeys(context).all()).toEqual([]);
  const name = `own/pre-keys/${identity.address}`;
  await context.vault.put(name, { preKeys: ['AAAA'] });
  expect(() => new PreKeys(context)).toThrow('data-damaged');
  await context.vault.put(name, 1);
  expect(() => new PreKeys(context)).toThrow('data-damaged');
});
