import * as v from 'valibot';
import type { DialerSelf } from '../domain/peer-handshake/dialer.ts';
import type { SpaceName } from '../domain/space/name.ts';
import { browserBytes } from '../store/browser-bytes.ts';
import { compactAtHost, hostStorage } from '../store/host-storage.ts';
import { systemClock } from '../store/clock.ts';
import { openNativeStores } from '../store/native-stores.ts';
import type { Fetch } from '../store/ports.ts';
import { stagedAtHost } from '../store/staged.ts';
import { createVisits } from '../sync/visits.ts';
import { fetchSigned } from '../sync/fetch-signed.ts';
import { fetchProfile } from '../sync/fetch-profile.ts';
import { createOnionFetch } from '../sync/onion-fetch.ts';
import { createHostErasing } from '../sync/host-erasing.ts';
import { openOutbox } from '../sync/outbox.ts';
import { type OwnHostSync, startOwnHostSync } from '../sync/own-host-sync.ts';
import { createPeerTokens } from '../sync/peer-tokens.ts';
import { createPeerSync } from '../sync/peer-sync.ts';
import type { PeerSync, Positions } from '../sync/ports.ts';
import type { Context } from './app/context.ts';
import { purgeSpace } from './app/purge-space.ts';
import type { PersonEvents } from './app/peer-events.ts';
import type { PersonPorts } from './app/person-ports.ts';
import { decodeRecord } from './app/records.ts';
import type { Refusals } from './app/refused/refusals.ts';

export interface NetworkParts {
  readonly context: Context;
  /** The tunnel to the host. */
  readonly hostFetch: Fetch;
  /** Onto the network; awaited before each request is `gate`: no route, no request. */
  readonly onionFetch: Fetch;
  readonly gate: () => Promise<boolean>;
  readonly hostIsThere: () => boolean;
  readonly grant: PersonPorts['grant'];
  /** Does this while nothing of what is erased is shown before everything is open. */
  readonly without: <T>(erase: () => Promise<T>) => Promise<T>;
  /** As whom we dial. */
  readonly self: () => DialerSelf;
  readonly events: PersonEvents;
  readonly refusals: Pick<Refusals, 'fetched'>;
  /** How long to leave to others what any member of a space may do, in milliseconds; else 20 s to 2 min. */
  readonly patience?: (() => number) | undefined;
}

const shortestPatience = 20_000;
const longestPatience = 120_000;

export interface Network {
  readonly ports: Omit<PersonPorts, 'sweepIn' | 'refusals' | 'missing'>;
  readonly peers: PeerSync;
  /** Calls back when something is left in the inbox at the host. Ends with `stop`. */
  watchInbox(inbox: SpaceName, onLetter: () => void): void;
  /** The host is back, or the network is: what waited is tried now. */
  wake(): void;
  stop(): void;
}

/** Connects a person's life to friends, to letter boxes and to the host. */
export function connectNetwork(parts: NetworkParts): Network {
  const { context, events } = parts;
  const { stores, vault } = context;
  const clock = systemClock;
  const random = Math.random;
  const patience =
    parts.patience ?? (() => shortestPatience + random() * (longestPatience - shortestPatience));
  const fetch = createOnionFetch({ fetch: parts.onionFetch, gate: parts.gate, clock });
  const tokens = createPeerTokens({ fetch, self: parts.self, random: context.random, clock });
  const refused = (by: string, _space: string, code: string, count: number) =>
    context.refused(code, { by, count });
  // Our own host's replica holds nothing that did not pass a door of ours.
  const refusedOfOurs = (_space: string, code: string, count: number) =>
    context.refused(code, { count });

  const peers = createPeerSync({
    fetch,
    tokens,
    stores,
    clock,
    random,
    positions: positionsIn(context),
    gossipSeed: gossipSeedIn(context),
    events: {
      state: events.peerState,
      stored: (address, space, ids) => parts.refusals.fetched(address, space, ids),
      refused,
    },
  });
  const outbox = openOutbox({
    fetch,
    tokens,
    vault,
    clock,
    random,
    events: {
      working: () => context.changed('friends'),
      delivered: (_key, { address }) => events.delivered(address),
      refused: (_key, { address }, code) => events.undeliverable(address, code),
    },
  });
  const visits = createVisits({
    fetch,
    stores,
    clock,
    random,
    events: {
      visited: () => context.changed('spaces'),
      refused,
    },
  });
  // In native mode the databases are the host's own; otherwise it has the inbox, and replicas of the rest.
  const hostStores = stores.mode === 'native' ? stores : openNativeStores(parts.hostFetch, clock);
  const hostSync: OwnHostSync | undefined =
    stores.mode === 'native'
      ? undefined
      : startOwnHostSync({
          stores,
          host: parts.hostFetch,
          clock,
          events: { stored: () => undefined, refused: refusedOfOurs, trouble: () => undefined },
        });
  const hostErasing = hostSync && createHostErasing({ vault, host: parts.hostFetch });
  let stopInbox = () => {};

  return {
    peers,
    ports: {
      peers,
      outbox,
      fetchProfile: (address) => fetchProfile(fetch, address),
      async openInbox(name) {
        if (!parts.hostIsThere()) return undefined;
        return {
          database: await hostStores.open(name),
          erase: (ids) => hostStores.erase(name, ids),
        };
      },
      visits,
      portions: (link) => fetchSigned(fetch, link),
      staged: stagedAtHost(parts.hostFetch),
      hostIsThere: parts.hostIsThere,
      grant: parts.grant,
      meter: {
        atHost: async () => (parts.hostIsThere() ? hostStorage(parts.hostFetch) : undefined),
        inBrowser: browserBytes,
        compact: (space) => compactAtHost(parts.hostFetch, space),
      },
      later: (run) => clock.after(patience(), run),
      replicate: (spaces) => hostSync?.setSpaces(spaces),
      forget: (space) =>
        parts.without(() =>
          purgeSpace(context, space, async () => {
            await stores.destroy(space);
            await hostErasing?.destroy(space);
          }),
        ),
      erase: (space, ids) =>
        parts.without(async () => {
          // Its words first: if we die in between, what was to be erased is found again by who wanted it.
          await context.words.remove(space, ids);
          await stores.erase(space, ids);
          await hostErasing?.erase(space, ids);
        }),
    },
    watchInbox(inbox, onLetter) {
      stopInbox = hostStores.watch((space) => {
        if (space === inbox) onLetter();
      });
    },
    wake() {
      hostSync?.wake();
      void hostErasing?.wake();
      peers.wake();
      visits.wake();
      outbox.wake();
    },
    stop() {
      stopInbox();
      peers.stop();
      visits.stop();
      outbox.stop();
      hostSync?.stop();
      if (hostStores !== stores) void hostStores.close();
    },
  };
}

const positionRecord = v.strictObject({ since: v.string(), pulled: v.array(v.string()) });

/** Kept in the vault; losing one costs requests only, so a failed write is nobody's business. */
function positionsIn({ vault }: Context): Positions {
  return {
    get: (address) => decodeRecord(positionRecord, vault.get(`position/${address}`)),
    set: (address, { since, pulled }) => {
      vault.put(`position/${address}`, { since, pulled }).catch(() => undefined);
    },
  };
}

const seedRecord = v.strictObject({ seed: v.pipe(v.number(), v.safeInteger(), v.minValue(0)) });

/** Chosen once for each life and kept in the vault; losing it costs requests only. */
function gossipSeedIn({ vault, random }: Context): number {
  const kept = decodeRecord(seedRecord, vault.get('gossip'));
  if (kept) return kept.seed;
  const seed = random(6).reduce((number, byte) => number * 256 + byte, 0);
  vault.put('gossip', { seed }).catch(() => undefined);
  return seed;
}
