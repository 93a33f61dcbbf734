import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
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

interface PersonKeys {
  readonly me: Parameters<typeof Life.open>[0]['me'];
  readonly vault: UnkeptKeys;
}

interface PersonOnTorOptions {
  readonly built: BuiltHost;
  readonly folder: string;
  readonly client: TorClient;
  readonly keys?: PersonKeys;
}

interface PersonParts {
  readonly host: HostProcess;
  readonly tor: TorFetch;
  readonly life: Life;
}

const newKeys = (): PersonKeys => ({
  me: {
    identity: identityFromRoot(createRoot(randomBytes)),
    device: createDeviceKeys(randomBytes),
  },
  vault: new UnkeptKeys(createVaultKey(randomBytes)),
});

/**
 * A person as in Tor Browser: the background's whole application with its databases at a real host
 * process, an onion service on a real Tor, and requests to friends through that Tor. Only the browser
 * itself is missing.
 */
export class PersonOnTor {
  readonly name: string;
  readonly host: HostProcess;
  readonly tor: TorFetch;
  readonly keys: PersonKeys;
  readonly #life: Life;
  #watchers: (() => void)[] = [];

  /** @param options.keys of who was here before, on the same folder; somebody new without */
  static async start(
    name: string,
    { built, folder, client, keys = newKeys() }: PersonOnTorOptions,
  ): Promise<PersonOnTor> {
    const home = join(folder, name);
    await mkdir(home, { recursive: true });
    const host = await HostProcess.start(built, home, client.controlPort);
    const tor = new TorFetch(client.socksPort, name);
    const { identity } = keys.me;
    const stores = openNativeStores(host.fetch, systemClock);
    const vaultHome = databaseVaultHome(await stores.open('vault'));
    const { vault } = await openVault(vaultHome, keys.vault, randomBytes, scopeOf);
    const key = toBase64Url(randomBytes(32));
    const made: { person?: PersonOnTor } = {};
    const life = await Life.open(
      {
        me: keys.me,
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
    const person = new PersonOnTor(name, keys, { host, tor, life });
    made.person = person;
    return person;
  }

  private constructor(name: string, keys: PersonKeys, parts: PersonParts) {
    this.name = name;
    this.keys = keys;
    this.host = parts.host;
    this.tor = parts.tor;
    this.#life = parts.life;
    this.host.onPeerSeen = (address) => parts.life.person.events.seen(address);
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

  /** The same where looking takes a while. */
  async eventually(what: string, isSo: () => Promise<boolean>): Promise<void> {
    const end = performance.now() + 240_000;
    let changed = () => {};
    const look = () => changed();
    this.#watchers.push(look);
    try {
      while (performance.now() < end) {
        const next = new Promise<void>((resolve) => (changed = resolve));
        if (await isSo()) return;
        await Promise.race([next, pause(1_000)]);
      }
    } finally {
      this.#watchers = this.#watchers.filter((each) => each !== look);
    }
    throw new Error(`in vain: ${what}`);
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
