import { describe, expect, it } from 'vitest';
import {
  allowsOwnTor,
  isLoopback,
  torCandidates,
  type Surroundings,
} from '../../native-host/tor/candidates.ts';
import { nameOfAddress } from '../../native-host/tor/control-connection.ts';

const linux = (environment: Record<string, string> = {}): Surroundings => ({
  environment: { HOME: '/home/ada', ...environment },
  platform: 'linux',
  uid: 1000,
});

const places = (around: Surroundings) =>
  torCandidates(around).map(({ origin, address }) => `${origin} ${nameOfAddress(address)}`);

describe('where a Tor is looked for', () => {
  it('is, in order, what the environment names, Tor Browser, the system', () => {
    expect(places(linux({ TOR_CONTROL_PORT: '9251' }))).toEqual([
      'environment 127.0.0.1:9251',
      'tor-browser /run/user/1000/Tor/control.socket',
      'tor-browser 127.0.0.1:9151',
      'tor-browser 127.0.0.1:9153',
      'system /run/tor/control',
      'system /var/run/tor/control',
      'system 127.0.0.1:9051',
    ]);
  });

  it('has the sockets of macOS, and on Windows ports only', () => {
    expect(places({ environment: { HOME: '/Users/ada' }, platform: 'darwin', uid: 501 })).toEqual([
      'tor-browser /Users/ada/Library/Application Support/TorBrowser-Data/Tor/control.socket',
      'tor-browser 127.0.0.1:9151',
      'tor-browser 127.0.0.1:9153',
      'system /run/tor/control',
      'system /var/run/tor/control',
      'system 127.0.0.1:9051',
    ]);
    expect(places({ environment: { USERPROFILE: 'C:\\Users\\ada' }, platform: 'win32' })).toEqual([
      'tor-browser 127.0.0.1:9151',
      'tor-browser 127.0.0.1:9153',
      'system 127.0.0.1:9051',
    ]);
  });

  it('knows that Tor Browser on Linux moves HOME into its own folder', () => {
    const around = linux({ HOME: '/opt/tb/Browser', BB_ORIGINAL_HOME: '/home/ada' });
    expect(places(around)).toContain(
      'tor-browser /opt/tb/Browser/TorBrowser/Data/Tor/control.socket',
    );
  });

  it('takes a socket before a port, and passes over what is empty or no port', () => {
    const environment = { TOR_CONTROL_IPC_PATH: '/tmp/c.sock', TOR_CONTROL_PORT: '9251' };
    expect(places(linux(environment)).slice(0, 2)).toEqual([
      'environment /tmp/c.sock',
      'environment 127.0.0.1:9251',
    ]);
    for (const port of ['', '0', '-1', '70000', '9051x', 'ninety'])
      expect(places(linux({ TOR_CONTROL_PORT: port, TOR_CONTROL_IPC_PATH: 'relative' }))[0]).toBe(
        'tor-browser /run/user/1000/Tor/control.socket',
      );
  });

  it.each([
    ['unset', {}, []],
    ['set but empty', { TOR_CONTROL_PASSWD: '' }, []],
    ['bare', { TOR_CONTROL_PASSWD: 'pass word' }, ['pass word']],
    ['quoted', { TOR_CONTROL_PASSWD: String.raw`"a \"b\""` }, ['a "b"', String.raw`"a \"b\""`]],
    ['hex', { TOR_CONTROL_PASSWD: '6162' }, ['ab', '6162']],
  ])('reads a password of the environment that is %s', (_, environment, passwords) => {
    const [candidate] = torCandidates(linux({ TOR_CONTROL_PORT: '9251', ...environment }));
    expect(candidate?.hints.passwords).toEqual(passwords);
  });

  it('keeps the environment’s password and cookie for the environment’s Tor', () => {
    const around = linux({
      TOR_CONTROL_PORT: '9251',
      TOR_CONTROL_PASSWD: 'secret',
      TOR_CONTROL_COOKIE_AUTH_FILE: '/tmp/cookie',
    });
    const [named, ...others] = torCandidates(around, 'typed');
    expect(named?.hints).toEqual({ passwords: ['typed', 'secret'], cookieFile: '/tmp/cookie' });
    for (const other of others) expect(other.hints).toEqual({ passwords: ['typed'] });
  });

  it.each([
    ['environment', ['environment']],
    ['browser', ['environment', 'tor-browser']],
    ['system', ['system']],
    ['own', []],
    ['browser,own', ['environment', 'tor-browser']],
    ['system, environment', ['environment', 'system']],
  ])('can be narrowed by NETWORK25_TOR=%s', (value, origins) => {
    const around = linux({ TOR_CONTROL_PORT: '9251', NETWORK25_TOR: value });
    expect([...new Set(torCandidates(around).map(({ origin }) => origin))]).toEqual(origins);
    expect(allowsOwnTor(around.environment)).toBe(value.includes('own'));
  });

  it('is nowhere at all when NETWORK25_TOR is misspelt', () => {
    for (const misspelt of ['Own', 'own,', 'own browser'])
      expect(() => torCandidates(linux({ NETWORK25_TOR: misspelt }))).toThrow('NETWORK25_TOR');
  });

  it('is this machine only', () => {
    for (const host of ['127.0.0.1', '127.9.9.9', '::1']) expect(isLoopback(host)).toBe(true);
    for (const host of ['localhost', '10.0.0.1', '127.0.0.1.example.com', '0.0.0.0', '127.1', ''])
      expect(isLoopback(host)).toBe(false);
  });
});
