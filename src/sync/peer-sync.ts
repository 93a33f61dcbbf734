import { equalBytes } from '../domain/bytes.ts';
import { type Code, codeOf } from '../protocol/codes.ts';
import type { SpaceName } from '../domain/space/name.ts';
import type { Clock } from '../store/clock.ts';
import type { SpaceStores } from '../store/ports.ts';
import { type Circle, circleOf, gossipRules } from './gossip.ts';
import { limited } from './limited.ts';
import type { OnionFetch } from './onion-fetch.ts';
import { PeerSession } from './peer-session.ts';
import type { PeerTokens } from './peer-tokens.ts';
import type { Fraction, Peer, PeerEvents, PeerState, PeerSync, Positions } from './ports.ts';
import { pushTo } from './push.ts';
import * as plan from './scheduler.ts';
import { SpaceTurns } from './space-turns.ts';
import { turnOf } from './turn.ts';

export interface PeerSyncPorts {
  readonly fetch: OnionFetch;
  readonly tokens: PeerTokens;
  readonly stores: SpaceStores;
  readonly positions: Positions;
  readonly events: PeerEvents;
  readonly clock: Clock;
  readonly random: Fraction;
  /** Decides whom of the members we'd exchange with first; kept over restarts, since those known before cost less. */
  readonly gossipSeed: number;
}

/** Of all peers together. A pull holds at most two requests and one batch of documents in memory. */
const pullsAtOnce = 6;

const unknown: PeerState = { connection: 'unknown' };

export function createPeerSync(ports: PeerSyncPorts): PeerSync {
  return new Coordinator(ports);
}

/** Dials whom schedule and gossip say, keeps one session per connected peer, and says what state each is in. */
class Coordinator implements PeerSync {
  readonly #ports: PeerSyncPorts;
  readonly #inTurn = limited(pullsAtOnce);
  readonly #spaceTurns: SpaceTurns;
  #schedule: plan.Schedule = new Map();
  #peers = new Map<string, Peer>();
  #circle: Circle = circleOf([], { seed: 0, isKnown: () => false });
  readonly #sessions = new Map<string, PeerSession>();
  readonly #states = new Map<string, PeerState>();
  #stopTimer: () => void = () => undefined;

  constructor(ports: PeerSyncPorts) {
    this.#ports = ports;
    this.#spaceTurns = new SpaceTurns(ports.clock);
  }

  setPeers(peers: readonly Peer[]): void {
    const before = this.#peers;
    this.#peers = new Map(peers.map((peer) => [peer.address, peer]));
    for (const [address, { device }] of before) {
      const peer = this.#peers.get(address);
      if (peer && equalBytes(peer.device, device)) {
        this.#sessions.get(address)?.update(peer);
        continue;
      }
      // A session belongs to one device of theirs; a new one is a new dial.
      this.#forget(address);
    }
    const { clock, gossipSeed: seed, positions } = this.#ports;
    const isKnown = (address: string) => positions.get(address) !== undefined;
    this.#circle = circleOf(peers, { seed, isKnown });
    this.#schedule = plan.withPeers(this.#schedule, peers, clock.now());
    this.#go();
  }

  wake(address?: string): void {
    for (const each of address === undefined ? this.#peers.keys() : [address]) {
      this.#schedule = plan.woken(this.#schedule, each, this.#ports.clock.now());
      this.#sessions.get(each)?.checkAlive();
      if (address === undefined) this.#sessions.get(each)?.retry();
    }
    this.#go();
  }

  state(address: string): PeerState {
    const state = this.#states.get(address);
    if (state) return state;
    const lastSeen = this.#peers.get(address)?.lastSeen;
    return lastSeen === undefined ? unknown : { ...unknown, lastSeen };
  }

  askAgain(space: SpaceName): void {
    for (const session of this.#sessions.values()) session.askAgain(space);
  }

  push: PeerSync['push'] = async (space, documents) => {
    const sharing = [...this.#peers.values()].filter(
      ({ address, kind, spaces }) =>
        (kind === 'friend' || this.#isConnected(address)) &&
        spaces.some(({ name }) => name === space),
    );
    return Promise.all(
      sharing.map(async ({ address }) => {
        if (!this.#isConnected(address)) return pushTo(address, undefined, space, documents);
        const session = this.#sessions.get(address);
        const outcome = await pushTo(address, session?.client, space, documents);
        // A connection on which a request fails is looked at again at once.
        if (outcome.result === 'later') session?.checkAlive();
        return outcome;
      }),
    );
  };

  stop(): void {
    this.setPeers([]);
  }

  /** Dials all who are due, ends what gossip needs no more, and sets the clock for the next time. */
  #go(): void {
    this.#stopTimer();
    const { clock } = this.#ports;
    const now = clock.now();
    const { dial, drop, next } = turnOf(this.#circle, this.#schedule, now, gossipRules);
    for (const address of drop) this.#drop(address);
    for (const address of dial) {
      const peer = this.#peers.get(address);
      if (peer) this.#dial(peer);
    }
    if (next !== undefined) this.#stopTimer = clock.after(next - now, () => this.#go());
  }

  /** Ends the connection to a member who has served. */
  #drop(address: string): void {
    const session = this.#sessions.get(address);
    this.#sessions.delete(address);
    session?.end();
    const now = this.#ports.clock.now();
    this.#schedule = plan.rested(this.#schedule, address, now);
    this.#show(address, unknown);
  }

  #dial(peer: Peer): void {
    const { address } = peer;
    const { clock, events } = this.#ports;
    const session = new PeerSession(
      peer,
      { ...this.#ports, inTurn: this.#inTurn, spaceTurns: this.#spaceTurns },
      {
        online: () => {
          if (this.#sessions.get(address) !== session) return;
          if (!this.#isConnected(address)) {
            this.#schedule = plan.connected(this.#schedule, address, clock.now());
            this.#go();
          }
          this.#show(address, { connection: 'online' });
        },
        upToDate: (code) => {
          if (this.#sessions.get(address) !== session) return;
          this.#show(address, { connection: 'up-to-date', code });
        },
        stored: (space, ids) => events.stored(address, space.name, ids),
        refused: (space, code, count) => events.refused(address, space.name, code, count),
      },
    );
    this.#schedule = plan.dialing(this.#schedule, address);
    this.#sessions.set(address, session);
    this.#show(address, { connection: 'dialing' });
    session.run().catch((error: unknown) => this.#ended(address, session, codeOf(error)));
  }

  #ended(address: string, session: PeerSession, code: Code): void {
    if (this.#sessions.get(address) !== session) return;
    this.#sessions.delete(address);
    const { clock, random } = this.#ports;
    this.#schedule = plan.failed(this.#schedule, address, clock.now(), random);
    const retryAt = this.#schedule.get(address)?.due;
    this.#show(address, { connection: 'unreachable', code, retryAt });
    this.#go();
  }

  #forget(address: string): void {
    const session = this.#sessions.get(address);
    this.#sessions.delete(address);
    this.#states.delete(address);
    session?.end();
    const rest = new Map(this.#schedule);
    rest.delete(address);
    this.#schedule = rest;
  }

  #isConnected(address: string): boolean {
    return this.#schedule.get(address)?.phase === 'connected';
  }

  #show(address: string, { connection, code, retryAt }: Omit<PeerState, 'lastSeen'>): void {
    const before = this.state(address);
    const alive = this.#sessions.get(address)?.lastAlive;
    const lastSeen = alive === undefined || alive === 0 ? before.lastSeen : alive;
    const state: PeerState = { connection, lastSeen, code, retryAt };
    this.#states.set(address, state);
    if (before.connection !== connection || before.code !== code || before.retryAt !== retryAt) {
      this.#ports.events.state(address, state);
    }
  }
}
