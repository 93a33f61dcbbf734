import { access } from 'node:fs/promises';
import { codeOf, type Code } from '../../src/protocol/codes.ts';
import type { TorAttempt } from '../../src/protocol/tor-status.ts';
import { codeOfTrouble, parseBootstrap } from './bootstrap.ts';
import { readBridges } from './bridge-file.ts';
import {
  torCandidates,
  torRestriction,
  type Surroundings,
  type TorCandidate,
} from './candidates.ts';
import type { ControlConnection } from './control-connection.ts';
import { existingServices, foreignServices, type ExistingServices } from './existing-services.ts';
import { tryCandidate } from './find-tor.ts';
import type { Spawn } from './own-tor.ts';
import { ownTorBasics, ownTorFiles, ownTorHints, writtenControlPort } from './own-tor-files.ts';
import { planBridges } from './transport-programs.ts';
import { findTorBinary, torBinaryPlaces, torEnvironment } from './tor-binaries.ts';
import { getInfo, listeners } from './tor-session.ts';

export interface DiagnosisPorts {
  readonly around: Surroundings;
  readonly dataDirectory: string;
  readonly spawn: Spawn;
  readonly password?: string;
  /** The person's own address, when it is known. */
  readonly address?: string;
}

/** One place where a Tor may be, and what was found there. */
export interface PlaceDiagnosis extends TorAttempt {
  readonly version?: string;
  /** Bootstrap, 0 to 100. */
  readonly progress?: number;
  readonly socks?: readonly string[];
  readonly services?: ExistingServices;
  /** What is in its way: a version too old, no network, a bootstrap that stands still. */
  readonly warnings?: readonly Code[];
  /** Services on Network25's own port that aren't at the person's address. */
  readonly foreign?: readonly string[];
}

/** How many bridges are set and which of them can be used; or why that can't be known. */
export type BridgeDiagnosis =
  | {
      readonly set: number;
      readonly missing: readonly string[];
      readonly programs: readonly string[];
    }
  | { readonly code: Code };

/** What `doctor --json` says of Tor. */
export interface TorDiagnosis {
  /** NETWORK25_TOR, when it restricts where we look. */
  readonly restriction?: string;
  readonly places: readonly PlaceDiagnosis[];
  readonly ownTor: {
    /** The program that would be started; none was found when missing. */
    readonly binary?: string;
    readonly version?: string;
    /** Where it keeps its things. */
    readonly folder: string;
    /** The person's further settings, when there are any. */
    readonly torrc?: string;
    /** What tor finds wrong with them. */
    readonly complaint?: string;
    /** The bridges set for it; without this it goes as everybody does. */
    readonly bridges?: BridgeDiagnosis;
  };
}

/**
 * Looks at every place, also past the first Tor that lets us in, and asks what is there. Nothing is
 * started, added or changed.
 */
export async function diagnoseTor(ports: DiagnosisPorts): Promise<TorDiagnosis> {
  const { around, dataDirectory, password, address } = ports;
  const restriction = torRestriction(around.environment);
  const candidates = [...torCandidates(around, password), ...(await runningOwnTor(dataDirectory))];
  return {
    ...(restriction === undefined ? {} : { restriction: restriction.join(',') }),
    places: await Promise.all(candidates.map((each) => examine(each, address))),
    ownTor: await examineOwnTor(ports),
  };
}

/** Our own tor, when a host runs it just now. */
async function runningOwnTor(dataDirectory: string): Promise<TorCandidate[]> {
  const files = ownTorFiles(dataDirectory);
  const port = await writtenControlPort(files);
  return port === undefined
    ? []
    : [{ origin: 'own', address: { host: '127.0.0.1', port }, hints: ownTorHints(files) }];
}

async function examine(
  candidate: TorCandidate,
  address: string | undefined,
): Promise<PlaceDiagnosis> {
  const { attempt, found } = await tryCandidate(candidate);
  if (found === undefined) return attempt;
  try {
    return { ...attempt, version: found.version, ...(await question(found.connection, address)) };
  } catch {
    return { ...attempt, version: found.version };
  } finally {
    found.connection.close();
  }
}

async function question(
  connection: ControlConnection,
  address: string | undefined,
): Promise<Pick<PlaceDiagnosis, 'progress' | 'socks' | 'services' | 'foreign' | 'warnings'>> {
  const told = (key: string) => getInfo(connection, key).catch(() => '');
  const [socks, services, phase, version, network, bridges] = await Promise.all([
    listeners(connection),
    existingServices(connection),
    told('status/bootstrap-phase'),
    told('status/version/current'),
    told('network-liveness'),
    connection.ask('GETCONF UseBridges'),
  ]);
  const { progress, trouble } = parseBootstrap(phase) ?? {};
  const withBridges = bridges.lines[0]?.text === 'UseBridges=1';
  const inTheWay = trouble === undefined ? undefined : codeOfTrouble(trouble, withBridges);
  const warnings: Code[] = [
    ...(['obsolete', 'unrecommended'].includes(version) ? (['tor-version-old'] as const) : []),
    // Before its first circuit a Tor knows nothing of its network.
    ...(network === 'down' && progress === 100 ? (['tor-offline'] as const) : []),
    ...(inTheWay === undefined ? [] : [inTheWay]),
  ];
  return {
    socks,
    services,
    foreign: foreignServices(services, address),
    ...(progress === undefined ? {} : { progress }),
    ...(warnings.length === 0 ? {} : { warnings }),
  };
}

async function examineBridges(
  around: Surroundings,
  dataDirectory: string,
): Promise<BridgeDiagnosis | undefined> {
  try {
    const set = await readBridges(dataDirectory);
    if (set.length === 0) return undefined;
    const { missing, programs } = await planBridges(set, around);
    return { set: set.length, missing, programs: [...programs.keys()] };
  } catch (error) {
    return { code: codeOf(error) };
  }
}

async function examineOwnTor(ports: DiagnosisPorts): Promise<TorDiagnosis['ownTor']> {
  const { around, dataDirectory, spawn } = ports;
  const files = ownTorFiles(dataDirectory);
  const binary = await findTorBinary(torBinaryPlaces(around));
  const hasTorrc = await access(files.torrc).then(
    () => true,
    () => false,
  );
  const bridges = await examineBridges(around, dataDirectory);
  const about = {
    folder: files.folder,
    ...(hasTorrc ? { torrc: files.torrc } : {}),
    ...(bridges === undefined ? {} : { bridges }),
  };
  if (binary === undefined) return about;
  const ask = (args: string[]) =>
    output(spawn, binary.path, args, torEnvironment(around.environment, binary));
  const [said, checked] = await Promise.all([
    ask(['--version']),
    ask([...ownTorBasics(files), '--verify-config']),
  ]);
  const version = /Tor version (\S+?)\.?\s/.exec(said)?.[1];
  const complaint = checked.includes('Configuration was valid')
    ? undefined
    : /\[warn\] (Failed to parse.{0,300}|.{0,300})/.exec(checked)?.[1];
  return {
    ...about,
    binary: binary.path,
    ...(version === undefined ? {} : { version }),
    ...(complaint === undefined ? {} : { complaint }),
  };
}

/** What a short-lived program writes to its standard output, at most 64 KiB within 10 s. */
function output(
  spawn: Spawn,
  command: string,
  args: string[],
  env: Record<string, string>,
): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 10_000,
    });
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text = (text + chunk.toString('utf8')).slice(0, 65_536);
    });
    child.once('error', () => resolve(text));
    child.once('close', () => resolve(text));
  });
}
