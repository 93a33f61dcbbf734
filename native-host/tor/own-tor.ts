import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { CodedError } from '../../src/protocol/codes.ts';
import { openControl, type Authenticated } from './authenticate.ts';
import { bridgeCommand } from './bridge-command.ts';
import type { Environment } from './candidates.ts';
import type { Clock } from './clock.ts';
import { endOrphan } from './orphan.ts';
import {
  ownTorBasics,
  ownTorHints,
  writtenControlPort,
  type OwnTorFiles,
} from './own-tor-files.ts';
import type { BridgePlan } from './transport-programs.ts';
import { torEnvironment, type TorBinary } from './tor-binaries.ts';

/** node:child_process's `spawn`, as far as it is used here. */
export type Spawn = (command: string, args: string[], options: SpawnOptions) => ChildProcess;

/**
 * Our settings come on the command line, where they win over the person's torrc, which therefore
 * can't move the listeners we use off loopback.
 */
function ownTorArguments(files: OwnTorFiles, owner: number, offline: boolean): string[] {
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
    // Until it knows its bridges.
    ...(offline ? { DisableNetwork: '1' } : {}),
  };
  return [
    ...ownTorBasics(files),
    ...Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
  ];
}

export interface OwnTor extends Authenticated {
  readonly ended: Promise<void>;
  readonly stop: () => Promise<void>;
  /** How many bridges it may enter its network by; 0: as everybody does. */
  readonly bridges: number;
}

export interface OwnTorStart {
  readonly binary: TorBinary;
  readonly files: OwnTorFiles;
  /** The person's bridges, when some are set: then it goes by them and no other way. */
  readonly bridges?: BridgePlan;
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
 * with our connection, or with this process. Rejects with CodedError `bridge-program-missing` before
 * anything is started, or `tor-start-failed`, whose detail is tor's last warning or error.
 */
export async function startOwnTor(start: OwnTorStart): Promise<OwnTor> {
  const { files, clock, signal, bridges } = start;
  await mkdir(files.folder, { recursive: true, mode: 0o700 });
  const goOnline = bridges && (await bridgeCommand(bridges, files.folder));
  await endOrphan(files, clock, signal);
  await rm(files.controlPort, { force: true });
  const tor = run(start);
  try {
    const port = await controlPort(files, tor, clock, signal);
    const control = await openControl({ host: '127.0.0.1', port }, ownTorHints(files), signal);
    await control.connection.ask('TAKEOWNERSHIP');
    if (goOnline !== undefined && (await control.connection.ask(goOnline)).status !== 250)
      throw new CodedError('tor-start-failed');
    const used = bridges?.usable.length ?? 0;
    return { ...control, ended: tor.ended, stop: tor.stop, bridges: used };
  } catch {
    await tor.stop();
    throw new CodedError('tor-start-failed', tor.lastComplaint());
  }
}

interface RunningTor {
  readonly ended: Promise<void>;
  readonly hasEnded: () => boolean;
  readonly lastComplaint: () => string | undefined;
  readonly stop: () => Promise<void>;
}

function run(start: OwnTorStart): RunningTor {
  const { binary, files, environment, spawn, clock, bridges } = start;
  const child = spawn(binary.path, ownTorArguments(files, process.pid, bridges !== undefined), {
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
