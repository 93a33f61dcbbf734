import { isIPv4 } from 'node:net';
import { posix } from 'node:path';
import { CodedError } from '../../src/protocol/codes.ts';
import type { TorAttempt } from '../../src/protocol/tor-status.ts';
import type { AuthenticationHints } from './authenticate.ts';
import type { ControlAddress } from './control-connection.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What is known about the machine and the person's settings; nothing is looked up here. */
export interface Surroundings {
  readonly environment: Environment;
  readonly platform: NodeJS.Platform;
  readonly uid?: number;
}

/** One control port that might be there. */
export interface TorCandidate {
  readonly origin: TorAttempt['origin'];
  readonly address: ControlAddress;
  readonly hints: AuthenticationHints;
}

/** `NETWORK25_TOR` restricts where a Tor is looked for, one place or several; unset, everywhere, and our own last. */
const restrictions = ['environment', 'browser', 'system', 'own'] as const;
export type TorRestriction = (typeof restrictions)[number];

/** Throws CodedError `malformed` at a value it does not know: a typing error must not reach the system's Tor. */
export function torRestriction(environment: Environment): readonly TorRestriction[] | undefined {
  const value = environment['NETWORK25_TOR'];
  if (value === undefined || value === '') return undefined;
  return value.split(',').map((word) => {
    const known = restrictions.find((restriction) => restriction === word.trim());
    if (known === undefined) throw new CodedError('malformed', 'NETWORK25_TOR');
    return known;
  });
}

/** Whether our own tor may be started when no other is found. */
export function allowsOwnTor(environment: Environment): boolean {
  const restriction = torRestriction(environment);
  return restriction === undefined || restriction.includes('own');
}

/**
 * Folders that may hold a person's Tor things. A host that Tor Browser starts sees
 * HOME=<Tor Browser>/Browser and the real home in BB_ORIGINAL_HOME.
 */
export function homes({ environment }: Surroundings): string[] {
  return unique([environment['HOME'], environment['BB_ORIGINAL_HOME'], environment['USERPROFILE']]);
}

/** What each value of NETWORK25_TOR leaves of the places. */
const allowed = {
  environment: ['environment'],
  browser: ['environment', 'tor-browser'],
  system: ['system'],
  own: [],
} as const;

/**
 * Every control port worth trying, in the order they are tried: what the environment names, Tor
 * Browser's, the system's. `password` is one the person typed.
 */
export function torCandidates(around: Surroundings, password?: string): TorCandidate[] {
  const typed = password === undefined ? [] : [password];
  const groups = {
    environment: environmentAddresses(around.environment),
    'tor-browser': torBrowserAddresses(around),
    system: systemAddresses(around.platform),
  };
  const restriction = torRestriction(around.environment);
  const everywhere = ['environment', 'tor-browser', 'system'] as const;
  const places = restriction?.flatMap((word): readonly string[] => allowed[word]);
  const origins = everywhere.filter((origin) => places?.includes(origin) ?? true);
  return origins.flatMap((origin) =>
    groups[origin].map((address) => ({
      origin,
      address,
      hints:
        origin === 'environment'
          ? environmentHints(around.environment, typed)
          : { passwords: typed },
    })),
  );
}

/** A set but empty variable counts as unset, as start scripts of Tor Browser leave some. */
const value = (environment: Environment, name: string) => environment[name] || undefined;

function environmentAddresses(environment: Environment): ControlAddress[] {
  const path = value(environment, 'TOR_CONTROL_IPC_PATH');
  const port = Number(value(environment, 'TOR_CONTROL_PORT'));
  const named = value(environment, 'TOR_CONTROL_HOST') ?? 'localhost';
  const host = named === 'localhost' ? '127.0.0.1' : named;
  return [
    ...(path !== undefined && posix.isAbsolute(path) ? [{ path }] : []),
    ...(Number.isInteger(port) && port > 0 && port < 65_536 ? [{ host, port }] : []),
  ];
}

/**
 * Tor Browser sends TOR_CONTROL_PASSWD to Tor as it stands, so it may be a quoted string or hex;
 * other programs use the same variable for the bare password. Each reading is tried.
 */
function environmentHints(environment: Environment, typed: string[]): AuthenticationHints {
  const raw = value(environment, 'TOR_CONTROL_PASSWD');
  const cookieFile = value(environment, 'TOR_CONTROL_COOKIE_AUTH_FILE');
  const unquoted = /^"(.*)"$/.exec(raw ?? '')?.[1]?.replace(/\\(.)/g, '$1');
  const fromHex = /^([0-9a-fA-F]{2})+$/.test(raw ?? '')
    ? Buffer.from(raw ?? '', 'hex').toString('utf8')
    : undefined;
  return {
    passwords: unique([...typed, unquoted, fromHex, raw]),
    ...(cookieFile === undefined ? {} : { cookieFile }),
  };
}

function torBrowserAddresses(around: Surroundings): ControlAddress[] {
  const { platform, uid, environment } = around;
  const sockets: string[] = [];
  if (platform === 'darwin')
    for (const home of homes(around))
      sockets.push(`${home}/Library/Application Support/TorBrowser-Data/Tor/control.socket`);
  if (platform === 'linux') {
    const runtime =
      value(environment, 'XDG_RUNTIME_DIR') ?? (uid === undefined ? undefined : `/run/user/${uid}`);
    if (runtime !== undefined) sockets.push(`${runtime}/Tor/control.socket`);
    for (const home of homes(around))
      if (posix.basename(home) === 'Browser')
        sockets.push(`${home}/TorBrowser/Data/Tor/control.socket`);
  }
  return [...sockets.map((path) => ({ path })), ...loopback(9151, 9153)];
}

function systemAddresses(platform: NodeJS.Platform): ControlAddress[] {
  if (platform === 'win32') return loopback(9051);
  return [{ path: '/run/tor/control' }, { path: '/var/run/tor/control' }, ...loopback(9051)];
}

const loopback = (...ports: number[]) => ports.map((port) => ({ host: '127.0.0.1', port }));

const unique = (values: (string | undefined)[]): string[] => [
  ...new Set(values.filter((each): each is string => each !== undefined && each !== '')),
];

/**
 * Whether a control port's host is this machine, as an address: a name could lead anywhere. Control
 * passwords go nowhere else, and a service's port must be reachable from its Tor.
 */
export function isLoopback(host: string): boolean {
  return host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}
