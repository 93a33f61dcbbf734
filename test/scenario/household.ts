import { setTimeout as sleep } from 'node:timers/promises';
import type { OnionAddress } from '../../src/domain/address.ts';
import { toBase64Url, utf8 } from '../../src/domain/bytes.ts';
import { createVaultKey } from '../../src/domain/vault/seal.ts';
import { randomBytes, scrypt } from '../../src/domain/sodium.ts';
import {
  createKeys,
  openKeys,
  withNewAddress,
  withNewDevice,
  withoutOldAddress,
} from '../../src/background/identity.ts';
import { Backups } from '../../src/background/backup/backups.ts';
import { Restores } from '../../src/background/backup/restores.ts';
import type { LocalSettings, StoredKeys } from '../../src/background/local-settings.ts';
import { FirstPage } from '../../src/background/first-page/first-page.ts';
import { Life } from '../../src/background/life.ts';
import type { Person } from '../../src/background/app/person.ts';
import { scopeOf } from '../../src/background/app/vault-scopes.ts';
import { KeptTable } from '../../src/background/safe/kept-table.ts';
import { TransportKeys } from '../../src/background/app/self/transport-keys.ts';
import { createOnionFetch } from '../../src/sync/onion-fetch.ts';
import { createPeerTokens } from '../../src/sync/peer-tokens.ts';
import { CodedError } from '../../src/protocol/codes.ts';
import { systemClock } from '../../src/store/clock.ts';
import { serial } from '../../src/store/serial.ts';
import { openNativeStores } from '../../src/store/native-stores.ts';
import { openVault, type VaultKeys } from '../../src/store/vault.ts';
import { databaseVaultHome } from '../../src/store/vault-home.ts';
import { TestSessionArea } from '../store/session-area.ts';
import type { Onions } from '../sync/onions.ts';
import { PersonHost } from '../sync/person-host.ts';
import { LastingDisk } from './lasting-disk.ts';

/** What the browser's console would have shown. A scenario that leaves any has failed. */
export const surprises: unknown[] = [];
globalThis.reportError ??= (error: unknown) => surprises.push(error);

/**
 * One person at home: a real host with databases on disk, and the background's whole application on
 * top of it. Only the browser and Tor are missing: onions lead to loopback ports.
 */
export class Household {
  readonly name: string;
  readonly host: PersonHost;
  readonly #onions: Onions;
  /** What the browser's local storage holds. */
  #kept: LocalSettings = {};
  readonly local = new TestSessionArea();
  /** Everything that has ever been written to the vault. */
  readonly disk = new LastingDisk();
  readonly session = new TestSessionArea();
  #life: Life | undefined;

  /** How long this person leaves to others what any member of a forum may do, in milliseconds. */
  patience = 600_000;

  /** Of the access lists that the host was told. */
  readonly grantedVersions: number[] = [];

  static async found(name: string, onions: Onions): Promise<Household> {
    const keys = createKeys();
    const host = await PersonHost.start(openKeys(keys).me.identity.address, onions);
    const household = new Household(name, host, onions);
    household.#keys = keys;
    await household.open();
    return household;
  }

  /** Somebody whose browser and host have kept this. */
  static async kept(
    name: string,
    onions: Onions,
    kept: LocalSettings & { keys: StoredKeys },
    fill: (folder: string) => Promise<void>,
  ): Promise<Household> {
    const { address } = openKeys(kept.keys).me.identity;
    const household = new Household(name, await PersonHost.start(address, onions, fill), onions);
    household.#kept = kept;
    await household.open();
    return household;
  }

  /** What the browser keeps. */
  get settings(): LocalSettings {
    return this.#kept;
  }

  /** A machine on which nobody is yet. */
  static async empty(name: string, onions: Onions): Promise<Household> {
    return new Household(name, await PersonHost.start(`nobody at ${name}`, onions), onions);
  }

  private constructor(name: string, host: PersonHost, onions: Onions) {
    this.name = name;
    this.host = host;
    this.#onions = onions;
  }

  get #keys(): StoredKeys {
    const { keys } = this.#kept;
    if (keys?.version !== 1) throw new Error(`${this.name} has no keys`);
    return keys;
  }

  set #keys(keys: StoredKeys) {
    this.#kept = { ...this.#kept, keys };
  }

  get isOpen(): boolean {
    return this.#life !== undefined;
  }

  get isSomebody(): boolean {
    return this.#kept.keys !== undefined;
  }

  readonly #settings = (() => {
    const kept = () => this.#kept;
    return {
      get value() {
        return kept();
      },
      remember: async (change: LocalSettings) => {
        this.#kept = { ...this.#kept, ...change };
      },
    };
  })();
  readonly #table = (() => {
    const vaultKey = () => openKeys(this.#keys).vault;
    return new KeptTable(
      {
        get vaultKey() {
          return vaultKey();
        },
        rekey: async (sealTable) => {
          const next = createVaultKey(randomBytes);
          const keys = { ...this.#keys, vault: toBase64Url(next) };
          this.#kept = { ...this.#kept, keys, table: sealTable(next) };
        },
        forgetOld: async () => undefined,
      },
      this.#settings,
      randomBytes,
    );
  })();

  /** Put together as the add-on's background does it, on this household's disk. */
  readonly restores = new Restores({
    settings: this.#settings,
    safe: (() => {
      const keys = () => (this.isSomebody ? this.#keys : undefined);
      return {
        get keys() {
          return keys();
        },
        begin: async (next: StoredKeys, _: string | undefined, table: string | null) => {
          this.#kept = { ...this.#kept, keys: next, ...(table === null ? {} : { table }) };
        },
        keep: async (next: StoredKeys, table?: string) => {
          this.keepsKeys();
          this.#kept = { ...this.#kept, keys: next, ...(table === undefined ? {} : { table }) };
        },
      };
    })(),
    inTurn: serial(),
    needNobody: () => {
      if (this.isSomebody) throw new CodedError('identity-exists');
    },
    place: () => ({
      mode: 'native',
      open: async (keys) => this.#home(keys),
      erase: async () => {
        const stores = openNativeStores(this.host.tunnel, systemClock);
        for (const name of await stores.list()) await stores.destroy(name);
        await stores.close();
      },
    }),
    home: () => this.person.context,
    begin: async () => {
      await this.#life?.close();
      this.#life = undefined;
      this.host.moveTo(this.address);
      await this.open();
      return { address: this.address };
    },
  });

  readonly backups = new Backups({
    person: () => this.person,
    here: () => this.#life?.person,
    restores: this.restores,
    // Real, at the lowest price there is.
    stretch: async (passphrase, { salt }) => scrypt(utf8(passphrase), salt, 10),
    random: randomBytes,
    now: () => Date.now(),
    changed: () => undefined,
  });

  /** Called just before the keys are kept that make a restored backup theirs. */
  keepsKeys: () => void = () => undefined;

  async #home(keys: VaultKeys) {
    const stores = openNativeStores(this.host.tunnel, systemClock);
    const home = this.disk.over(databaseVaultHome(await stores.open('vault')), () => this.#kept);
    const { vault } = await openVault(home, keys, randomBytes, scopeOf);
    return { stores, vault };
  }

  get address(): OnionAddress {
    return openKeys(this.#keys).me.identity.address;
  }

  get person(): Person {
    if (!this.#life) throw new Error(`${this.name} is not at home`);
    return this.#life.person;
  }

  /** Why things were refused here, each as often as it was, whoever brought them. */
  get refused(): string[] {
    return this.person.refusals
      .view(() => undefined)
      .people.flatMap(({ counts }) =>
        Object.entries(counts).flatMap(([code, count]) =>
          Array.from({ length: count }, () => code),
        ),
      );
  }

  /** And what one person brought of it. */
  refusedOf(by: Household): Record<string, number> {
    const { people } = this.person.refusals.view(() => undefined);
    return people.find(({ address }) => address === by.address)?.counts ?? {};
  }

  /** The browser starts. */
  async open(): Promise<void> {
    const { me } = openKeys(this.#keys);
    this.#life = await Life.open(
      {
        me,
        home: await this.#home(this.#table),
        changed: () => undefined,
        hostFetch: this.host.tunnel,
        onionFetch: this.#onions.fetch,
        gate: async () => true,
        hostIsThere: () => true,
        grant: ({ version, spaces, peers }) => {
          this.grantedVersions.push(version);
          this.host.allow({ spaces, peers });
        },
        lend: (loan) => this.host.lend(loan),
        patience: () => this.patience,
        wakeIn: () => undefined,
        firstPage: this.firstPage(),
      },
      this.name,
    );
    this.#keys = withoutOldAddress(this.#keys);
    this.host.onBrought = (brought) => this.#life?.person.refusals.brought(brought);
    this.host.onPeerSeen = (address) => this.#life?.person.events.seen(address);
    this.#life.tellHost();
    this.#life.wake();
  }

  /** As the background has it when it starts. */
  firstPage(): FirstPage {
    return new FirstPage({
      area: this.local,
      shown: this.session,
      key: () => openKeys(this.#keys).vault,
      random: randomBytes,
      after: (_milliseconds, run) => systemClock.after(20, run),
      failed: (error) => reportError(error),
    });
  }

  /** What lets this person in at a friend's door. */
  async tokenAt({ address }: Household): Promise<string> {
    const { bundle } = this.person.book.get(address);
    const { me } = this.person.context;
    const keys = new TransportKeys({
      me,
      random: randomBytes,
      clock: systemClock,
      lend: () => undefined,
    });
    const ports = { gate: async () => true, clock: systemClock };
    const fetch = createOnionFetch({ fetch: this.#onions.fetch, ...ports });
    const tokens = createPeerTokens({ fetch, self: keys.self, random: randomBytes, ...ports });
    const { token } = await tokens.get({ address, device: bundle.device });
    return token;
  }

  /** The network is back, or the person asks to try again. */
  wake(): void {
    this.#life?.wake();
  }

  /**
   * As the background does it when the person asks for it.
   * @param keptKeys called when there is no way back any more
   */
  async changeAddress(keptKeys: () => void = () => undefined): Promise<void> {
    await this.person.readInbox();
    this.#keys = withNewAddress(this.#keys);
    keptKeys();
    await this.#life?.close();
    this.#life = undefined;
    this.host.moveTo(this.address);
    await this.open();
  }

  /** The device's keys are lost or stolen: the same identity goes on with new ones, and with what the vault holds. */
  async renewDevice(keptKeys: () => void = () => undefined): Promise<void> {
    await this.person.readInbox();
    this.#keys = withNewDevice(this.#keys);
    keptKeys();
    await this.#life?.close();
    this.#life = undefined;
    await this.open();
  }

  /** The browser closes, and its host with it. */
  async close(): Promise<void> {
    await this.#life?.close();
    this.#life = undefined;
    await this.host.stopProcess();
  }

  async reopen(): Promise<void> {
    await this.host.startProcess();
    await this.host.goOnline();
    await this.open();
  }

  async dispose(): Promise<void> {
    await this.#life?.close();
    await this.host.dispose();
  }

  /** The texts in the feed, newest first. */
  async reads(): Promise<string[]> {
    const { posts } = await this.person.feed.page({ limit: 100 });
    return posts.map(({ text }) => text);
  }

  hears(from: Household): string[] {
    return this.person.talk.view(from.address).messages.map(({ text }) => text);
  }
}

/** Waits until it is so; says what was wanted when it isn’t within a minute, which is long on a quiet machine. */
export async function eventually(
  what: string,
  isSo: () => boolean | Promise<boolean>,
): Promise<void> {
  const end = Date.now() + 60_000;
  while (Date.now() < end) {
    if (await isSo()) return;
    await sleep(20);
  }
  throw new Error(`in vain: ${what}`);
}

/** Two people who have become friends the whole way: look, ask, accept. */
export async function befriend(a: Household, b: Household): Promise<void> {
  await a.person.friendships.preview(b.address);
  await a.person.friendships.add(b.address, b.name, '');
  await eventually(`${b.name} gets the request`, () => b.person.friendships.requests().length > 0);
  await b.person.friendships.accept(a.address, a.name);
  await eventually(
    `${a.name} is accepted`,
    () => a.person.book.get(b.address).record.state === 'friend',
  );
}
