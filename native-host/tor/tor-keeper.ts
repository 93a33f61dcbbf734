import type { Code } from '../../src/protocol/codes.ts';
import { idleTorStatus, type TorStatus } from '../../src/protocol/tor-status.ts';
import { holdTor, type HeldTor } from './held-tor.ts';
import { pendingService, type LocalEndpoint, type ServiceWish } from './service-wish.ts';
import {
  lookForRunningTor,
  lookForTor,
  type SearchPorts,
  type SearchResult,
} from './tor-search.ts';
import type { TorSession } from './tor-session.ts';

/** After a loss a Tor that restarts gets this long to come back before our own is started instead. */
const comeBackWaits = [250, 1_000, 2_000, 4_000];
/** How long until a fruitless search is repeated by itself. */
const searchAgainAfter = 30_000;
/** A tor of ours that does not start, or ends at once, is started ever less often: this is the longest. */
const longestPause = 480_000;

export interface KeeperOptions extends Omit<SearchPorts, 'onStarting'> {
  readonly endpoint: LocalEndpoint;
  onStatus(status: TorStatus): void;
}

/**
 * Looks for a Tor, holds it, and when it is lost looks again, until the signal of its options aborts.
 * On whatever Tor it holds it keeps the wished service up.
 */
export class TorKeeper {
  readonly #options: KeeperOptions;
  #status = idleTorStatus;
  #wish: ServiceWish | undefined;
  #password: string | undefined;
  #held: HeldTor | undefined;
  /** A search that has found a Tor already, to be held next. */
  #next: SearchResult | undefined;
  /** A password was typed while a look was under way, which may have passed its Tor already. */
  #again = false;
  #nudge = new AbortController();
  #waiters: (() => void)[] = [];
  /** Our own tor is being ended only to be started anew. */
  #restarting = false;
  /** How often in a row our own tor has failed. */
  #failures = 0;

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  get status(): TorStatus {
    return this.#status;
  }

  /** What only we know and a diagnosis needs. */
  get knowledge(): { password?: string; address?: string } {
    return {
      ...(this.#password === undefined ? {} : { password: this.#password }),
      ...(this.#wish === undefined ? {} : { address: this.#wish.address }),
    };
  }

  /** Goes on until the signal aborts; then nothing of ours is left on any Tor. */
  async run(): Promise<void> {
    const { signal, clock } = this.#options;
    while (!signal.aborted) {
      const { session, attempts, code } = await this.#search();
      if (session === undefined) {
        this.#settle({
          phase: 'failed',
          attempts,
          ...(code === undefined ? {} : { code }),
          service: this.#pendingService(code),
        });
        await this.#pause(
          attempts.some(({ origin, outcome }) => origin === 'own' && outcome === 'failed'),
        );
        continue;
      }
      const since = clock.now();
      const { wasReady, code: why } = await this.#hold(session, attempts);
      const anew = this.#restarting;
      this.#restarting = false;
      if (signal.aborted || anew || this.#next !== undefined) continue;
      this.#settle({
        phase: why === 'tor-lost' ? 'lost' : 'failed',
        code: why,
        attempts,
        service: this.#pendingService(),
      });
      // What fails again and again is not tried in a hurry.
      const hasty = clock.now() - since < searchAgainAfter;
      const own = session.source === 'own';
      if (!wasReady || (own && hasty)) await this.#pause(own && hasty);
      else if (session.source !== 'own') await this.#comeBack();
    }
  }

  /** Resolves when the look that is under way, or the one this asks for, has found a Tor or given up. */
  look(password: string | undefined): Promise<void> {
    if (password !== undefined) this.#password = password;
    const settled = new Promise<void>((resolve) => this.#waiters.push(resolve));
    if (this.#held === undefined) {
      this.#again ||= password !== undefined;
      this.#nudge.abort();
    } else if (password !== undefined || this.#held.session.source === 'own') {
      // Our own may stand in for a Tor that has come back; it is left for it when the person asks.
      void this.#lookForBetter();
    } else {
      this.#settle(this.#status);
    }
    return settled;
  }

  /** Resolves when Tor has been told, if there is one. */
  async want(wish: ServiceWish | undefined): Promise<void> {
    this.#wish = wish;
    if (this.#status.phase === 'ready') await this.#held?.services.want(wish);
    else if (this.#status.phase !== 'idle') {
      const { phase, code } = this.#status;
      const service = this.#pendingService(phase === 'failed' ? code : undefined);
      this.#report({ ...this.#status, service });
    }
  }

  /** Calls at our own address; gives why nobody of ours answered. */
  async test(): Promise<Code | undefined> {
    if (this.#held === undefined || this.#status.phase !== 'ready') {
      return this.#status.code ?? 'tor-not-found';
    }
    return this.#held.services.test();
  }

  /** Our own tor is started again, with what is set now; another Tor is left alone. */
  async restartOwn(): Promise<void> {
    if (this.#held !== undefined && this.#held.session.source !== 'own') return;
    this.#restarting = true;
    this.#again = true;
    this.#nudge.abort();
    await this.#held?.session.end();
  }

  async end(): Promise<void> {
    await this.#held?.session.end();
    this.#settle(this.#status);
  }

  async #search(): Promise<SearchResult> {
    const found = this.#next;
    this.#next = undefined;
    if (found !== undefined) return found;
    this.#report({ phase: 'looking', attempts: [], service: this.#pendingService() });
    const ports = {
      ...this.#options,
      onStarting: (attempts: TorStatus['attempts']) =>
        this.#report({ phase: 'starting', attempts, service: this.#pendingService() }),
    };
    for (;;) {
      this.#again = false;
      this.#restarting = false;
      const result = await lookForTor(ports, this.#password);
      // Its settings were changed while it started.
      if (this.#restarting && result.session?.source === 'own') {
        await result.session.end();
        continue;
      }
      if (result.session !== undefined || !this.#again) return result;
    }
  }

  /** Resolves when this Tor is lost. */
  async #hold(
    session: TorSession,
    attempts: TorStatus['attempts'],
  ): Promise<{ wasReady: boolean; code: Code }> {
    const { clock, endpoint } = this.#options;
    let isReady = false;
    const held = holdTor({
      session,
      attempts,
      endpoint,
      clock,
      onTor: (status) => {
        const wasReady = isReady;
        isReady = status.phase === 'ready';
        const service = wasReady ? this.#status.service : this.#pendingService();
        this.#settle({ ...status, service });
        if (isReady && !wasReady) void held.services.want(this.#wish);
      },
      onService: (service) => this.#report({ ...this.#status, service }),
    });
    this.#held = held;
    const end = await held.lost;
    this.#held = undefined;
    return end;
  }

  /** A Tor that we did not start may be restarting: it gets a while before our own takes over. */
  async #comeBack(): Promise<void> {
    const { clock, signal } = this.#options;
    for (const wait of comeBackWaits) {
      await clock.wait(wait, signal);
      if (signal.aborted) return;
      const result = await lookForRunningTor(this.#options, this.#password);
      if (result.session === undefined) continue;
      this.#next = result;
      return;
    }
  }

  /** Only a Tor that comes before the one we hold, and lets us in, replaces it. */
  async #lookForBetter(): Promise<void> {
    const held = this.#held?.session;
    const result = await lookForRunningTor(this.#options, this.#password, {
      ...(held === undefined ? {} : { before: held.control }),
      connected: held?.source === 'own' && this.#status.phase === 'ready',
    });
    if (result.session === undefined || this.#held === undefined) {
      await result.session?.end();
      const kept = this.#status.attempts.filter(({ outcome }) => outcome === 'authenticated');
      this.#settle({ ...this.#status, attempts: [...result.attempts, ...kept] });
      return;
    }
    this.#next = result;
    await this.#held.session.end();
  }

  /** Until the next search; longer with every failure of our own tor in a row. A look ends it. */
  async #pause(ownFailed: boolean): Promise<void> {
    const { clock, signal } = this.#options;
    this.#failures = ownFailed ? this.#failures + 1 : 0;
    const wait = Math.min(searchAgainAfter * 2 ** Math.max(0, this.#failures - 1), longestPause);
    this.#nudge = new AbortController();
    await clock.wait(wait, AbortSignal.any([this.#nudge.signal, signal]));
  }

  #pendingService(code?: TorStatus['code']): TorStatus['service'] {
    return pendingService(this.#wish, code);
  }

  #report(status: TorStatus): void {
    if (this.#options.signal.aborted) return;
    this.#status = status;
    this.#options.onStatus(status);
  }

  #settle(status: TorStatus): void {
    this.#report(status);
    for (const resolve of this.#waiters.splice(0)) resolve();
  }
}
