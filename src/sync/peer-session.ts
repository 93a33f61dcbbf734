import { type Code, CodedError, codeOf } from '../protocol/codes.ts';
import type { Clock } from '../store/clock.ts';
import type { UpdatesPage } from '../store/database-updates.ts';
import type { SpaceStores } from '../store/ports.ts';
import { knownFetch } from './known-fetch.ts';
import type { OnionFetch } from './onion-fetch.ts';
import { heartbeat, type PeerClient, peerClient } from './peer-client.ts';
import { paceOf } from './pace.ts';
import type { PeerTokens } from './peer-tokens.ts';
import type { Peer, PeerSpace, Positions } from './ports.ts';
import { pullSpace } from './pull.ts';
import type { SpaceTurns } from './space-turns.ts';

export interface SessionPorts {
  readonly fetch: OnionFetch;
  readonly tokens: PeerTokens;
  readonly stores: SpaceStores;
  readonly positions: Positions;
  readonly clock: Clock;
  /** Holds pulls of all friends to a number. */
  readonly inTurn: <T>(job: () => Promise<T>) => Promise<T>;
  /** And lets those of one space come one after the other. */
  readonly spaceTurns: SpaceTurns;
}

export interface SessionEvents {
  /** The friend has answered and there may be something to pull. */
  readonly online: () => void;
  /** All is pulled; `code` says why a space could not be, if one couldn't. */
  readonly upToDate: (code: Code | undefined) => void;
  readonly stored: (space: PeerSpace, ids: readonly string[]) => void;
  readonly refused: (space: PeerSpace, code: string, count: number) => void;
}

/** With these the connection is gone; with others only the space at hand. */
const fatal: ReadonlySet<Code> = new Set([
  'peer-unreachable',
  'peer-timeout',
  'route-undecided',
  'cancelled',
]);

/** Longer than this without a heartbeat and something is wrong. */
const suspicious = heartbeat * 1.5;

/**
 * One connection to one friend, from the dial until it breaks: pulls what changed since last time, then holds
 * one long-poll and pulls what it names.
 */
export class PeerSession {
  #peer: Peer;
  readonly #ports: SessionPorts;
  readonly #events: SessionEvents;
  readonly #stop = new AbortController();
  readonly #client: PeerClient;
  #uuid = '';
  #lastAlive = 0;
  /** Spaces pulled to the end at least once, on this connection or an earlier one. */
  #pulled: Set<string>;
  /** Spaces that could not be pulled on this connection; tried again when they change or on `retry`. */
  readonly #failed = new Set<string>();
  /** When a space was asked for from its beginning on this connection: each time has checkpoints of its own. */
  readonly #rounds = new Map<string, number>();
  #nudged = false;
  #wake: () => void = () => undefined;
  #polling = new AbortController();

  constructor(peer: Peer, ports: SessionPorts, events: SessionEvents) {
    this.#peer = peer;
    this.#ports = ports;
    this.#events = events;
    this.#pulled = new Set(ports.positions.get(peer.address)?.pulled);
    this.#forgetOthers();
    this.#client = peerClient(knownFetch(ports, peer), {
      address: peer.address,
      signal: this.#stop.signal,
      onAlive: () => (this.#lastAlive = ports.clock.now()),
    });
  }

  get client(): PeerClient {
    return this.#client;
  }

  /** When the friend last gave a sign of life; 0 for never. */
  get lastAlive(): number {
    return this.#lastAlive;
  }

  /** Ends the connection: `run` rejects with 'cancelled'. */
  end(): void {
    this.#stop.abort();
  }

  /** The same friend with other spaces. */
  update(peer: Peer): void {
    this.#peer = peer;
    this.#forgetOthers();
    this.#nudge();
  }

  /** A space that we leave and come back to is read anew: what was here of it may be erased. */
  #forgetOthers(): void {
    const names = new Set<string>(this.#peer.spaces.map(({ name }) => name));
    for (const name of this.#pulled) if (!names.has(name)) this.#pulled.delete(name);
  }

  /** Asks anew if the friend has been silent for long: a circuit that died says nothing. */
  checkAlive(): void {
    if (this.#isSuspicious()) this.#polling.abort();
  }

  /** Pulls a space from its beginning: the last checkpoint may have passed over what is wanted. */
  askAgain(space: string): void {
    if (!this.#peer.spaces.some(({ name }) => name === space)) return;
    this.#rounds.set(space, this.#ports.clock.now());
    this.#pulled.delete(space);
    this.#failed.delete(space);
    this.#nudge();
  }

  /** Tries again what could not be pulled. */
  retry(): void {
    this.#failed.clear();
    this.#nudge();
  }

  /** Lives until the connection breaks or `end` is called, then rejects with the CodedError why. */
  async run(): Promise<never> {
    try {
      return await this.#run();
    } finally {
      this.end();
    }
  }

  async #run(): Promise<never> {
    this.#uuid = await this.#client.welcome();
    this.#events.online();
    let page = await this.#client.updates(this.#ports.positions.get(this.#peer.address)?.since);
    let polling: Promise<UpdatesPage> | undefined;
    const pace = paceOf(this.#ports.clock, this.#stop.signal);
    for (;;) {
      // Before the pull, so that a nudge that comes while it runs makes another round.
      this.#nudged = false;
      const code = await this.#pull(new Set(page.names));
      const { since } = page;
      this.#keepPosition(since);
      this.#events.upToDate(code);
      polling ??= this.#poll(since);
      // It may fail while something else is awaited; it is looked at in the next round.
      polling.catch(() => undefined);
      const news = await Promise.race([polling, this.#awaitNudge()]);
      if (news) {
        polling = undefined;
        await pace();
      }
      page = news ?? { names: [], since };
    }
  }

  /** The long-poll; when it is given up as suspicious, or after its hour, a short question instead. */
  async #poll(since: string): Promise<UpdatesPage> {
    this.#polling = new AbortController();
    const { signal } = this.#polling;
    try {
      return await this.#client.awaitUpdates(since, signal);
    } catch (error) {
      const hourIsOver = codeOf(error) === 'peer-timeout' && !this.#isSuspicious();
      if (this.#stop.signal.aborted || !(signal.aborted || hourIsOver)) throw error;
      return this.#client.updates(since);
    }
  }

  #isSuspicious(): boolean {
    return this.#ports.clock.now() - this.#lastAlive > suspicious;
  }

  #nudge(): void {
    this.#nudged = true;
    this.#wake();
  }

  async #awaitNudge(): Promise<undefined> {
    if (this.#nudged) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }

  #keepPosition(since: string): void {
    const pulled = [...this.#pulled].toSorted();
    const kept = this.#ports.positions.get(this.#peer.address);
    if (kept?.since === since && kept.pulled.join() === pulled.join()) return;
    this.#ports.positions.set(this.#peer.address, { since, pulled });
  }

  /** Pulls those of our spaces that changed and those not pulled to the end yet. Returns the first trouble. */
  async #pull(changed: ReadonlySet<string>): Promise<Code | undefined> {
    const paused = this.#peer.spaces.filter((space) => space.paused === true);
    // The news of it is given away with this: later it is pulled whether or not it has changed again.
    for (const { name } of paused) if (changed.has(name)) this.#pulled.delete(name);
    const due = this.#peer.spaces.filter(
      ({ name, ...space }) =>
        space.paused !== true &&
        (changed.has(name) || !(this.#pulled.has(name) || this.#failed.has(name))),
    );
    if (due.length === 0) return undefined;
    this.#events.online();
    const { inTurn, spaceTurns } = this.#ports;
    const outcomes = await Promise.all(
      due.map((space) =>
        spaceTurns.take(space.name, (heard) => inTurn(() => this.#pullOne(space, heard))),
      ),
    );
    return outcomes.find((code) => code !== undefined);
  }

  async #pullOne(space: PeerSpace, heard: () => void): Promise<Code | undefined> {
    try {
      const db = await this.#ports.stores.open(space.name);
      await pullSpace(
        { client: this.#client, uuid: this.#uuid, space, db, round: this.#rounds.get(space.name) },
        {
          stored: (ids) => {
            heard();
            this.#events.stored(space, ids);
          },
          refused: (code, count) => this.#events.refused(space, code, count),
        },
        this.#stop.signal,
      );
      this.#pulled.add(space.name);
      this.#failed.delete(space.name);
      return undefined;
    } catch (error) {
      const code = codeOf(error);
      if (fatal.has(code)) throw new CodedError(code);
      this.#pulled.delete(space.name);
      this.#failed.add(space.name);
      return code;
    }
  }
}
