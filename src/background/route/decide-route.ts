import * as v from 'valibot';
import type { RouteState } from '../../protocol/page-calls.ts';
import type { SocksAddress } from '../../protocol/tor-status.ts';

/** The parts of `browser.proxy.settings` that matter here, as the browser reports them. */
export const browserProxySchema = v.object({
  proxyType: v.optional(v.string()),
  http: v.optional(v.string()),
  socks: v.optional(v.string()),
  socksVersion: v.optional(v.number()),
  proxyDNS: v.optional(v.boolean()),
  passthrough: v.optional(v.string()),
});

export type BrowserProxy = v.InferOutput<typeof browserProxySchema>;

export interface RouteFacts {
  /** `undefined` while the browser has not told. */
  proxy: BrowserProxy | undefined;
  /** Whether the browser says it is Tor Browser. */
  torBrowser: boolean;
  /** The SOCKS port of the Tor that the host uses, once that Tor is ready. */
  hostSocks: SocksAddress | undefined;
  /** What the host found behind the browser's own SOCKS address; `unknown` when nobody could look. */
  browserSocksIsTor: boolean | 'unknown';
}

export type Route =
  { state: Exclude<RouteState, 'host-tor'> } | { state: 'host-tor'; socks: SocksAddress };

const loopback = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * The SOCKS address that every http request of this browser goes through with names resolved at
 * the far end, or `undefined` when the browser's own settings don't guarantee that for .onion.
 */
export function browserSocks(proxy: BrowserProxy | undefined): SocksAddress | undefined {
  if (proxy?.proxyType !== 'manual' || proxy.socksVersion !== 5 || proxy.proxyDNS !== true) {
    return undefined;
  }
  // An HTTP proxy would take http:// before SOCKS is asked, and an exception could name an onion.
  if (proxy.http || mentionsOnion(proxy.passthrough ?? '')) return undefined;
  const match = /^(?:socks:\/\/)?(127\.0\.0\.1|localhost|\[::1\]):(\d{1,5})$/.exec(
    proxy.socks ?? '',
  );
  const host = match?.[1];
  const port = Number(match?.[2]);
  if (host === undefined || !loopback.has(host) || port < 1 || port > 65_535) return undefined;
  return { host, port };
}

/** Exceptions that can only name this machine are harmless; anything else might match an onion. */
function mentionsOnion(passthrough: string): boolean {
  return passthrough
    .split(/[\s,;]+/)
    .some((entry) => entry !== '' && !/^(localhost|127\.[\d./]+|\[?::1\]?|<local>)$/.test(entry));
}

/**
 * How the add-on's own requests may reach onions. Fails closed: whatever isn't known to be Tor
 * gives `undecided` (wait) or `none` (nothing to wait for), and no request is made.
 *
 * 1. The browser's own SOCKS is a Tor (the host probed it; or, without a host, the browser is Tor
 *    Browser, whose proxy can't be bypassed): use it, configure nothing.
 * 2. Else the Tor the host has found or started.
 */
export function decideRoute(facts: RouteFacts): Route {
  if (facts.proxy === undefined) return { state: 'undecided' };
  const own = browserSocks(facts.proxy);
  if (own) {
    if (facts.browserSocksIsTor === true) return { state: 'browser-tor' };
    if (facts.browserSocksIsTor === 'unknown' && facts.torBrowser) return { state: 'browser-tor' };
  }
  if (facts.hostSocks) return { state: 'host-tor', socks: facts.hostSocks };
  return own && facts.browserSocksIsTor === 'unknown' ? { state: 'undecided' } : { state: 'none' };
}
