import { codeOf, type Code } from '../../src/protocol/codes.ts';
import type { ServiceStatus } from '../../src/protocol/tor-status.ts';
import type { Clock } from './clock.ts';
import { publishService, type PublishedService } from './onion-service.ts';
import { leadsToUs } from './same-endpoint.ts';
import type { LocalEndpoint, ServiceWish } from './service-wish.ts';
import type { NetworkChange } from './tor-health.ts';
import type { TorSession } from './tor-session.ts';

/** Descriptors are up within seconds on the public network too; this long means something is wrong. */
const publishedWithin = 90_000;
/** Tor goes on uploading by itself; a service that is not up by now is begun again, with other introduction points. */
const renewedAfter = 240_000;
const tryAgainAfter = 30_000;

export interface KeeperPorts {
  readonly session: TorSession;
  readonly endpoint: LocalEndpoint;
  readonly clock: Clock;
  readonly onService: (status: ServiceStatus) => void;
}

/** Keeps one wished service up on one Tor, for as long as that Tor lasts. */
export interface ServiceKeeper {
  /** Works towards `wish` (none: no service). Resolves when Tor has been told. */
  want(wish: ServiceWish | undefined): Promise<void>;
  /** Tor's network has gone, or come back: then the service must answer through Tor, or it is begun again. */
  network(change: NetworkChange): void;
  /** Calls at our own address through Tor; gives why nobody of ours answered, or nothing when all is well. */
  test(): Promise<Code | undefined>;
  /** Leaves the Tor as it is: the connection has ended. */
  abandon(): void;
}

export function keepService({ session, endpoint, clock, onService }: KeeperPorts): ServiceKeeper {
  let wanted: ServiceWish | undefined;
  let current: { wish: ServiceWish; service: PublishedService } | undefined;
  let work = Promise.resolve();
  /** Aborts what goes on for the present wish. */
  let effort = new AbortController();
  /** Aborts the present waiting for the service to be up. */
  let watch = new AbortController();

  const report = (status: ServiceStatus, of: AbortSignal) => {
    if (!of.aborted) onService(status);
  };

  /** A signal for a new watch over the current service; the one before ends. */
  const newWatch = (): AbortSignal => {
    watch.abort();
    watch = new AbortController();
    return AbortSignal.any([effort.signal, watch.signal]);
  };

  const answers = (address: string, signal: AbortSignal) =>
    leadsToUs(session.socks, address, endpoint, clock, signal);

  const watchPublication = async (service: PublishedService): Promise<void> => {
    const mine = newWatch();
    const about = aboutOf(service);
    const patience = new AbortController();
    const up = service.reachable.then(() => patience.abort());
    const reached = async (milliseconds: number) => {
      await clock.wait(milliseconds, AbortSignal.any([mine, patience.signal]));
      return patience.signal.aborted || mine.aborted;
    };
    report({ phase: 'publishing', ...about }, mine);
    if (!(await reached(publishedWithin))) {
      const code = service.refused() ? 'onion-upload-failed' : 'onion-not-published';
      report({ phase: 'failed', code, ...about }, mine);
      // A late success counts; a service that Tor has forgotten about, or can't bring up, is not waited for.
      if (!(await reached(renewedAfter))) return renew(mine);
    }
    if (mine.aborted) return;
    await up;
    report({ phase: 'published', ...about }, mine);
  };

  /** After a network that was away: what was published may be stale. Tor mends it; so do we if it doesn't. */
  const recheck = async (service: PublishedService): Promise<void> => {
    const mine = newWatch();
    report({ phase: 'publishing', ...aboutOf(service) }, mine);
    const good = await answers(service.address, mine);
    if (good) report({ phase: 'published', ...aboutOf(service) }, mine);
    else if (!mine.aborted) await renew(mine);
  };

  const renew = (mine: AbortSignal): Promise<void> => {
    if (mine.aborted) return Promise.resolve();
    return queue(effort, true);
  };

  const publish = async (wish: ServiceWish, mine: AbortController): Promise<void> => {
    report({ phase: 'publishing', address: wish.address }, mine.signal);
    try {
      const ports = { session, endpoint, clock, signal: mine.signal };
      current = { wish, service: await publishService(wish, ports) };
      void watchPublication(current.service);
    } catch (error) {
      report({ phase: 'failed', address: wish.address, code: codeOf(error) }, mine.signal);
      void retry(mine);
    }
  };

  const retry = async (mine: AbortController) => {
    await clock.wait(tryAgainAfter, mine.signal);
    if (!mine.signal.aborted) await queue(mine);
  };

  const step = async (mine: AbortController, anew: boolean): Promise<void> => {
    if (mine.signal.aborted) return;
    if (current !== undefined && (anew || current.wish !== wanted)) {
      await current.service.unpublish().catch(() => undefined);
      current = undefined;
    }
    if (wanted === undefined) report({ phase: 'none' }, mine.signal);
    else if (current === undefined) await publish(wanted, mine);
  };

  /** One piece of work at a time: Tor must not be told two things about one address at once. */
  const queue = (mine: AbortController, anew = false): Promise<void> => {
    work = work.then(() => step(mine, anew));
    return work;
  };

  return {
    want: (wish) => {
      if (sameWish(wish, wanted)) return work;
      wanted = wish;
      effort.abort();
      effort = new AbortController();
      return queue(effort);
    },
    network: (change) => {
      if (current === undefined) return;
      const { service } = current;
      if (change === 'back') void recheck(service);
      else {
        const mine = newWatch();
        report({ phase: 'publishing', code: 'tor-offline', ...aboutOf(service) }, mine);
      }
    },
    test: async () => {
      if (current === undefined) return 'onion-not-published';
      if (session.socks === undefined) return 'route-undecided';
      const good = await answers(current.service.address, effort.signal);
      return good ? undefined : 'onion-unreachable';
    },
    abandon: () => effort.abort(),
  };
}

const aboutOf = ({ address, origin, foreign }: PublishedService) => ({
  address,
  origin,
  ...(foreign.length === 0 ? {} : { foreign }),
});

const sameWish = (a: ServiceWish | undefined, b: ServiceWish | undefined) =>
  a?.address === b?.address && a?.expandedKey === b?.expandedKey;
