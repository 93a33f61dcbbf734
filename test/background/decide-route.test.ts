import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { browserSocks, decideRoute } from '../../src/background/route/decide-route.ts';

const torBrowserProxy = {
  proxyType: 'manual',
  http: '',
  socks: '127.0.0.1:9150',
  socksVersion: 5,
  proxyDNS: true,
  passthrough: '',
};
const hostSocks = { host: '127.0.0.1', port: 9050 };
const nothing = {
  proxy: { proxyType: 'system' },
  torBrowser: false,
  hostSocks: undefined,
  browserSocksIsTor: 'unknown' as const,
};

describe('the route of the add-on’s own requests', () => {
  it('is the browser’s own Tor when the host has found a Tor behind its SOCKS', () => {
    expect(
      decideRoute({ ...nothing, proxy: torBrowserProxy, browserSocksIsTor: true, hostSocks }).state,
    ).toBe('browser-tor');
  });

  it('is Tor Browser’s own Tor when there is no host to ask', () => {
    expect(decideRoute({ ...nothing, proxy: torBrowserProxy, torBrowser: true }).state).toBe(
      'browser-tor',
    );
  });

  it('waits while nobody has looked behind an unknown browser’s SOCKS', () => {
    expect(decideRoute({ ...nothing, proxy: torBrowserProxy }).state).toBe('undecided');
  });

  it('is not a SOCKS server that is no Tor, even in Tor Browser', () => {
    expect(
      decideRoute({
        ...nothing,
        proxy: torBrowserProxy,
        torBrowser: true,
        browserSocksIsTor: false,
      }).state,
    ).toBe('none');
  });

  it('is the host’s Tor in an ordinary browser', () => {
    expect(decideRoute({ ...nothing, hostSocks })).toEqual({ state: 'host-tor', socks: hostSocks });
  });

  it('is nothing at all without any Tor', () => {
    expect(decideRoute(nothing).state).toBe('none');
    expect(decideRoute({ ...nothing, proxy: undefined, hostSocks }).state).toBe('undecided');
  });
});

describe('the browser’s own SOCKS', () => {
  it.each([
    ['names resolved here', { proxyDNS: false }],
    ['SOCKS 4', { socksVersion: 4 }],
    ['an HTTP proxy before it', { http: '10.0.0.1:8080' }],
    ['an exception that could name an onion', { passthrough: 'localhost, .onion' }],
    ['another machine', { socks: '192.0.2.1:9150' }],
    ['a name that only looks like loopback', { socks: '127.0.0.1.example:9150' }],
    ['no port', { socks: '127.0.0.1' }],
    ['port 0', { socks: '127.0.0.1:0' }],
    ['a port too high', { socks: '127.0.0.1:70000' }],
    ['automatic configuration', { proxyType: 'autoConfig' }],
  ])('is not trusted with %s', (_why, change) => {
    expect(browserSocks({ ...torBrowserProxy, ...change })).toBeUndefined();
  });

  it('keeps exceptions for this machine', () => {
    expect(browserSocks({ ...torBrowserProxy, passthrough: 'localhost, 127.0.0.1' })).toEqual({
      host: '127.0.0.1',
      port: 9150,
    });
  });
});

it('never opens a route unless a Tor is known, whatever the browser says', () => {
  const text = fc.oneof(
    fc.string(),
    fc.constantFrom('manual', 'system', '127.0.0.1:9150', 'localhost:1', ''),
  );
  fc.assert(
    fc.property(
      fc.option(
        fc.record({
          proxyType: text,
          http: text,
          socks: text,
          socksVersion: fc.constantFrom(4, 5),
          proxyDNS: fc.boolean(),
          passthrough: text,
        }),
        { nil: undefined },
      ),
      fc.constantFrom(false as const, 'unknown' as const),
      (proxy, browserSocksIsTor) => {
        const { state } = decideRoute({
          proxy,
          torBrowser: false,
          hostSocks: undefined,
          browserSocksIsTor,
        });
        return state === 'undecided' || state === 'none';
      },
    ),
  );
});
