import { CodedError, codeOf, type Code } from '../../src/protocol/codes.ts';
import type { TorAttempt } from '../../src/protocol/tor-status.ts';
import { parseBootstrap } from './bootstrap.ts';
import { allowsOwnTor, torCandidates, type Surroundings } from './candidates.ts';
import type { Clock } from './clock.ts';
import { nameOfAddress } from './control-connection.ts';
import { findTor, type FoundTor } from './find-tor.ts';
import { readBridges } from './bridge-file.ts';
import { startOwnTor, type Spawn } from './own-tor.ts';
import { ownTorFiles } from './own-tor-files.ts';
import { planBridges } from './transport-programs.ts';
import { findTorBinary, torBinaryPlaces } from './tor-binaries.ts';
import { startSession, type TorSession } from './tor-session.ts';

export interface SearchPorts {
  readonly around: Surroundings;
  readonly dataDirectory: string;
  readonly clock: Clock;
  readonly spawn: Spawn;
  readonly signal: AbortSignal;
  /** Called when no other Tor was found and our own is being started. */
  onStarting(attempts: TorAttempt[]): void;
}

export interface SearchResult {
  readonly attempts: TorAttempt[];
  readonly session?: TorSession;
  /** Why there is no session. */
  readonly code?: Code;
  /** What our own tor said when it did not start. */
  readonly detail?: string;
}

/**
 * Looks at the running Tors only; with `before`, only at places that come before that one. A `connected`
 * one must have reached its network.
 */
export async function lookForRunningTor(
  { around, signal }: Pick<SearchPorts, 'around' | 'signal'>,
  password: string | undefined,
  { before, connected = false }: { before?: string; connected?: boolean } = {},
): Promise<SearchResult> {
  const candidates = torCandidates(around, password);
  const end = candidates.findIndex(({ address }) => nameOfAddress(address) === before);
  const { found, attempts } = await findTor(
    end === -1 ? candidates : candidates.slice(0, end),
    signal,
  );
  if (found === undefined) return { attempts, code: codeOfSearch(attempts) };
  try {
    const session = await sessionOf(found, around);
    if (!connected || (await isConnected(session))) return { attempts, session };
    await session.end();
    return { attempts, code: 'tor-bootstrap-stalled' };
  } catch (error) {
    found.connection.close();
    return { attempts, code: codeOf(error) };
  }
}

/** The founding order: a Tor that runs; else our own. */
export async function lookForTor(
  ports: SearchPorts,
  password: string | undefined,
): Promise<SearchResult> {
  const running = await lookForRunningTor(ports, password);
  if (running.session !== undefined || !allowsOwnTor(ports.around.environment)) return running;
  ports.onStarting(running.attempts);
  const about = { candidate: 'own tor', origin: 'own' } as const;
  try {
    const session = await ownSession(ports);
    return { attempts: [...running.attempts, { ...about, outcome: 'authenticated' }], session };
  } catch (error) {
    const code = codeOf(error);
    const detail = error instanceof CodedError ? error.detail : undefined;
    const outcome = code === 'tor-not-found' ? 'not-there' : 'failed';
    return {
      attempts: [...running.attempts, { ...about, outcome, code }],
      // A Tor that runs but didn't let us in is the better thing to mend than a missing program.
      code: code === 'tor-not-found' ? (running.code ?? code) : code,
      ...(detail === undefined ? {} : { detail }),
    };
  }
}

async function isConnected(session: TorSession): Promise<boolean> {
  return parseBootstrap(await session.info('status/bootstrap-phase'))?.progress === 100;
}

/** A refusal is worth more to a person than "not found". */
function codeOfSearch(attempts: readonly TorAttempt[]): Code {
  return attempts.find(({ outcome }) => outcome === 'refused')?.code ?? 'tor-not-found';
}

function sessionOf(found: FoundTor, { platform, uid }: Surroundings): Promise<TorSession> {
  return startSession({
    source: found.candidate.origin,
    control: nameOfAddress(found.candidate.address),
    version: found.version,
    connection: found.connection,
    platform,
    uid,
  });
}

async function ownSession(ports: SearchPorts): Promise<TorSession> {
  const { around, dataDirectory, clock, spawn, signal } = ports;
  const binary = await findTorBinary(torBinaryPlaces(around));
  if (binary === undefined) throw new CodedError('tor-not-found');
  const bridges = await readBridges(dataDirectory);
  const own = await startOwnTor({
    binary,
    files: ownTorFiles(dataDirectory),
    ...(bridges.length === 0 ? {} : { bridges: await planBridges(bridges, around) }),
    environment: around.environment,
    spawn,
    clock,
    signal,
  });
  try {
    return await startSession({
      source: 'own',
      control: 'own tor',
      version: own.version,
      connection: own.connection,
      own,
      platform: around.platform,
      uid: around.uid,
    });
  } catch (error) {
    await own.stop();
    throw error;
  }
}
