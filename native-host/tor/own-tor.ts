import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CodedError } from '../../src/protocol/codes.ts';
import { rootOf } from '../data-directory.ts';
import { openControl, type AuthenticationHints, type Authenticated } from './authenticate.ts';
import type { Environment } from './candidates.ts';
import type { Clock } from './clock.ts';
import { torEnvironment, type TorBinary } from './tor-binaries.ts';

/** node:child_process's `spawn`, as far as it is used here. */
export type Spawn = (command: string, args: string[], options: SpawnOptions) => ChildProcess;

/** What our own tor keeps, below the host's data directory. */
export interface OwnTorFiles {
  /** Its DataDirectory. */
  readonly folder: string;
  /** The person's further settings (bridges …), read by tor as its torrc. May be missing. */
  readonly torrc: string;
  /** The same for all of the person's browser profiles; what the profile's own file says wins. */
  readonly sharedTorrc: string;
  readonly cookie: string;
  readonly controlPort: string;
}

export function ownTorFiles(dataDirectory: string): OwnTorFiles {
  const folder = join(dataDirectory, 'tor');
  return {
    folder,
    torrc: join(dataDirectory, 'torrc'),
    sharedTorrc: join(rootOf(dataDirectory), 'torrc'),
    cookie: join(folder, 'control_auth_cookie'),
    controlPort: join(folder, 'control-port'),
  };
}

/** What tor needs to find its settings and its folder; ours come last and win. */
export const ownTorBasics = (files: OwnTorFiles): string[] =>
  // Naming the defaults, there or not, keeps the system's torrc from reaching us.
  ['-f', files.torrc, '--ignore-missing-torrc', '--defaults-torrc', files.sharedTorrc].concat(
    '--DataDirectory',
    files.folder,
  );

/**
 * Our settings come on the command line, where they win over the person's torrc, which therefore
 * can't move the listeners we use off loopback.
 */
function ownTorArguments(files: OwnTorFiles, owner: number): string[] {
  const settings = {
    SocksPort: '127.0.0.1:auto IsolateSOCKSAuth KeepAliveIsolateSOCKSAuth ExtendedErrors',
    ControlPort: '127.0.0.1:auto',
    ControlPortWriteToFile: files.controlPort,
    CookieAuthentication: '1',
    CookieAuthFile: files.cookie,
    ClientOnly: '1',
    AvoidDiskWrites: '1',
    Log: 'notice stdout',
    // Tor looks every 15 s whether the host still lives; TAKEOWNERSHIP below ends it sooner.
    __OwningControllerProcess: String(owner),
  };
  return [
    ...ownTorBasics(files),
    ...Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
  ];
}

export interface OwnTor extends Authenticated {
  readonly ended: Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface OwnTorStart {
  readonly binary: TorBinary;
  readonly files: OwnTorFiles;
  readonly environment: Environment;
  readonly spawn: Spawn;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Its ports open within a second; the slowest machine we have seen took a few. */
const startWithin = 30_000;
/** The browser kills the host about 3 s after it has asked it to end. */
const stopWithin = 1_500;

/**
 * Starts our own tor and comes back authenticated, long before it has reached the network. It ends
 * with our connection, or with this process. Rejects with CodedError `tor-start-failed`; its detail
 * is tor's last warning or error.
 */
export async function startOwnTor(start: OwnTorStart): Promise<OwnTor> {
  const { files, clock, signal } = start;
  await mkdir(files.folder, { recursive: true, mode: 0o700 });
  await rm(files.controlPort, { force: true });
  const tor = run(start);
  try {
    const port = await controlPort(files, tor, clock, signal);
    const control = await openControl({ host: '127.0.0.1', port }, ownTorHints(files), signal);
    await control.connection.ask('TAKEOWNERSHIP');
    return { ...control, ended: tor.ended, stop: tor.stop };
  } catch {
    await tor.stop();
    throw new CodedError('tor-start-failed', tor.lastComplaint());
  }
}

/** The cookie is where we told tor to keep it, whatever the port says. */
export const ownTorHints = (files: OwnTorFiles): AuthenticationHints => ({
  passwords: [],
  cookieFile: files.cookie,
});

interface RunningTor {
  readonly ended: Promise<void>;
  readonly hasEnded: () => boolean;
  readonly lastComplaint: () => string | undefined;
  readonly stop: () => Promise<void>;
}

function run({ binary, files, environment, spawn, clock }: OwnTorStart): RunningTor {
  const child = spawn(binary.path, ownTorArguments(files, process.pid), {
    env: torEnvironment(environment, binary),
    stdio: ['ignore', 'pipe', 'ignore'],
    cwd: files.folder,
  });
  let over = false;
  let log = '';
  const ended = new Promise<void>((resolve) => {
    const end = () => {
      over = true;
      resolve();
    };
    child.once('error', end);
    child.once('close', end);
  });
  child.stdout?.on('data', (chunk: Buffer) => {
    log = (log + chunk.toString('utf8')).slice(-8_192);
  });
  return {
    ended,
    hasEnded: () => over,
    // Tor warns of the cause before the error that only says it gives up.
    lastComplaint: () =>
      [...log.matchAll(/\[err\] (.{1,300})/g), ...log.matchAll(/\[warn\] (.{1,300})/g)].at(-1)?.[1],
    stop: async () => {
      if (over) return;
      child.kill('SIGTERM');
      const patience = new AbortController();
      void ended.then(() => patience.abort());
      await clock.wait(stopWithin, patience.signal);
      if (!over) child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Tor writes the port it chose into a file: `PORT=127.0.0.1:1234`. */
export async function writtenControlPort(files: OwnTorFiles): Promise<number | undefined> {
  const text = await readFile(files.controlPort, 'latin1').catch(() => '');
  const port = /^PORT=127\.0\.0\.1:(\d{1,5})\s/m.exec(text)?.[1];
  return port === undefined ? undefined : Number(port);
}

async function controlPort(
  files: OwnTorFiles,
  tor: RunningTor,
  clock: Clock,
  signal: AbortSignal,
): Promise<number> {
  for (const end = clock.now() + startWithin; clock.now() < end;) {
    if (tor.hasEnded() || signal.aborted) break;
    const port = await writtenControlPort(files);
    if (port !== undefined) return port;
    await clock.wait(50, signal);
  }
  throw new CodedError('tor-start-failed');
}
