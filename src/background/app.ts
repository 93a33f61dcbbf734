import { randomBytes, sodiumReady } from '../domain/sodium.ts';
import browser from 'webextension-polyfill';
import { type Code, CodedError } from '../protocol/codes.ts';
import type { AppState } from '../protocol/page-calls.ts';
import type { backupCalls } from '../protocol/page-calls/backup.ts';
import type { TorStatus } from '../protocol/tor-status.ts';
import { systemClock } from '../store/clock.ts';
import { probeIndexedDb } from '../store/probe-indexeddb.ts';
import type { AppHandlers } from './app/calls/handlers.ts';
import type { Context } from './app/context.ts';
import type { Person } from './app/person.ts';
import { Backups } from './backup/backups.ts';
import { stretchBackup } from './backup/stretch-backup.ts';
import { FirstPage } from './first-page/first-page.ts';
import { HostConnection } from './host/connection.ts';
import { chooseKeeping } from './keep-nothing.ts';
import type { Life } from './life.ts';
import { localArea, sessionArea } from './home.ts';
import { LifeKeeper } from './life-keeper.ts';
import { viewLife, waitingIn } from './life-view.ts';
import { Notifier } from './notifier.ts';
import { OwnSettings } from './own-settings.ts';
import type { PageServer } from './pages/page-server.ts';
import { panicPorts } from './panic/in-browser.ts';
import { eraseAtHost, eraseKeys, finishErasing, leftOfErasing } from './panic/panic.ts';
import type { PendingLink } from './pending-link.ts';
import { missingPermissions } from './permissions.ts';
import { RouteGuard } from './route/guard.ts';
import { AutoLock } from './safe/auto-lock.ts';
import { allWords, checkWords } from './safe/recovery.ts';
import { Safe } from './safe/safe.ts';
import { stretch } from './safe/stretch.ts';
import { upgrade } from './upgrade/upgrade.ts';
import { wakeIn } from './wake-alarm.ts';
import { showUnread } from './unread-badge.ts';

/** How long a request waits for Tor to be found before it fails with `route-undecided`. */
const routePatience = 20_000;

/** The background script as a whole: finds host, Tor and storage, and opens the person's life on them. */
export class App {
  readonly route: RouteGuard;
  readonly #pages: PageServer;
  readonly #pending: PendingLink;
  readonly #settings = new OwnSettings({
    local: localArea,
    memory: sessionArea,
    random: randomBytes,
    version: browser.runtime.getManifest().version,
  });
  readonly #safe = new Safe({
    kept: () => this.#settings.value.keys,
    keep: (keys, table) =>
      this.#settings.remember(table === undefined ? { keys } : { keys, table }),
    overwriteOld: () => this.#settings.overwriteOld(),
    session: sessionArea,
    stretch,
    random: randomBytes,
  });
  readonly #firstPage = new FirstPage({
    area: localArea,
    shown: sessionArea,
    key: () => this.#safe.vaultKey,
    random: randomBytes,
    after: (milliseconds, run) => systemClock.after(milliseconds, run),
    failed: reportError,
  });
  readonly #autoLock = new AutoLock({
    session: sessionArea,
    clock: systemClock,
    wakeIn: (milliseconds) => wakeIn(milliseconds, 'lock'),
    lock: () => this.#keeper.lock(),
    failed: reportError,
  });
  readonly #notifier = new Notifier();
  readonly #keeper: LifeKeeper;
  #host: HostConnection | undefined;
  #missing: AppState['missing'] = { privateWindows: false, onionAccess: false };

  constructor(pages: PageServer, pending: PendingLink) {
    this.#pages = pages;
    this.#pending = pending;
    this.#keeper = new LifeKeeper(this.#settings, this.#safe, {
      gate: () => this.route.open(routePatience),
      wakeIn,
      firstPage: this.#firstPage,
      changed: (...topics) => this.changed(...topics),
      forget: () => void this.#notifier.forget().catch(reportError),
    });
    this.#backups = new Backups({
      person: this.person,
      here: () => this.#life?.person,
      restores: this.#keeper.restores,
      stretch: stretchBackup,
      random: randomBytes,
      now: () => Date.now(),
      changed: () => this.changed('state'),
    });
    this.route = new RouteGuard({
      isTor: async (socks) => (await this.#host?.isTor(socks)) ?? false,
      hostIsThere: () => this.#host?.state.phase === 'connected',
      changed: () => this.changed('state'),
    });
  }

  get #life(): Life | undefined {
    return this.#keeper.life;
  }

  /** The person. Throws as `LifeKeeper.person` does. */
  readonly person = (): Person => this.#keeper.person();

  readonly #backups: Backups;

  get calls(): AppHandlers {
    return { ...this.#calls, ...this.#backups.calls };
  }

  readonly #calls: Omit<AppHandlers, keyof typeof backupCalls> = {
    state: async () => this.#state(),
    firstPage: async () => this.#firstPage.view,
    setKeepsNothing: async ({ on }) => {
      const choose = () => chooseKeeping(on, this.#settings, localArea, this.#connected());
      await this.#keeper.beforeAnybody(choose);
      return null;
    },
    createIdentity: (asked) => this.#keeper.createIdentity(asked),
    recoveryWords: async ({ passphrase }) => ({
      words: await this.#keeper.recoveryWords(passphrase),
    }),
    setWords: async ({ words }) => {
      this.person();
      await this.#life?.setWords(words);
      this.changed('state');
      return null;
    },
    checkWords: async ({ text }) => checkWords(text),
    allWords: async () => ({ words: allWords }),
    unlock: async ({ passphrase }) => {
      await this.#keeper.unlock(passphrase);
      return null;
    },
    lock: async () => {
      await this.#keeper.lock();
      return null;
    },
    setLockAfter: async ({ minutes }) => {
      this.person();
      await this.#life?.setLockAfter(minutes ?? undefined);
      this.changed('state');
      return null;
    },
    stillHere: async () => {
      this.#autoLock.used();
      return null;
    },
    eraseEverything: async () => {
      await this.eraseEverything();
      return null;
    },
    changePassphrase: async ({ now, next }) => {
      await this.#keeper.changePassphrase(now, next ?? undefined);
      return null;
    },
    retry: async ({ torPassword }) => {
      await this.permissionsChanged();
      this.#host?.connect();
      await this.route.refresh();
      if (this.#host?.state.phase === 'connected') {
        const password = torPassword === undefined ? {} : { password: torPassword };
        this.#host.send({ type: 'look-for-tor', ...password });
      }
      await this.#found();
      await this.#keeper.open();
      this.#life?.wake();
      this.changed('state');
      return null;
    },
    bridges: () => this.#connected().bridges(),
    setBridges: async ({ lines }) => {
      const settings = await this.#connected().bridges(lines);
      this.changed('state');
      return settings;
    },
    alwaysOn: async () => ({ on: await this.#connected().alwaysOn() }),
    setAlwaysOn: async ({ on }) => {
      // Who finds a locked browser may end it, and not begin it.
      if (on) this.person();
      const isOn = await this.#connected().alwaysOn(on);
      this.changed('state');
      return { on: isOn };
    },
    testService: async () => {
      await this.#connected().testService();
      return null;
    },
    setPublicFace: async ({ on }) => {
      this.person();
      await this.#life?.setPublicFace(on);
      this.#keeper.tellHost();
      this.changed('state');
      return null;
    },
    setNews: async ({ news }) => {
      this.person();
      await this.#life?.setNews(news);
      this.changed('state');
      return null;
    },
    changeAddress: () => this.#keeper.changeAddress(),
    pendingLink: async () => {
      const link = this.#pending.link();
      return link === undefined ? null : { link };
    },
    dropPendingLink: async () => {
      this.#pending.drop();
      return null;
    },
  };

  /** Resolves when the pages can be answered, as soon as anything can; the person's life opens when host and storage are known. */
  async start(): Promise<void> {
    try {
      await this.#start();
    } catch (error) {
      this.#keeper.failed(error);
    }
  }

  async #start(): Promise<void> {
    this.#firstPage.fetch();
    const missing = missingPermissions();
    await sodiumReady();
    await finishErasing(panicPorts);
    this.#notErased = await leftOfErasing(localArea);
    const { version } = browser.runtime.getManifest();
    await upgrade({ area: localArea, random: randomBytes, version });
    const profile = await this.#settings.open();
    await this.#safe.open();
    if (await this.#autoLock.isOver()) await this.#safe.lock();
    await this.#firstPage.open();
    this.#missing = await missing;
    this.#host = new HostConnection(
      { profile, isTemporary: this.#settings.keepsNothing },
      {
        state: (state) => {
          this.changed('state');
          if (state.phase === 'connected') void this.#hostCame();
        },
        tor: (status) => void this.#torChanged(status),
        peerSeen: (address) => this.#life?.person.events.seen(address),
        brought: (brought) => this.#life?.person.refusals.brought(brought),
        accessInForce: (version) => this.#life?.person.doors.inForce(version),
      },
    );
    this.#keeper.found({ host: this.#host });
    this.#host.connect();
    void this.route.refresh();
    void this.#found().then(() => this.#keeper.open());
  }

  /** Resolves once it is known what the browser has. */
  async #found(): Promise<void> {
    this.#probe ??= probeIndexedDb(indexedDB, systemClock);
    this.#keeper.found({ indexedDb: await this.#probe });
    await this.#host?.settled();
  }
  #probe: Promise<boolean> | undefined;

  #connected(): HostConnection {
    if (this.#host === undefined) throw new CodedError('not-ready');
    return this.#host;
  }

  /** The add-on starts anew when the keys are gone: nothing that is open outlasts that. Needs neither Tor nor host. */
  async eraseEverything(): Promise<void> {
    // What is being written now must not bring the keys back.
    this.#settings.end();
    const failure: unknown = await eraseKeys(panicPorts).catch((error: unknown) => error);
    // A service that goes on by itself forgets what it keeps now, or when the next start has its directory erased.
    void this.#forgetAtHost().catch(() => undefined);
    if (failure !== undefined) throw failure;
    browser.runtime.reload();
  }

  async #forgetAtHost(): Promise<void> {
    this.#host?.send({ type: 'unpublish' });
    await this.#host?.alwaysOn(false);
  }
  #notErased: Code | undefined;

  async permissionsChanged(): Promise<void> {
    this.#missing = await missingPermissions();
    this.changed('state');
  }

  /** Tells the pages, and keeps the number on the button. */
  readonly changed: Context['changed'] = (...topics) => {
    this.#pages.changed(...topics);
    const isGuarded = this.#safe.state === 'open';
    this.#autoLock.follow(isGuarded ? this.#life?.lockAfter : undefined);
    // Counting goes through all messages, and much may change at once.
    if (this.#counting !== undefined) return;
    this.#counting = setTimeout(() => {
      this.#counting = undefined;
      this.#count();
    }, 100);
  };
  #counting: ReturnType<typeof setTimeout> | undefined;

  #count(): void {
    const waiting = () => (this.#life ? waitingIn(this.#life.person) : []);
    void showUnread(waiting().reduce((sum, { count }) => sum + count, 0));
    this.#notifier.look(() => this.#life && { now: waiting(), wanted: this.#life.news });
  }

  /** A host that has just come knows nothing of us yet. */
  async #hostCame(): Promise<void> {
    await this.route.hostChanged(this.#tor);
    this.#keeper.tellHost();
    await this.#found();
    await this.#keeper.open();
    this.#notErased = await eraseAtHost(localArea, (profile) => this.#connected().erase(profile));
    this.changed('state');
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

  #state(): AppState {
    return {
      ...this.#keeper.state,
      host: this.#host?.state ?? { phase: 'connecting' },
      tor: this.#tor,
      route: this.route.state,
      missing: this.#missing,
      ...viewLife(this.#life),
      pendingLink: this.#pending.waiting,
      ...(this.#notErased === undefined ? {} : { notErased: this.#notErased }),
    };
  }
}
