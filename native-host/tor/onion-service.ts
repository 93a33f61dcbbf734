import { CodedError } from '../../src/protocol/codes.ts';
import type { ServiceStatus } from '../../src/protocol/tor-status.ts';
import type { Clock } from './clock.ts';
import { watchUploads } from './descriptor-upload.ts';
import { existingServices, foreignServices } from './existing-services.ts';
import { leadsToUs } from './same-endpoint.ts';
import { onionCommand } from './onion-command.ts';
import { serviceTarget, type LocalEndpoint, type ServiceWish } from './service-wish.ts';
import type { TorSession } from './tor-session.ts';

/** A service of ours on one Tor. */
export interface PublishedService {
  readonly address: string;
  readonly origin: NonNullable<ServiceStatus['origin']>;
  /** Other services on Network25's port that were there; left alone. */
  readonly foreign: string[];
  /** Resolves when clients can find it: both its descriptors are up. Never settles if Tor goes first. */
  readonly reachable: Promise<void>;
  /** Whether Tor's directories have answered so far with nothing but refusals. */
  refused(): boolean;
  /** Ends it; a service that was adopted belongs to somebody else's settings and stays. */
  unpublish(): Promise<void>;
}

export interface PublishPorts {
  readonly session: TorSession;
  readonly endpoint: LocalEndpoint;
  readonly clock: Clock;
  /** Aborts the waiting here, when the wish or the Tor has gone. */
  readonly signal: AbortSignal;
}

/**
 * Brings the wished service up on this Tor. One that runs already under our address is adopted when it
 * leads to our endpoint; otherwise ours is created, beside whatever else there is.
 *
 * Rejects with CodedError `onion-refused` when Tor does not take it (or its key is another address's),
 * `tor-lost` when the connection ends.
 */
export async function publishService(
  wish: ServiceWish,
  ports: PublishPorts,
): Promise<PublishedService> {
  const { session, endpoint, clock, signal } = ports;
  const { address } = wish;
  const services = await existingServices(session.connection);
  const foreign = foreignServices(services, address);
  const adoptable = async () => {
    const ours = await leadsToUs(session.socks, address, endpoint, clock, signal);
    if (signal.aborted) throw new CodedError('cancelled');
    return ours;
  };
  const adopted: PublishedService = {
    address,
    origin: 'adopted',
    foreign,
    reachable: Promise.resolve(),
    refused: () => false,
    unpublish: () => Promise.resolve(),
  };

  if (services.torrc.some((service) => service.address === address)) {
    if (await adoptable()) return adopted;
    throw new CodedError('onion-refused', 'torrc');
  }
  if (services.detached.includes(address)) {
    if (await adoptable()) return adopted;
    // A leftover that leads nowhere. The address is ours, so it may be replaced.
    await deleteOnion(session, address);
  }
  const created = await create(wish, ports);
  if (created !== undefined) return { ...created, address, origin: 'created', foreign };
  // It is there, but Tor doesn't show it: a torrc service in a folder we may not read.
  if (await adoptable()) return adopted;
  throw new CodedError('onion-refused', 'collision');
}

/** A connection that has just ended may hold its service for a moment longer. */
const collisionTries = 5;

/** Gives undefined when this Tor has a service of that address already. */
async function create(
  wish: ServiceWish,
  { session, endpoint, clock, signal }: PublishPorts,
): Promise<Pick<PublishedService, 'reachable' | 'refused' | 'unpublish'> | undefined> {
  const uploads = watchUploads(wish.address);
  let published: () => void = () => undefined;
  const reachable = new Promise<void>((resolve) => {
    published = resolve;
  });
  // Asked for before the service is, or its first events would be missed.
  const stopListening = await session.events.listen('HS_DESC', (text) => {
    if (uploads.see(text)) published();
  });
  const leave = () => stopListening().catch(() => undefined);
  void reachable.then(leave);
  try {
    for (let tries = 1; ; tries += 1) {
      if (await addOnion(wish, session, endpoint)) break;
      if (tries === collisionTries || signal.aborted) {
        await leave();
        return undefined;
      }
      await clock.wait(1_000, signal);
    }
  } catch (error) {
    await leave();
    throw error;
  }
  return {
    reachable,
    refused: () => uploads.refused,
    unpublish: async () => {
      await leave();
      await deleteOnion(session, wish.address);
    },
  };
}

/** Gives false at a collision. A Tor that does not know a client puzzle serves without one. */
async function addOnion(
  wish: ServiceWish,
  session: TorSession,
  endpoint: LocalEndpoint,
): Promise<boolean> {
  const { address } = wish;
  const target = serviceTarget(endpoint, session.reachesUnixSockets);
  const answers = { taken: 250, collision: 550 };
  let reply = await session.connection.ask(onionCommand(wish, target, 'puzzle'));
  if (reply.status !== answers.taken && reply.status !== answers.collision) {
    reply = await session.connection.ask(onionCommand(wish, target, 'no-puzzle'));
  }
  const { status, lines } = reply;
  if (status === answers.collision) return false;
  const serviceId = lines.find(({ text }) => text.startsWith('ServiceID='))?.text.slice(10);
  if (status !== answers.taken || serviceId === undefined)
    throw new CodedError('onion-refused', String(status));
  if (`${serviceId}.onion` !== address) {
    await deleteOnion(session, `${serviceId}.onion`);
    throw new CodedError('onion-refused', 'the key is not of this address');
  }
  return true;
}

/** Whatever Tor answers, the service is gone afterwards: unknown ones count as gone. */
async function deleteOnion(session: TorSession, address: string): Promise<void> {
  const serviceId = /^([a-z2-7]{56})\.onion$/.exec(address)?.[1];
  if (serviceId !== undefined) await session.connection.ask(`DEL_ONION ${serviceId}`);
}
