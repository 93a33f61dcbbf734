import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { StoredForms } from '../../src/background/app/stored/stored-forms.ts';
import { StoredWords } from '../../src/background/app/search/stored-words.ts';
import { randomBytes, sodiumReady } from '../../src/domain/sodium.ts';
import { createVaultKey } from '../../src/domain/vault/seal.ts';
import { systemClock } from '../../src/store/clock.ts';
import { openNativeStores } from '../../src/store/native-stores.ts';
import { databaseVaultHome } from '../../src/store/vault-home.ts';
import { UnkeptKeys } from '../../src/store/unkept-keys.ts';
import { openVault } from '../../src/store/vault.ts';
import { Onions, someAddress } from '../sync/onions.ts';
import { PersonHost } from '../sync/person-host.ts';

const onions = new Onions();
let host: PersonHost;
let forms: StoredForms;
let run = 0;

beforeAll(async () => {
  await sodiumReady();
  host = await PersonHost.start(someAddress(22), onions);
  const stores = openNativeStores(host.tunnel, systemClock);
  const home = databaseVaultHome(await stores.open('vault'));
  const { vault } = await openVault(home, new UnkeptKeys(createVaultKey(randomBytes)), randomBytes);
  forms = new StoredForms({ stores, vault, random: randomBytes });
});
afterAll(async () => {
  await host.dispose();
  await onions.close();
});

const texts = ['the garden', 'a gardener', 'peas and beans', 'beans', 'garden beans', '東 京'];
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ what: fc.constant('add'), from: fc.nat(200), count: fc.nat(60) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ what: fc.constant('remove'), from: fc.nat(260), count: fc.nat(20) }),
  },
  fc.record({
    what: fc.constantFrom('save', 'restart', 'forget'),
    from: fc.constant(0),
    count: fc.constant(0),
  }),
);

/** A key is one wording: what was removed does not come again under it. */
const termsOfKey = (key: string) =>
  new Set((texts[Number(key.slice(1)) % texts.length] ?? '').split(' '));

it(
  'after any adding, removing, writing down and restarting, the index is that of what is there',
  { timeout: 120_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const space = `s${(run += 1)}`;
        let words = new StoredWords(forms);
        await words.keys(space);
        const there = new Set<string>();
        const removed = new Set<string>();
        for (const { what, from, count } of steps) {
          const keys = Array.from({ length: count }, (_, index) => `b${from + index}`);
          if (what === 'add') {
            const fresh = keys.filter((key) => !removed.has(key));
            await words.add(space, new Map(fresh.map((key) => [key, termsOfKey(key)])));
            for (const key of fresh) there.add(key);
          }
          if (what === 'remove') {
            await words.remove(space, keys);
            for (const key of keys) {
              there.delete(key);
              removed.add(key);
            }
          }
          if (what === 'save') await words.save(space);
          if (what === 'forget') {
            await words.forget(space);
            await forms.forget(space);
            there.clear();
            await words.keys(space);
          }
          if (what === 'restart') {
            words = new StoredWords(forms);
            const kept = await words.keys(space);
            for (const key of kept) expect(there.has(key)).toBe(true);
            // What had not been written down is read again.
            await words.add(space, new Map([...there].map((key) => [key, termsOfKey(key)])));
          }
        }
        expect([...(await words.keys(space))].toSorted()).toEqual([...there].toSorted());
        for (const wanted of [['garden'], ['bea'], ['garden', 'b'], ['東'], ['x']]) {
          const expected = [...there].filter((key) =>
            wanted.every((one) => [...termsOfKey(key)].some((term) => term.startsWith(one))),
          );
          expect(words.find(space, wanted).toSorted()).toEqual(expected.toSorted());
        }
      }),
      { numRuns: 25 },
    );
  },
);
