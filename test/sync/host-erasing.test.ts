import {
  array,
  assert as fcAssert,
  asyncProperty,
  constant,
  constantFrom,
  nat,
  oneof,
  record,
} from 'fast-check';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { randomBytes, sodiumReady } from '../../src/domain/sodium.ts';
import { createVaultKey } from '../../src/domain/vault/seal.ts';
import { systemClock } from '../../src/store/clock.ts';
import { putDocuments, readChanges } from '../../src/store/documents.ts';
import { openMemoryStores } from '../../src/store/memory-stores.ts';
import { openNativeStores } from '../../src/store/native-stores.ts';
import type { SpaceStores, Vault } from '../../src/store/ports.ts';
import { replicate } from '../../src/store/replicate.ts';
import { UnkeptKeys } from '../../src/store/unkept-keys.ts';
import { openVault } from '../../src/store/vault.ts';
import { sessionVaultHome } from '../../src/store/vault-home.ts';
import { createHostErasing, type HostErasing } from '../../src/sync/host-erasing.ts';
import { startOwnHostSync } from '../../src/sync/own-host-sync.ts';
import { blogOf, person } from '../domain/people.ts';
import { TestSessionArea } from '../store/session-area.ts';
import { Onions } from './onions.ts';
import { PersonHost } from './person-host.ts';
import { poll } from './poll.ts';

const ada = person('ada');
const blog = blogOf(ada, ['one', 'two', 'three', 'four']);
const name = blog.space.name;
const idsOf = (documents: readonly { _id: string }[]) => documents.map(({ _id }) => _id);
const all = idsOf(blog.documents);

let host: PersonHost;
/** As in a browser, at the host, and at a friend's. */
let here: SpaceStores;
let there: SpaceStores;
let friend: SpaceStores;
let vault: Vault;
let erasing: HostErasing;

beforeAll(() => sodiumReady());
beforeEach(async () => {
  host = await PersonHost.start(ada.identity.address, new Onions());
  here = openMemoryStores(new TestSessionArea());
  friend = openMemoryStores(new TestSessionArea());
  there = openNativeStores(host.tunnel, systemClock);
  const home = sessionVaultHome(new TestSessionArea());
  ({ vault } = await openVault(home, new UnkeptKeys(createVaultKey(randomBytes)), randomBytes));
  erasing = createHostErasing({ vault, host: host.tunnel });
});
afterEach(async () => {
  await Promise.all([here.close(), there.close(), friend.close()]);
  await host.dispose();
});

async function idsIn(stores: SpaceStores): Promise<string[]> {
  const { documents } = await readChanges(await stores.open(name), 0);
  return idsOf(documents).toSorted();
}

describe('erasing what is kept in two places', () => {
  it('reaches both, and replication brings nothing back', async () => {
    const trouble: unknown[] = [];
    const sync = startOwnHostSync({
      stores: here,
      host: host.tunnel,
      clock: systemClock,
      events: {
        stored: () => undefined,
        refused: (_, code) => trouble.push(code),
        trouble: (_, code) => code && trouble.push(code),
      },
    });
    try {
      sync.setSpaces([{ name, door: 'signed' }]);
      const [gone = '', ...kept] = all;
      await putDocuments(await here.open(name), blog.documents.slice(0, -2));
      await poll(() => idsIn(there)).toEqual(all.slice(0, -2).toSorted());
      await here.erase(name, [gone]);
      await erasing.erase(name, [gone]);
      expect(await idsIn(there)).not.toContain(gone);
      // All of it comes again at the host, with something new.
      await putDocuments(await there.open(name), blog.documents);
      await poll(() => idsIn(here)).toEqual(kept.toSorted());
      await putDocuments(await here.open(name), blog.documents);
      sync.wake();
      expect(await idsIn(here)).not.toContain(gone);
      expect(await idsIn(there)).not.toContain(gone);
      expect(trouble).toEqual([]);
    } finally {
      sync.stop();
    }
  });

  it('is done later when the host is away, by another start of the browser too', async () => {
    await putDocuments(await there.open(name), blog.documents);
    host.tunnelBroken = true;
    await erasing.erase(name, all.slice(0, 1));
    await erasing.erase(name, all.slice(1, 2));
    host.tunnelBroken = false;
    await createHostErasing({ vault, host: host.tunnel }).wake();
    expect(await idsIn(there)).toEqual(all.slice(2).toSorted());
    expect(vault.entries('host-erasing/')).toEqual([]);
  });

  it('of a whole space comes before what was to be erased in it', async () => {
    await putDocuments(await there.open(name), blog.documents);
    host.tunnelBroken = true;
    await erasing.erase(name, all.slice(0, 1));
    await erasing.destroy(name);
    await erasing.erase(name, all.slice(1, 2));
    host.tunnelBroken = false;
    await erasing.wake();
    expect(await there.list()).toEqual([]);
    expect(vault.entries('host-erasing/')).toEqual([]);
  });

  it('never loses what was kept nor brings back what was not, whatever is replicated where', async () => {
    const place = constantFrom('here', 'there', 'friend');
    const step = oneof(
      record({ do: constant('write'), at: place, which: nat(all.length - 1) }),
      record({ do: constant('erase'), at: place, which: nat(all.length - 1) }),
      record({ do: constant('replicate'), at: place, to: place }),
    );
    let run = 0;
    await fcAssert(
      asyncProperty(array(step, { maxLength: 25 }), async (steps) => {
        run += 1;
        const space = `s${run}`;
        const stores = { here, there, friend };
        const model = {
          here: new Set<string>(),
          there: new Set<string>(),
          friend: new Set<string>(),
        };
        const erased = {
          here: new Set<string>(),
          there: new Set<string>(),
          friend: new Set<string>(),
        };
        const take = (at: keyof typeof model, ids: Iterable<string>) => {
          for (const id of ids) if (!erased[at].has(id)) model[at].add(id);
        };
        for (const one of steps) {
          const at = one.at;
          const document = 'which' in one ? blog.documents[one.which] : undefined;
          if (document && one.do === 'write') {
            await putDocuments(await stores[at].open(space), [document]);
            take(at, [document._id]);
          } else if (document) {
            await stores[at].erase(space, [document._id]);
            erased[at].add(document._id);
            model[at].delete(document._id);
          } else if ('to' in one && one.to !== at) {
            const to = one.to;
            const [source, target] = [await stores[at].open(space), await stores[to].open(space)];
            await replicate(source, target, 'target', new AbortController().signal);
            take(to, model[at]);
          }
        }
        for (const at of ['here', 'there', 'friend'] as const) {
          const { documents } = await readChanges(await stores[at].open(space), 0);
          expect(new Set(idsOf(documents))).toEqual(model[at]);
          await stores[at].destroy(space);
        }
      }),
      { numRuns: 25 },
    );
  });
});
