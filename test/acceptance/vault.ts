import { randomBytes, sodiumReady } from '../../src/domain/sodium.ts';
import { createVaultKey } from '../../src/domain/vault/seal.ts';
import type { Json } from '../../src/store/ports.ts';
import type { VaultHome } from '../../src/store/vault-home.ts';
import { UnkeptKeys } from '../../src/store/unkept-keys.ts';
import { openVault, type VaultKeys } from '../../src/store/vault.ts';
import { equal, rejects, type AcceptanceCase } from './checks.ts';

/** A place for a vault, empty at first; `home()` comes to it anew each time, as after a restart. */
export interface VaultPlace {
  home(): Promise<VaultHome>;
  dispose(): Promise<void>;
}

const newKeys = (): VaultKeys => new UnkeptKeys(createVaultKey(randomBytes));

/** What the vault must do wherever it lies. Imports no test framework. */
export function vaultCases(make: () => Promise<VaultPlace>): AcceptanceCase[] {
  const named = (
    name: string,
    test: (place: VaultPlace, keys: VaultKeys) => Promise<void>,
  ): AcceptanceCase => ({
    name,
    async run() {
      await sodiumReady();
      const place = await make();
      try {
        await test(place, newKeys());
      } finally {
        await place.dispose();
      }
    },
  });
  const open = async (place: VaultPlace, keys: VaultKeys) =>
    (await openVault(await place.home(), keys, randomBytes)).vault;

  return [
    named('keeps values and has them again after a restart', async (place, keys) => {
      const vault = await open(place, keys);
      const values: [string, Json][] = [
        ['root', 'AAAA'],
        ['friend/a', { petname: 'Zoë', since: 12, tags: ['x', null, true] }],
        ['friend/b', []],
        ['', 0],
      ];
      for (const [name, value] of values) await vault.put(name, value);
      for (const again of [vault, await open(place, keys)]) {
        for (const [name, value] of values) equal(again.get(name), value);
        equal(again.entries('friend/'), [values[1], values[2]]);
        equal(again.get('friend'), undefined);
      }
    }),

    named('replaces and removes, over restarts too', async (place, keys) => {
      let vault = await open(place, keys);
      for (let round = 0; round < 3; round += 1) {
        await vault.put('counter', round);
        await vault.put('gone', round);
        await vault.remove('gone');
        equal([vault.get('counter'), vault.get('gone')], [round, undefined]);
        vault = await open(place, keys);
        equal([vault.get('counter'), vault.get('gone')], [round, undefined]);
        equal(vault.entries(''), [['counter', round]]);
      }
    }),

    named('removes what is not there, also what an earlier run removed', async (place, keys) => {
      const vault = await open(place, keys);
      await vault.put('gone', 1);
      await vault.remove('gone');
      await vault.remove('gone');
      const again = await open(place, keys);
      await again.putMany([
        ['gone', undefined],
        ['never', undefined],
        ['there', 1],
      ]);
      equal((await open(place, keys)).entries(''), [['there', 1]]);
    }),

    named('writes many in one write', async (place, keys) => {
      const home = await place.home();
      let writes = 0;
      const counted: VaultHome = {
        load: () => home.load(),
        write: (changes) => {
          writes += 1;
          return home.write(changes);
        },
      };
      const { vault } = await openVault(counted, keys, randomBytes);
      await vault.put('old', 1);
      await vault.putMany([
        ['old', undefined],
        ['new', 1],
        ['new', 2],
        ['other', 'x'.repeat(100_000)],
      ]);
      equal(writes, 2);
      equal((await open(place, keys)).entries(''), vault.entries(''));
      equal(vault.get('new'), 2);
    }),

    named('keeps the order of writes that meet', async (place, keys) => {
      const vault = await open(place, keys);
      await Promise.all(Array.from({ length: 30 }, (_, at) => vault.put('last', at)));
      equal(vault.get('last'), 29);
      equal((await open(place, keys)).get('last'), 29);
    }),

    named('opens to its own key only, and shows neither names nor values', async (place, keys) => {
      const vault = await open(place, keys);
      await vault.put('friend/secret-name', 'secret-value');
      const home = await place.home();
      const kept = JSON.stringify(await home.load());
      equal([kept.includes('secret-name'), kept.includes('secret-value')], [false, false]);
      await rejects(() => open(place, newKeys()), 'data-damaged');
    }),

    named('leaves a damaged entry where it is, and opens the others', async (place, keys) => {
      const vault = await open(place, keys);
      await vault.put('fine', 1);
      await vault.put('bad', 1);
      const home = await place.home();
      const entries = await home.load();
      const only = (await openVault(fixed(entries.slice(0, 1)), keys, randomBytes)).vault;
      const bad = entries[only.get('bad') === undefined ? 1 : 0];
      if (bad) await home.write([{ id: bad.id, c: bad.c.slice(0, -8) }]);
      const after = await openVault(await place.home(), keys, randomBytes);
      equal(after.damaged, 1);
      equal(after.vault.entries(''), [['fine', 1]]);
      await after.vault.put('bad', 2);
      equal((await open(place, keys)).get('bad'), 2);
    }),
  ];
}

/** A home that holds just these and takes no writes. */
function fixed(entries: Awaited<ReturnType<VaultHome['load']>>): VaultHome {
  return { load: async () => entries, write: () => Promise.reject(new Error('fixed')) };
}
