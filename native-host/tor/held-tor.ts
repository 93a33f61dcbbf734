import { codeOf, type Code } from '../../src/protocol/codes.ts';
import type { ServiceStatus, TorStatus } from '../../src/protocol/tor-status.ts';
import { followBootstrap } from './bootstrap.ts';
import type { Clock } from './clock.ts';
import { keepService, type ServiceKeeper } from './service-keeper.ts';
import type { LocalEndpoint } from './service-wish.ts';
import { followHealth } from './tor-health.ts';
import type { TorSession } from './tor-session.ts';

export interface HoldPorts {
  readonly session: TorSession;
  readonly attempts: TorStatus['attempts'];
  readonly endpoint: LocalEndpoint;
  readonly clock: Clock;
  /** How far it is, and from when on it is ready; its service is not part of it. */
  readonly onTor: (status: Omit<TorStatus, 'service'>) => void;
  readonly onService: (service: ServiceStatus) => void;
}

/** A Tor that we use. */
export interface HeldTor {
  readonly session: TorSession;
  /** Brings services up on it; to be used once it is ready. */
  readonly services: ServiceKeeper;
  /** Resolves when it is lost and everything of it has ended; never rejects. */
  readonly lost: Promise<{ wasReady: boolean; code: Code }>;
}

/** Follows a Tor from its bootstrap to its end. */
export function holdTor(ports: HoldPorts): HeldTor {
  const { session, clock, endpoint, onService } = ports;
  const services = keepService({ session, endpoint, clock, onService });
  return { session, services, lost: follow(ports, services) };
}

async function follow(
  ports: HoldPorts,
  services: ServiceKeeper,
): Promise<{ wasReady: boolean; code: Code }> {
  const { session, clock, attempts, onTor } = ports;
  const over = new AbortController();
  void session.ended.then(() => over.abort());
  const about = {
    source: session.source,
    control: session.control,
    version: session.version,
    ...(session.socks === undefined ? {} : { socks: session.socks }),
    ...(session.bridges === 0 ? {} : { bridges: session.bridges }),
    attempts,
  };
  let latest: Omit<TorStatus, 'service'> = { phase: 'bootstrapping', ...about };
  let warnings: readonly Code[] = [];
  const tell = (status = latest) => {
    latest = status;
    if (over.signal.aborted) return;
    onTor({ ...status, ...(warnings.length === 0 ? {} : { warnings: [...warnings] }) });
  };
  let code: Code = 'tor-lost';
  try {
    await Promise.race([
      Promise.all([
        followHealth(session, {
          clock,
          signal: over.signal,
          onWarnings: (all) => {
            warnings = all;
            // What was said before the first step is said with it.
            if (latest.progress !== undefined) tell();
          },
          onNetwork: (change) => services.network(change),
        }),
        followBootstrap(session, clock, over.signal, (progress, trouble) =>
          tell({
            phase: 'bootstrapping',
            ...about,
            ...progress,
            ...(trouble === undefined ? {} : { code: trouble }),
          }),
        ).then(() => tell({ phase: 'ready', ...about, progress: 100, step: 'done' })),
      ]),
      session.ended,
    ]);
    await session.ended;
  } catch (error) {
    // A Tor that no longer answers, or refuses what we need, is as good as lost.
    if (!over.signal.aborted) code = codeOf(error);
  }
  services.abandon();
  over.abort();
  await session.end();
  return { wasReady: latest.phase === 'ready', code };
}
