import type { OnionAddress } from '../domain/address.ts';
import { type Code, codeOf } from '../protocol/codes.ts';
import type { Clock } from '../store/clock.ts';
import { batchesOf } from '../store/documents.ts';
import type { SpaceStores, StoredDocument } from '../store/ports.ts';
import { limited } from './limited.ts';
import type { OnionFetch } from './onion-fetch.ts';
import { type PeerClient, peerClient } from './peer-client.ts';
import type { Fraction, PeerSpace, PeerState } from './ports.ts';
import { pullSpace } from './pull.ts';
import { backoff } from './scheduler.ts';

/** Somebody whom we aren't known to, and what we read there because anybody may. */
export interface Place {
  readonly address: OnionAddress;
  readonly spaces: readonly PlaceSpace[];
}

export interface PlaceSpace extends PeerSpace {
  /** What of ours they may lack and anybody may bring; asked at each visit. */
  readonly bring?: () => Promise<readonly StoredDocument[]>;
}

export interface VisitEvents {
  /** A visit has ended; `code` says why it came to nothing. */
  visited(address: OnionAddress, code: Code | undefined): void;
  refused(address: OnionAddress, space: string, code: string, count: number): void;
}

/**
 * Reads what strangers show to anybody, from time to time and without saying who we are: a stranger gets no
 * long-poll, since their doors can't tell one from another.
 */
export interface Visits {
  /** From now on these and no others; new ones are visited at once. */
  setPlaces(places: readonly Place[]): void;
  /** Now: all of them, or this one, who is known to be there: a try that still waits for them begins anew. */
  wake(address?: string): void;
  /** How it stands with each of those who are visited for this space. */
  states(space: string): readonly PeerState[];
  stop(): void;
}

export interface VisitsPorts {
  readonly fetch: OnionFetch;
  readonly stores: SpaceStores;
  readonly clock: Clock;
  readonly random: Fraction;
  readonly events: VisitEvents;
}

/** Between two visits to one place. */
const interval = 600_000;
const longestWait = 3_600_000;
/** Each may build a circuit. */
const atOnce = 3;

interface Standing {
  readonly due: number;
  readonly failures: number;
  readonly running: boolean;
  /** Woken or given other spaces while a visit was under way. */
  readonly again: boolean;
  readonly stop: AbortController;
  /** How the last visit ended; absent before the first has. */
  readonly last?: { readonly code: Code | undefined };
}

export function createVisits(ports: VisitsPorts): Visits {
  return new Rounds(ports);
}

class Rounds implements Visits {
  readonly #ports: VisitsPorts;
  readonly #inTurn = limited(atOnce);
  #places = new Map<string, Place>();
  readonly #standings = new Map<string, Standing>();
  #stopTimer: () => void = () => undefined;

  constructor(ports: VisitsPorts) {
    this.#ports = ports;
  }

  setPlaces(places: readonly Place[]): void {
    const before = this.#places;
    this.#places = new Map(places.map((place) => [place.address, place]));
    for (const [address, { spaces }] of before) {
      const left = new Set(this.#places.get(address)?.spaces.map(({ name }) => name));
      if (spaces.every(({ name }) => left.has(name))) continue;
      // What is being read may be one that is erased now.
      this.#standings.get(address)?.stop.abort();
      if (left.size === 0) this.#standings.delete(address);
    }
    for (const place of places) {
      const known = new Set(before.get(place.address)?.spaces.map(({ name }) => name));
      if (place.spaces.some(({ name }) => !known.has(name))) this.#now(place.address);
    }
    this.#go();
  }

  wake(address?: string): void {
    for (const each of address === undefined ? this.#places.keys() : [address]) this.#now(each);
    // Tor may be a minute and a half at finding out that nobody was there.
    const standing = address === undefined ? undefined : this.#standings.get(address);
    if (standing?.running === true) standing.stop.abort();
    this.#go();
  }

  states(space: string): readonly PeerState[] {
    return [...this.#places.values()]
      .filter(({ spaces }) => spaces.some(({ name }) => name === space))
      .map(({ address }): PeerState => {
        const { running = false, last } = this.#standings.get(address) ?? {};
        if (last && last.code === undefined) return { connection: 'up-to-date' };
        if (running) return { connection: 'dialing' };
        return { connection: last ? 'unreachable' : 'unknown', code: last?.code };
      });
  }

  stop(): void {
    this.setPlaces([]);
  }

  #now(address: string): void {
    if (!this.#places.has(address)) return;
    const fresh = { failures: 0, running: false, stop: new AbortController() };
    const standing = this.#standings.get(address) ?? fresh;
    const due = this.#ports.clock.now();
    this.#standings.set(address, { ...standing, due, again: standing.running });
  }

  /** Visits all who are due, and sets the clock for the next. */
  #go(): void {
    this.#stopTimer();
    const { clock } = this.#ports;
    const now = clock.now();
    let next = Infinity;
    for (const [address, standing] of this.#standings) {
      if (standing.running) continue;
      const place = this.#places.get(address);
      if (standing.due <= now && place) void this.#visit(place, standing);
      else next = Math.min(next, standing.due);
    }
    if (next < Infinity) this.#stopTimer = clock.after(next - now, () => this.#go());
  }

  async #visit(place: Place, standing: Standing): Promise<void> {
    const { address } = place;
    const stop = new AbortController();
    this.#standings.set(address, { ...standing, running: true, again: false, stop });
    const code = await this.#inTurn(() => this.#call(place, stop.signal)).then(
      () => undefined,
      (error: unknown) => codeOf(error),
    );
    const now = this.#standings.get(address);
    if (now?.stop !== stop) return;
    const again = now.again || stop.signal.aborted;
    const failures = code === undefined ? 0 : standing.failures + 1;
    const wait = failures === 0 ? interval : backoff(failures, longestWait);
    const { clock, random, events } = this.#ports;
    const due = again ? clock.now() : clock.now() + wait * (1 + random() / 5);
    const last = stop.signal.aborted ? now.last : { code };
    const { last: _, ...rest } = { ...now, due, failures, running: false, again: false, stop };
    this.#standings.set(address, last ? { ...rest, last } : rest);
    if (!stop.signal.aborted) events.visited(address, code);
    this.#go();
  }

  /** One trouble doesn't keep the other spaces from being read; the first is told. */
  async #call({ address, spaces }: Place, signal: AbortSignal): Promise<void> {
    const client = peerClient(this.#ports.fetch, { address, signal });
    const uuid = await client.welcome();
    const troubles: unknown[] = [];
    for (const space of spaces) {
      try {
        await this.#read(address, client, uuid, space, signal);
        if (space.bring) await bringTo(client, space);
      } catch (error) {
        if (signal.aborted) throw error;
        troubles.push(error);
      }
    }
    if (troubles.length > 0) throw troubles[0];
  }

  async #read(
    address: OnionAddress,
    client: PeerClient,
    uuid: string,
    space: PeerSpace,
    signal: AbortSignal,
  ): Promise<void> {
    const { stores, events } = this.#ports;
    const db = await stores.open(space.name);
    const refused = (code: string, count: number) =>
      events.refused(address, space.name, code, count);
    await pullSpace({ client, uuid, space, db }, { stored: () => undefined, refused }, signal);
  }
}

/** A stranger's requests are small ones. */
const broughtBytes = 400_000;

async function bringTo(client: PeerClient, { name, bring }: PlaceSpace): Promise<void> {
  const documents = (await bring?.()) ?? [];
  for (const batch of batchesOf(documents, broughtBytes)) await client.store(name, batch);
}
