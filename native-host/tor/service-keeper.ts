import { codeOf } from '../../src/protocol/codes.ts';
import type { ServiceStatus } from '../../src/protocol/tor-status.ts';
import type { Clock } from './clock.ts';
import { publishService, type PublishedService } from './onion-service.ts';
import type { LocalEndpoint, ServiceWish } from './service-wish.ts';
import type { TorSession } from './tor-session.ts';

/** Descriptors are up within seconds on the public network too; this long means something is wrong. */
const publishedWithin = 90_000;
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
  /** Leaves the Tor as it is: the connection has ended. */
  abandon(): void;
}

export function keepService({ session, endpoint, clock, onService }: KeeperPorts): ServiceKeeper {
  let wanted: ServiceWish | undefined;
  let current: { wish: ServiceWish; service: PublishedService } | undefined;
  let work = Promise.resolve();
  /** Aborts what goes on for the present wish. */
  let effort = new AbortController();

  const report = (status: ServiceStatus, of: AbortController) => {
    if (!of.signal.aborted) onService(status);
  };

  const watchPublication = async (service: PublishedService, mine: AbortController) => {
    const { address, origin, foreign } = service;
    const about = { address, origin, ...(foreign.length === 0 ? {} : { foreign }) };
    report({ phase: 'publishing', ...about }, mine);
    const inTime = new AbortController();
    void service.reachable.finally(() => inTime.abort());
    await clock.wait(publishedWithin, AbortSignal.any([mine.signal, inTime.signal]));
    if (!inTime.signal.aborted)
      report({ phase: 'failed', code: 'onion-not-published', ...about }, mine);
    // Tor goes on uploading, so a late success still counts.
    await service.reachable;
    report({ phase: 'published', ...about }, mine);
  };

  const publish = async (wish: ServiceWish, mine: AbortController): Promise<void> => {
    report({ phase: 'publishing', address: wish.address }, mine);
    try {
      const ports = { session, endpoint, clock, signal: mine.signal };
      current = { wish, service: await publishService(wish, ports) };
      void watchPublication(current.service, mine);
    } catch (error) {
      report({ phase: 'failed', address: wish.address, code: codeOf(error) }, mine);
      void retry(mine);
    }
  };

  const retry = async (mine: AbortController) => {
    await clock.wait(tryAgainAfter, mine.signal);
    if (!mine.signal.aborted) await queue(mine);
  };

  const step = async (mine: AbortController): Promise<void> => {
    if (mine.signal.aborted) return;
    if (current !== undefined && current.wish !== wanted) {
      await current.service.unpublish().catch(() => undefined);
      current = undefined;
    }
    if (wanted === undefined) report({ phase: 'none' }, mine);
    else if (current === undefined) await publish(wanted, mine);
  };

  /** One piece of work at a time: Tor must not be told two things about one address at once. */
  const queue = (mine: AbortController): Promise<void> => {
    work = work.then(() => step(mine));
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
    abandon: () => effort.abort(),
  };
}

const sameWish = (a: ServiceWish | undefined, b: ServiceWish | undefined) =>
  a?.address === b?.address && a?.expandedKey === b?.expandedKey;
