import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Life } from '../../src/background/life.ts';
import type { Person } from '../../src/background/app/person.ts';
import { scopeOf } from '../../src/background/app/vault-scopes.ts';
import { toBase64, toBase64Url } from '../../src/domain/bytes.ts';
import { createRoot, expandedKeyForTor, identityFromRoot } from '../../src/domain/identity.ts';
import { createDeviceKeys } from '../../src/domain/keys.ts';
import { randomBytes } from '../../src/domain/sodium.ts';
import { createVaultKey } from '../../src/domain/vault/seal.ts';
import { systemClock } from '../../src/store/clock.ts';
import { openNativeStores } from '../../src/store/native-stores.ts';
import { UnkeptKeys } from '../../src/store/unkept-keys.ts';
import { openVault } from '../../src/store/vault.ts';
import { databaseVaultHome } from '../../src/store/vault-home.ts';
import type { BuiltHost } from '../../test/host/native-host-process.ts';
import type { TorClient } from '../../test/helpers/tor-network/index.mjs';
import { TestSessionArea } from '../../test/store/session-area.ts';
import { firstPageIn } from './first-page.ts';
import { HostProcess } from './host-process.ts';
import { TorFetch } from './tor-fetch.ts';

globalThis.reportError ??= (error: unknown) => console.error(error);

/**
 * A person as in Tor Browser: the background's whole application with its databases at a real host
 * process, an onion service on a real Tor, and requests to friends through that Tor. Only the browser
 * itself is missing.
 */
export class PersonOnTor {
  readonly name: string;
  readonly host: HostProcess;
  readonly tor: TorFetch;
  readonly #life: Life;
  #watchers: (() => void)[] = [];

  static async start(
    name: string,
    { built, folder, client }: { built: BuiltHost; folder: string; client: TorClient },
  ): Promise<PersonOnTor> {
    const home = join(folder, name);
    await mkdir(home, { recursive: true });
    const host = await HostProcess.start(built, home, client.controlPort);
    const tor = new TorFetch(client.socksPort);
    const identity = identityFromRoot(createRoot(randomBytes));
    const stores = openNativeStores(host.fetch, systemClock);
    const vaultHome = databaseVaultHome(await stores.open('vault'));
    const { vault } = await openVault(
      vaultHome,
      new UnkeptKeys(createVaultKey(randomBytes)),
      randomBytes,
      scopeOf,
    );
    const key = toBase64Url(randomBytes(32));
    const made: { person?: PersonOnTor } = {};
    const life = await Life.open(
      {
        me: { identity, device: createDeviceKeys(randomBytes) },
        home: { stores, vault },
        changed: () => made.person?.changed(),
        hostFetch: host.fetch,
        onionFetch: tor.fetch,
        gate: async () => true,
        hostIsThere: () => true,
        grant: (list) => host.send({ type: 'access', list, key }),
        wakeIn: () => undefined,
        firstPage: firstPageIn(new TestSessionArea(), createVaultKey(randomBytes)),
        lend: (loan) => {
          if (loan) host.send({ type: 'lend-transport-key', loan });
        },
      },
      name,
    );
    const published = host.until(
      (message) => message.type === 'tor-status' && message.status.service.phase === 'published',
    );
    const expandedKey = toBase64(expandedKeyForTor(identity.root));
    host.send({ type: 'publish', expandedKey, address: identity.address });
    life.tellHost();
    await published;
    life.wake();
    const person = new PersonOnTor(name, host, tor, life);
    made.person = person;
    return person;
  }

  private constructor(name: string, host: HostProcess, tor: TorFetch, life: Life) {
    this.name = name;
    this.host = host;
    this.tor = tor;
    this.#life = life;
    host.onPeerSeen = (address) => life.person.events.seen(address);
  }

  get person(): Person {
    return this.#life.person;
  }

  get address() {
    return this.person.context.me.identity.address;
  }

  changed(): void {
    for (const watcher of this.#watchers) watcher();
  }

  /** Resolves as soon as it is so: looked at whenever the pages would be told of a change. */
  until(what: string, isSo: () => boolean, milliseconds = 60_000): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        clearTimeout(timer);
        this.#watchers = this.#watchers.filter((each) => each !== look);
      };
      const look = () => {
        if (!isSo()) return;
        leave();
        resolve();
      };
      const timer = setTimeout(() => {
        leave();
        reject(new Error(`in vain: ${what}`));
      }, milliseconds);
      this.#watchers.push(look);
      look();
    });
  }

  async close(): Promise<void> {
    await this.#life.close();
    this.tor.close();
    await this.host.end();
  }
}

/** `a` asks, `b` accepts; resolves when both are connected to each other and have pulled all. */
export async function befriend(a: PersonOnTor, b: PersonOnTor): Promise<void> {
  await a.person.friendships.preview(b.address);
  await a.person.friendships.add(b.address, b.name, '');
  await b.until(`${b.name} gets the request`, () => b.person.friendships.requests().length > 0);
  await b.person.friendships.accept(a.address, a.name);
  await Promise.all([connected(a, b), connected(b, a)]);
}

function connected(a: PersonOnTor, b: PersonOnTor): Promise<void> {
  return a.until(`${a.name} is connected to ${b.name}`, () =>
    a.person.friendViews
      .all()
      .some((friend) => friend.address === b.address && friend.connection === 'up-to-date'),
  );
}
