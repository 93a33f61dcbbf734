import { toBase64 } from '../domain/bytes.ts';
import { expandedKeyForTor } from '../domain/identity.ts';
import { randomBytes, sodiumReady } from '../domain/sodium.ts';
import { type Code, CodedError, codeOf } from '../protocol/codes.ts';
import type { AppState, StorageMode } from '../protocol/page-calls.ts';
import type { TorStatus } from '../protocol/tor-status.ts';
import { systemClock } from '../store/clock.ts';
import type { Fetch } from '../store/ports.ts';
import { probeIndexedDb } from '../store/probe-indexeddb.ts';
import { serial } from '../store/serial.ts';
import type { AppCalls } from './app/calls.ts';
import type { Context } from './app/context.ts';
import type { Person } from './app/person.ts';
import { findHome } from './find-home.ts';
import { type Home, moveHome, openHome } from './home.ts';
import { HostConnection } from './host/connection.ts';
import {
  createKeys,
  type Keys,
  openKeys,
  withNewAddress,
  withNewDevice,
  withoutOldAddress,
} from './identity.ts';
import { Life } from './life.ts';
import { viewLife } from './life-view.ts';
import { type LocalSettings, readLocalSettings, writeLocalSettings } from './local-settings.ts';
import type { PageServer } from './pages/page-server.ts';
import type { PendingLink } from './pending-link.ts';
import { missingPermissions } from './permissions.ts';
import { RouteGuard } from './route/guard.ts';
import { showUnread } from './unread-badge.ts';

/** How long a request waits for Tor to be found before it fails with `route-undecided`. */
const routePatience = 20_000;

/** The background script as a whole: finds host, Tor and storage, and opens the person's life on them. */
export class App {
  readonly route: RouteGuard;
  readonly #pages: PageServer;
  readonly #pending: PendingLink;
  readonly #oneByOne = serial();
  readonly #refused = new Map<string, number>();
  #settings: LocalSettings = {};
  #host: HostConnection | undefined;
  #indexedDb = false;
  #missing: AppState['missing'] = { privateWindows: false, onionAccess: false };
  #storage: StorageMode = 'memory';
  #phase: AppState['phase'] = 'starting';
  #failure: Code | undefined;
  #life: Life | undefined;

  constructor(pages: PageServer, pending: PendingLink) {
    this.#pages = pages;
    this.#pending = pending;
    this.route = new RouteGuard({
      isTor: async (socks) => (await this.#host?.isTor(socks)) ?? false,
      hostIsThere: () => this.#host?.state.phase === 'connected',
      changed: () => this.changed('state'),
    });
  }

  /** The person. Throws CodedError `no-identity`, `not-ready`, or why their life can't be opened. */
  readonly person = (): Person => {
    if (this.#life) return this.#life.person;
    if (this.#failure) throw new CodedError(this.#failure);
    throw new CodedError(this.#phase === 'first-run' ? 'no-identity' : 'not-ready');
  };

  readonly calls: AppCalls = {
    state: async () => this.#state(),
    createIdentity: ({ name }) => this.#oneByOne(() => this.#createIdentity(name)),
    retry: async ({ torPassword }) => {
      await this.permissionsChanged();
      this.#host?.connect();
      await this.route.refresh();
      if (this.#host?.state.phase === 'connected') {
        const password = torPassword === undefined ? {} : { password: torPassword };
        this.#host.send({ type: 'look-for-tor', ...password });
      }
      await this.#host?.settled();
      await this.#oneByOne(() => this.#openLife());
      this.#life?.wake();
      this.changed('state');
      return null;
    },
    setPublicFace: async ({ on }) => {
      this.person();
      await this.#life?.setPublicFace(on);
      this.#tellHost();
      this.changed('state');
      return null;
    },
    changeAddress: () => this.#oneByOne(() => this.#changeAddress()),
    pendingLink: async () => {
      const link = this.#pending.link();
      return link === undefined ? null : { link };
    },
    dropPendingLink: async () => {
      this.#pending.drop();
      return null;
    },
  };

  /** Resolves when the pages can be answered; the person's life opens when host and storage are known. */
  async start(): Promise<void> {
    try {
      await this.#start();
    } catch (error) {
      this.#phase = 'failed';
      this.#failure = codeOf(error);
      if (this.#failure === 'internal') reportError(error);
    }
  }

  async #start(): Promise<void> {
    await sodiumReady();
    this.#settings = await readLocalSettings();
    const profile = this.#settings.profile ?? (await this.#nameProfile());
    this.#missing = await missingPermissions();
    this.#host = new HostConnection(profile, {
      state: (state) => {
        this.changed('state');
        if (state.phase === 'connected') void this.#hostCame();
      },
      tor: (status) => void this.#torChanged(status),
      peerSeen: (address) => this.#life?.person.events.seen(address),
    });
    this.#host.connect();
    void this.route.refresh();
    this.#indexedDb = await probeIndexedDb(indexedDB, systemClock);
    void this.#host.settled().then(() => this.#oneByOne(() => this.#openLife()));
  }

  async permissionsChanged(): Promise<void> {
    this.#missing = await missingPermissions();
    this.changed('state');
  }

  /** Tells the pages, and keeps the number on the button. */
  readonly changed: Context['changed'] = (...topics) => {
    this.#pages.changed(...topics);
    const { unreadPosts, unreadMessages, pendingRequests } = viewLife(this.#life);
    void showUnread(unreadPosts + unreadMessages + pendingRequests);
  };

  async #nameProfile(): Promise<string> {
    const profile = Array.from(randomBytes(16), (byte) => byte.toString(16).padStart(2, '0')).join(
      '',
    );
    await this.#remember({ profile });
    return profile;
  }

  async #remember(change: LocalSettings): Promise<void> {
    await writeLocalSettings(change);
    this.#settings = { ...this.#settings, ...change };
  }

  /** A host that has just come knows nothing of us yet. */
  async #hostCame(): Promise<void> {
    await this.route.hostChanged(this.#tor);
    this.#tellHost();
    await this.#oneByOne(() => this.#openLife());
    this.#life?.letterCame();
  }

  async #torChanged(status: TorStatus): Promise<void> {
    const wasPublished = this.#published;
    this.#published = status.service.phase === 'published';
    this.changed('state');
    await this.route.hostChanged(status);
    // Friends learn that we are here by our dialling them.
    if (this.#published && !wasPublished) this.#life?.wake();
  }
  #published = false;

  get #tor(): TorStatus {
    return this.#host?.tor ?? { phase: 'idle', attempts: [], service: { phase: 'none' } };
  }

  async #createIdentity(name: string): Promise<{ address: string }> {
    if (this.#life) throw new CodedError('identity-exists');
    if (this.#phase !== 'first-run') throw new CodedError(this.#failure ?? 'not-ready');
    const keys = this.#settings.keys ? withNewDevice(this.#settings.keys) : createKeys();
    await this.#remember({ keys });
    await this.#openLife(name);
    return { address: this.person().context.me.identity.address };
  }

  /**
   * The new root is stored first, and with it the old one: from then on every start goes on with the
   * move until it is done. The life that is open ends, and another begins at the new address.
   */
  async #changeAddress(): Promise<{ address: string }> {
    const { keys } = this.#settings;
    await this.person().readInbox();
    if (!keys || keys.leaving !== undefined) throw new CodedError('not-ready');
    await this.#remember({ keys: withNewAddress(keys) });
    this.#phase = 'starting';
    this.changed('state');
    await this.#life?.close();
    this.#life = undefined;
    await this.#openLife();
    return { address: this.person().context.me.identity.address };
  }

  /**
   * Opens the person's life where it is, or says why it can't be. Called whenever host or storage may
   * have come: does nothing when the life is open already, but for moving it out of memory.
   */
  async #openLife(name = ''): Promise<void> {
    try {
      await this.#tryToOpenLife(name);
    } catch (error) {
      this.#phase = 'failed';
      this.#failure = codeOf(error);
      if (this.#failure === 'internal') reportError(error);
    }
    this.changed('state', 'feed', 'friends', 'requests', 'conversation', 'profile');
  }

  async #tryToOpenLife(name: string): Promise<void> {
    const host = this.#host;
    if (!host) return;
    const mode = findHome({
      begun: this.#settings.keys && this.#settings.home,
      indexedDb: this.#indexedDb,
      host: host.state.phase === 'connected',
      inUse: host.state.phase === 'missing' && host.state.code === 'data-in-use',
    });
    if (mode instanceof CodedError) {
      if (this.#life) return;
      throw host.state.phase === 'missing' ? new CodedError(host.state.code) : mode;
    }
    if (this.#life?.home.stores.mode === mode) return;
    this.#storage = mode;
    const { keys: stored } = this.#settings;
    if (!stored) {
      this.#phase = 'first-run';
      this.#failure = undefined;
      return;
    }
    const keys = openKeys(stored);
    const home = await openHome(mode, keys.vault, host.fetch);
    if (this.#settings.home === 'memory' && mode !== 'memory') {
      await this.#life?.close();
      this.#life = undefined;
      await moveHome(await openHome('memory', keys.vault, host.fetch), home);
    }
    if (name === '' && home.vault.get('own/feed') === undefined) {
      // What was in memory went with the browser; the identity is still theirs.
      await home.stores.close();
      this.#phase = 'first-run';
      this.#failure = undefined;
      return;
    }
    await this.#remember({ home: mode });
    await this.#live(keys, home, host, name);
  }

  async #live(keys: Keys, home: Home, host: HostConnection, name: string): Promise<void> {
    this.#life = await Life.open(
      {
        me: keys.me,
        home,
        changed: this.changed,
        refused: (code, count = 1) => {
          this.#refused.set(code, (this.#refused.get(code) ?? 0) + count);
          this.changed('state');
        },
        hostFetch: host.fetch,
        onionFetch: fetchUnnamed,
        gate: () => this.route.open(routePatience),
        hostIsThere: () => host.state.phase === 'connected',
        grant: (list) => host.send({ type: 'access', list }),
        lend: (loan) =>
          host.send(
            loan ? { type: 'lend-transport-key', loan } : { type: 'take-back-transport-key' },
          ),
      },
      name,
    );
    const { keys: stored } = this.#settings;
    if (stored?.leaving !== undefined) await this.#remember({ keys: withoutOldAddress(stored) });
    this.#phase = 'ready';
    this.#failure = undefined;
    this.#tellHost();
  }

  /** The host keeps nothing of this over its own restart. */
  #tellHost(): void {
    const host = this.#host;
    const life = this.#life;
    if (!host || !life || host.state.phase !== 'connected') return;
    const { identity } = life.person.context.me;
    const { address } = identity;
    life.tellHost();
    host.send({ type: 'public-face', on: life.publicFace, address });
    const expandedKey = toBase64(expandedKeyForTor(identity.root));
    host.send({ type: 'publish', expandedKey, address });
  }

  #state(): AppState {
    return {
      phase: this.#phase,
      ...(this.#failure === undefined ? {} : { code: this.#failure }),
      storage: this.#storage,
      host: this.#host?.state ?? { phase: 'connecting' },
      tor: this.#tor,
      route: this.route.state,
      missing: this.#missing,
      ...viewLife(this.#life),
      pendingLink: this.#pending.waiting,
      refused: Object.fromEntries(this.#refused),
    };
  }
}

/**
 * A request that says nothing of the browser it comes from, so that persons and visits can't be linked by
 * it: no system, no languages, and not the add-on's own origin, which is the same in all that one browser
 * profile sends. In `same-origin` mode, which reaches what host permissions allow, a POST says `null`.
 */
const fetchUnnamed: Fetch = (url, init) => {
  const headers = new Headers(init?.headers);
  headers.set('User-Agent', 'Network25');
  headers.set('Accept-Language', 'en');
  return fetch(url, { ...init, headers, mode: 'same-origin' });
};
