import * as v from 'valibot';
import browser, { type Proxy } from 'webextension-polyfill';
import type { RouteState } from '../../protocol/page-calls.ts';
import type { SocksAddress, TorStatus } from '../../protocol/tor-status.ts';
import { serial } from '../../store/serial.ts';
import {
  type BrowserProxy,
  browserProxySchema,
  browserSocks,
  decideRoute,
  type Route,
} from './decide-route.ts';

type ProxyRequest = Proxy.OnRequestDetailsType;
type Proxied = { type: string; host?: string; port?: number; [field: string]: unknown };
type ProxyAnswer = [Proxied, null];

/**
 * This one and no other. Where the list simply ends, Firefox goes on with the proxy of its own settings
 * when ours can't be reached, and the name of a friend's onion would be told to whoever runs that.
 */
const only = (proxy: Proxied): ProxyAnswer => [proxy, null];

/** Where a request of ours goes while no route is known: nobody listens there, so it fails at once. */
const nowhere = only({ type: 'socks', host: '127.0.0.1', port: 1, proxyDNS: true });

/**
 * Decides the route from the browser and the host, keeps it up to date, and holds the add-on's own
 * requests to it twice: `open` is awaited before a request is made, and the proxy listener sends
 * whatever slipped past to a port where nobody listens. Requests of the person's pages are never touched.
 */
export class RouteGuard {
  #route: Route = { state: 'undecided' };
  #proxy: BrowserProxy | undefined;
  #torBrowser = false;
  #hostSocks: SocksAddress | undefined;
  /** The answer for one SOCKS address; another address needs another probe. */
  #probed: { socks: string; isTor: boolean } | undefined;
  readonly #oneByOne = serial();
  #waiting: Array<() => void> = [];
  readonly #isTor: (socks: SocksAddress) => Promise<boolean>;
  readonly #hostIsThere: () => boolean;
  readonly #changed: (state: RouteState) => void;
  readonly #ownOrigin = browser.runtime.getURL('');
  /** Isolates our streams from other sessions' on the host's Tor; no secret. */
  readonly #isolation = crypto.randomUUID();

  constructor(ports: {
    isTor: (socks: SocksAddress) => Promise<boolean>;
    hostIsThere: () => boolean;
    changed: (state: RouteState) => void;
  }) {
    this.#isTor = ports.isTor;
    this.#hostIsThere = ports.hostIsThere;
    this.#changed = ports.changed;
  }

  get state(): RouteState {
    return this.#route.state;
  }

  /** Call in the first turn of the background script: event pages must register listeners there. */
  listen(): void {
    browser.proxy.onRequest.addListener(this.#answer, { urls: ['http://*.onion/*'] });
    browser.proxy.settings.onChange.addListener(() => void this.refresh());
  }

  /** Asks the browser again how it is connected, then decides anew. */
  async refresh(): Promise<void> {
    this.#set({ state: 'undecided' });
    const [settings, info] = await Promise.all([
      browser.proxy.settings.get({}),
      browser.runtime.getBrowserInfo(),
    ]);
    const proxy = v.safeParse(browserProxySchema, settings.value);
    this.#proxy = proxy.success ? proxy.output : undefined;
    this.#torBrowser = info.name === 'Tor Browser' || info.vendor === 'Tor Project';
    await this.#decide();
  }

  /** The host came, went, or its Tor changed. */
  async hostChanged(tor: TorStatus): Promise<void> {
    this.#hostSocks = tor.phase === 'ready' ? tor.socks : undefined;
    await this.#decide();
  }

  /** Whether a request may be made now; waits at most `patience` ms for a decision. */
  async open(patience: number): Promise<boolean> {
    if (!this.#isOpen()) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
        setTimeout(resolve, patience);
      });
    }
    return this.#isOpen();
  }

  #isOpen(): boolean {
    return this.#route.state === 'browser-tor' || this.#route.state === 'host-tor';
  }

  /** One decision at a time, each from the newest facts. */
  #decide(): Promise<void> {
    return this.#oneByOne(async () => {
      const own = browserSocks(this.#proxy);
      if (own && this.#hostIsThere() && this.#probed?.socks !== `${own.host}:${own.port}`) {
        this.#probed = { socks: `${own.host}:${own.port}`, isTor: await this.#isTor(own) };
      }
      const known = own && this.#probed?.socks === `${own.host}:${own.port}`;
      this.#set(
        decideRoute({
          proxy: this.#proxy,
          torBrowser: this.#torBrowser,
          hostSocks: this.#hostSocks,
          browserSocksIsTor: known ? (this.#probed?.isTor ?? false) : 'unknown',
        }),
      );
      // A Tor that was still starting answers the next probe.
      if (this.#probed?.isTor === false) this.#probed = undefined;
    });
  }

  #set(route: Route): void {
    const before = this.#route.state;
    this.#route = route;
    if (this.#isOpen()) {
      for (const resolve of this.#waiting) resolve();
      this.#waiting = [];
    }
    if (before !== route.state) this.#changed(route.state);
  }

  readonly #answer = (request: ProxyRequest): ProxyAnswer | undefined => {
    const origin = request.originUrl ?? request.documentUrl ?? '';
    if (!origin.startsWith(this.#ownOrigin)) return undefined;
    switch (this.#route.state) {
      case 'browser-tor':
        return undefined;
      case 'host-tor':
        return only({
          type: 'socks',
          ...this.#route.socks,
          proxyDNS: true,
          // One circuit per friend: Tor isolates streams by these two.
          username: new URL(request.url).hostname,
          password: this.#isolation,
        });
      case 'undecided':
      case 'none':
        return nowhere;
    }
  };
}
