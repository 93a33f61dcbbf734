import { codeOf, type Code } from '../../src/protocol/codes.ts';
import { idleTorStatus, type TorStatus } from '../../src/protocol/tor-status.ts';
import { followBootstrap } from './bootstrap.ts';
import { keepService, type ServiceKeeper } from './service-keeper.ts';
import type { LocalEndpoint, ServiceWish } from './service-wish.ts';
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
  #held: { session: TorSession; keeper: ServiceKeeper } | undefined;
  /** A search that has found a Tor already, to be held next. */
  #next: SearchResult | undefined;
  /** A password was typed while a look was under way, which may have passed its Tor already. */
  #again = false;
  #nudge = new AbortController();
  #waiters: (() => void)[] = [];

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
        await this.#pause();
        continue;
      }
      const since = clock.now();
      const { wasReady, code: why } = await this.#hold(session, attempts);
      if (signal.aborted || this.#next !== undefined) continue;
      this.#settle({
        phase: why === 'tor-lost' ? 'lost' : 'failed',
        code: why,
        attempts,
        service: this.#pendingService(),
      });
      // What fails again and again is not tried in a hurry.
      const hasty = session.source === 'own' && clock.now() - since < searchAgainAfter;
      if (!wasReady || hasty) await this.#pause();
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
    } else if (password !== undefined) {
      void this.#lookForBetter();
    } else {
      this.#settle(this.#status);
    }
    return settled;
  }

  /** Resolves when Tor has been told, if there is one. */
  async want(wish: ServiceWish | undefined): Promise<void> {
    this.#wish = wish;
    if (this.#status.phase === 'ready') await this.#held?.keeper.want(wish);
    else if (this.#status.phase !== 'idle') {
      const { phase, code } = this.#status;
      const service = this.#pendingService(phase === 'failed' ? code : undefined);
      this.#report({ ...this.#status, service });
    }
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
      const result = await lookForTor(ports, this.#password);
      if (result.session !== undefined || !this.#again) return result;
    }
  }

  /** Resolves when this Tor is lost. */
  async #hold(
    session: TorSession,
    attempts: TorStatus['attempts'],
  ): Promise<{ wasReady: boolean; code: Code }> {
    const { clock, endpoint } = this.#options;
    let code: Code = 'tor-lost';
    const over = new AbortController();
    void session.ended.then(() => over.abort());
    const keeper = keepService({
      session,
      endpoint,
      clock,
      onService: (service) => this.#report({ ...this.#status, service }),
    });
    this.#held = { session, keeper };
    const about = {
      source: session.source,
      control: session.control,
      version: session.version,
      ...(session.socks === undefined ? {} : { socks: session.socks }),
      attempts,
    };
    try {
      await followBootstrap(session, clock, over.signal, (progress, stalled) =>
        this.#settle({
          phase: 'bootstrapping',
          ...about,
          ...progress,
          ...(stalled ? { code: 'tor-bootstrap-stalled' } : {}),
          service: this.#pendingService(),
        }),
      );
      if (!over.signal.aborted) {
        const service = this.#pendingService();
        this.#settle({ phase: 'ready', ...about, progress: 100, step: 'done', service });
        void keeper.want(this.#wish);
      }
      await session.ended;
    } catch (error) {
      // A Tor that no longer answers, or refuses what we need, is as good as lost.
      code = codeOf(error);
    }
    keeper.abandon();
    this.#held = undefined;
    await session.end();
    return { wasReady: this.#status.phase === 'ready', code };
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
    const result = await lookForRunningTor(
      this.#options,
      this.#password,
      this.#held?.session.control,
    );
    if (result.session === undefined || this.#held === undefined) {
      await result.session?.end();
      const kept = this.#status.attempts.filter(({ outcome }) => outcome === 'authenticated');
      this.#settle({ ...this.#status, attempts: [...result.attempts, ...kept] });
      return;
    }
    this.#next = result;
    await this.#held.session.end();
  }

  async #pause(): Promise<void> {
    const { clock, signal } = this.#options;
    this.#nudge = new AbortController();
    await clock.wait(searchAgainAfter, AbortSignal.any([this.#nudge.signal, signal]));
  }

  /** What a service is while there is no Tor to have it: none, on its way, or failed with the search. */
  #pendingService(code?: TorStatus['code']): TorStatus['service'] {
    if (this.#wish === undefined) return { phase: 'none' };
    const { address } = this.#wish;
    return code === undefined
      ? { phase: 'publishing', address }
      : { phase: 'failed', address, code };
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
