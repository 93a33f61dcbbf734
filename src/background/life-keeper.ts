import { type Code, CodedError, codeOf } from '../protocol/codes.ts';
import { randomBytes } from '../domain/sodium.ts';
import type { AppState, StorageMode, WordsState } from '../protocol/page-calls.ts';
import { serial } from '../store/serial.ts';
import type { Person } from './app/person.ts';
import { Restores } from './backup/restores.ts';
import { changeAddress } from './change-address.ts';
import { fetchUnnamed } from './fetch-unnamed.ts';
import { findHome } from './find-home.ts';
import { type Home, moveHome, openHome, placeAt } from './home.ts';
import type { HostConnection } from './host/connection.ts';
import { type Keys, openKeys, withoutOldAddress } from './identity.ts';
import { Life, type LifeParts } from './life.ts';
import type { OwnSettings } from './own-settings.ts';
import { keepNewKeys, type NewIdentity } from './safe/new-keys.ts';
import { wordsOf } from './safe/recovery.ts';
import { KeptTable } from './safe/kept-table.ts';
import type { Safe } from './safe/safe.ts';
import { tellHost, throughHost } from './tell-host.ts';

export interface LifeKeeperParts extends Pick<
  LifeParts,
  'gate' | 'changed' | 'wakeIn' | 'firstPage'
> {
  /** The safe is locked: what was told of the life is to be forgotten. */
  readonly forget: () => void;
}

/** What a life begins with that isn't there yet. */
interface Beginning {
  /** For the first profile. */
  readonly name: string;
  readonly words: WordsState;
}

/**
 * The one life of this browser profile: begun, opened where it is, moved, and begun anew at another
 * address. At any time it is open or `phase` says why not.
 */
export class LifeKeeper {
  readonly #settings: OwnSettings;
  readonly #parts: LifeKeeperParts;
  readonly #oneByOne = serial();
  #host: HostConnection | undefined;
  #indexedDb = false;
  #storage: StorageMode = 'memory';
  #phase: AppState['phase'] = 'starting';
  #failure: Code | undefined;
  #detail: string | undefined;
  #opening: AppState['opening'];
  readonly #safe: Safe;
  readonly #table: KeptTable;
  #life: Life | undefined;
  readonly restores: Restores;

  constructor(settings: OwnSettings, safe: Safe, parts: LifeKeeperParts) {
    this.#settings = settings;
    this.#safe = safe;
    this.#table = new KeptTable(safe, settings, randomBytes);
    this.#parts = parts;
    this.restores = new Restores({
      settings,
      safe,
      inTurn: this.#oneByOne,
      needNobody: () => this.#needNobody(),
      place: () => this.#host && placeAt(this.#storage, this.#host.fetch),
      home: () => {
        const { stores, vault } = this.person().context;
        return { stores, vault };
      },
      begin: () => this.#beginAnew(),
    });
  }

  get life(): Life | undefined {
    return this.#life;
  }

  get state(): Pick<
    AppState,
    'phase' | 'code' | 'detail' | 'opening' | 'storage' | 'keepsNothing' | 'passphrase'
  > {
    return {
      phase: this.#phase,
      ...(this.#failure === undefined ? {} : { code: this.#failure }),
      ...(this.#detail === undefined ? {} : { detail: this.#detail }),
      ...(this.#opening === undefined ? {} : { opening: this.#opening }),
      storage: this.#storage,
      keepsNothing: this.#settings.keepsNothing,
      passphrase: this.#safe.state !== 'none',
    };
  }

  /** The person. Throws CodedError `no-identity`, `locked`, `not-ready`, or why their life can't be opened. */
  readonly person = (): Person => {
    if (this.#life) return this.#life.person;
    if (this.#failure) throw new CodedError(this.#failure);
    if (this.#phase === 'locked') throw new CodedError('locked');
    throw new CodedError(this.#phase === 'first-run' ? 'no-identity' : 'not-ready');
  };

  /** What the browser has turned out to have; `open` goes by it. */
  found({ host, indexedDb }: { host?: HostConnection; indexedDb?: boolean }): void {
    this.#host = host ?? this.#host;
    this.#indexedDb = indexedDb ?? this.#indexedDb;
  }

  /**
   * Opens the person's life where it is, or says why it can't be. Called whenever host or storage may
   * have come: does nothing when the life is open already, but for moving it out of memory.
   */
  open(): Promise<void> {
    return this.#oneByOne(() => this.#openLife());
  }

  /** Settles where somebody new will begin. Throws CodedErrors `identity-exists`, `not-ready`. */
  beforeAnybody(settle: () => Promise<void>): Promise<void> {
    return this.#oneByOne(async () => {
      this.#needNobody();
      await this.restores.dropUnfinished();
      await settle();
      await this.#openLife();
    });
  }

  /** Throws CodedError `identity-exists`, `words-unknown`, or why nothing can be begun. */
  createIdentity(asked: NewIdentity): Promise<{ address: string }> {
    return this.#oneByOne(() => this.#createIdentity(asked));
  }

  /**
   * The 24 words. Who has set them down before proves again who they are.
   * Throws CodedError `wrong-passphrase`, `locked` or `not-ready`.
   */
  recoveryWords(passphrase: string): Promise<string[]> {
    return this.#oneByOne(async () => {
      this.person();
      if (this.#life?.words !== 'new') await this.#safe.check(passphrase);
      if (!this.#safe.keys) throw new CodedError('not-ready');
      return wordsOf(this.#safe.keys);
    });
  }

  /** Throws CodedError `wrong-passphrase`; what else is in the way shows in `state`. */
  unlock(passphrase: string): Promise<void> {
    return this.#oneByOne(async () => {
      await this.#safe.unlock(passphrase);
      // What can be read at once is, while the rest is being opened.
      await this.#parts.firstPage.open();
      this.#enter('starting');
      this.#parts.changed('state');
      this.#host?.connect();
      await this.#host?.settled();
      await this.#openLife();
    });
  }

  lock(): Promise<void> {
    return this.#oneByOne(() => this.#lock());
  }

  /** Throws as `Safe.change` does. */
  changePassphrase(now: string, next: string | undefined): Promise<void> {
    return this.#oneByOne(async () => {
      await this.#safe.change(now, next);
      this.#parts.changed('state');
    });
  }

  changeAddress(): Promise<{ address: string }> {
    return this.#oneByOne(async () => {
      const begun = await changeAddress(this.person(), this.#safe, () => this.#beginAnew());
      // They are others from now on.
      await this.life?.setWords('later');
      this.#changed();
      return begun;
    });
  }

  /** A host that is there and a life that is open: it is told all that it needs. */
  tellHost(): void {
    if (this.#host && this.#life) tellHost(this.#host, this.#life);
  }

  /** Nothing can be opened, for this reason. */
  failed(error: unknown): void {
    this.#phase = 'failed';
    this.#failure = codeOf(error);
    this.#detail = error instanceof CodedError ? error.detail : undefined;
    if (this.#failure === 'internal') reportError(error);
  }

  async #createIdentity(asked: NewIdentity): Promise<{ address: string }> {
    this.#needNobody();
    await this.restores.dropUnfinished();
    const words = await keepNewKeys(this.#safe, asked);
    await this.#openLife({ name: asked.name, words });
    return { address: this.person().context.me.identity.address };
  }

  #needNobody(): void {
    if (this.#life) throw new CodedError('identity-exists');
    if (this.#phase !== 'first-run') throw new CodedError(this.#failure ?? 'not-ready');
  }

  /** The life that is open ends, and goes on by the keys that are kept now. */
  async #beginAnew(): Promise<{ address: string }> {
    if (this.#life) {
      this.#enter('starting');
      this.#parts.changed('state');
      await this.#life.close();
      this.#life = undefined;
    }
    await this.#parts.firstPage.forget();
    await this.#openLife();
    return { address: this.person().context.me.identity.address };
  }

  /**
   * As when the browser is closed: the host forgets with its connection all that it was told (one that
   * stays by the person's choice keeps what they chose), and nothing of ours is open.
   */
  async #lock(): Promise<void> {
    if (this.#safe.state !== 'open') return;
    const life = this.#life;
    this.#life = undefined;
    this.#enter('locked');
    await this.#parts.firstPage.close();
    await this.#safe.lock();
    this.#parts.forget();
    this.#changed();
    try {
      await life?.close();
    } finally {
      this.#host?.restart();
    }
  }

  async #openLife(beginning?: Beginning): Promise<void> {
    try {
      await this.#tryToOpenLife(beginning);
    } catch (error) {
      this.failed(error);
    }
    this.#changed();
  }

  #changed(): void {
    this.#parts.changed('state', 'feed', 'friends', 'requests', 'conversation', 'profile');
  }

  async #tryToOpenLife(beginning: Beginning | undefined): Promise<void> {
    const host = this.#host;
    if (!host) return;
    if (this.#safe.state === 'locked') {
      this.#enter('locked');
      return;
    }
    const mode = findHome({
      begun: this.#safe.keys && this.#settings.value.home,
      indexedDb: this.#indexedDb,
      host: host.state.phase === 'connected',
      keepsNothing: this.#settings.keepsNothing,
      inUse: host.state.phase === 'missing' && host.state.code === 'data-in-use',
    });
    if (mode instanceof CodedError) {
      if (this.#life) return;
      throw host.state.phase === 'missing' ? new CodedError(host.state.code) : mode;
    }
    if (this.#life?.home.stores.mode === mode) return;
    this.#storage = mode;
    const { keys: stored } = this.#safe;
    if (!stored) {
      await this.restores.tidy();
      this.#enter('first-run');
      return;
    }
    await this.restores.settled();
    const keys = openKeys(stored);
    const home = await openHome(mode, this.#table, host.fetch);
    if (this.#settings.value.home === 'memory' && mode !== 'memory') {
      await this.#life?.close();
      this.#life = undefined;
      await moveHome(await openHome('memory', this.#table, host.fetch), home);
    }
    if (!beginning && home.vault.get('own/feed') === undefined) {
      // What was in memory went with the browser; the identity is still theirs.
      await home.stores.close();
      this.#enter('first-run');
      return;
    }
    await this.#settings.remember({ home: mode });
    await this.#live(keys, home, host, beginning);
  }

  async #live(
    keys: Keys,
    home: Home,
    host: HostConnection,
    beginning: Beginning | undefined,
  ): Promise<void> {
    const life = await Life.open(
      {
        me: keys.me,
        home,
        ...this.#parts,
        opening: (done, of) => this.#opens({ done, of }),
        ...throughHost(host, () => this.#safe.vaultKey ?? keys.vault),
        onionFetch: fetchUnnamed,
      },
      beginning?.name ?? '',
    );
    this.#life = life;
    if (beginning) await life.setWords(beginning.words);
    const { keys: stored } = this.#safe;
    if (stored?.leaving !== undefined) {
      await this.#safe.keep(withoutOldAddress(stored));
    }
    this.#enter('ready');
    this.tellHost();
  }

  #enter(phase: 'starting' | 'first-run' | 'locked' | 'ready'): void {
    this.#phase = phase;
    this.#failure = undefined;
    this.#detail = undefined;
    this.#opening = undefined;
  }

  /** What begins and ends a life says it, too: pages are told only while they wait. */
  #opens(opening: AppState['opening']): void {
    if (this.#phase !== 'starting') return;
    this.#opening = opening;
    this.#parts.changed('state');
  }
}
