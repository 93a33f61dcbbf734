import { checkAtDoor } from '../domain/document/door.ts';
import { type Code, codeOf } from '../protocol/codes.ts';
import { checkedTarget } from '../store/checked-target.ts';
import { type Clock, sleep } from '../store/clock.ts';
import { hostDatabase } from '../store/host-database.ts';
import { followHostUpdates } from '../store/host-updates.ts';
import type { Fetch, SpaceDatabase, SpaceStores } from '../store/ports.ts';
import { replicate } from '../store/replicate.ts';
import { backoff } from './scheduler.ts';
import type { PeerSpace } from './ports.ts';

/**
 * Keeps the browser's own databases and the host's replicas of them equal (storage mode 'indexeddb').
 * What is written here reaches the host, and so our friends, within a moment; what friends
 * leave at the host comes here.
 */
export interface OwnHostSync {
  /** From now on these and no others. Newcomers are made equal at once. */
  setSpaces(spaces: readonly PeerSpace[]): void;
  /** Try again now what failed (the host is back). */
  wake(): void;
  stop(): void;
}

export interface OwnHostPorts {
  readonly stores: SpaceStores;
  /** The tunnel. */
  readonly host: Fetch;
  readonly clock: Clock;
  readonly events: {
    /** Documents came from the host's replica: friends have left them there. */
    stored(space: string, ids: readonly string[]): void;
    refused(space: string, code: string, count: number): void;
    /** `undefined`: both replicas are equal as far as we know. */
    trouble(space: string, code: Code | undefined): void;
  };
}

export function startOwnHostSync(ports: OwnHostPorts): OwnHostSync {
  const stop = new AbortController();
  const pairs = new Map<string, Pair>();
  void followHostUpdates(ports.host, ports.clock, stop.signal, (names) => {
    for (const name of names) pairs.get(name)?.wanted('pull');
  });
  const unwatch = ports.stores.watch((name) => pairs.get(name)?.wanted('push'));

  const setSpaces = (spaces: readonly PeerSpace[]) => {
    const names = new Set<string>(spaces.map(({ name }) => name));
    for (const [name, pair] of pairs) {
      if (names.has(name)) continue;
      pair.end();
      pairs.delete(name);
    }
    for (const space of spaces) {
      if (pairs.has(space.name)) continue;
      const pair = new Pair(space, ports);
      pairs.set(space.name, pair);
      pair.wanted('pull', 'push');
    }
  };

  return {
    setSpaces,
    wake: () => {
      for (const pair of pairs.values()) pair.wake();
    },
    stop() {
      stop.abort();
      unwatch();
      setSpaces([]);
    },
  };
}

const longestWait = 600_000;

type Direction = 'pull' | 'push';

/** One space here and at the host. Runs one replication at a time, for as long as any is wanted. */
class Pair {
  readonly #space: PeerSpace;
  readonly #ports: OwnHostPorts;
  readonly #wanted = new Set<Direction>();
  readonly #stop = new AbortController();
  #pause = new AbortController();
  #running = false;
  #there: SpaceDatabase | undefined;

  constructor(space: PeerSpace, ports: OwnHostPorts) {
    this.#space = space;
    this.#ports = ports;
  }

  wanted(...directions: readonly Direction[]): void {
    for (const direction of directions) this.#wanted.add(direction);
    if (this.#running || this.#stop.signal.aborted) return;
    this.#running = true;
    void this.#run();
  }

  wake(): void {
    this.#pause.abort();
  }

  end(): void {
    this.#stop.abort();
    this.#pause.abort();
  }

  async #run(): Promise<void> {
    const { clock, events } = this.#ports;
    let failures = 0;
    while (this.#wanted.size > 0 && !this.#stop.signal.aborted) {
      const directions = [...this.#wanted];
      this.#wanted.clear();
      try {
        for (const direction of directions) await this.#replicate(direction);
        failures = 0;
        events.trouble(this.#space.name, undefined);
      } catch (error) {
        if (this.#stop.signal.aborted) break;
        for (const direction of directions) this.#wanted.add(direction);
        failures += 1;
        // It may have been taken from the host meanwhile: then it is made anew.
        this.#there = undefined;
        events.trouble(this.#space.name, codeOf(error));
        this.#pause = new AbortController();
        // The host is on this machine: a tenth of what is fit for friends, and a minute at most.
        await sleep(clock, backoff(failures, longestWait) / 10, this.#pause.signal);
      }
    }
    this.#running = false;
  }

  async #replicate(direction: Direction): Promise<void> {
    const { stores, host, events } = this.#ports;
    const { name, door } = this.#space;
    const here = await stores.open(name);
    this.#there ??= await hostDatabase(host, name);
    const there = this.#there;
    if (direction === 'push') {
      await replicate(here, there, 'source', this.#stop.signal);
      return;
    }
    const target = checkedTarget(here, {
      check: (document) => checkAtDoor(door, document, name),
      stored: (ids) => events.stored(name, ids),
      refused: (code, count) => events.refused(name, code, count),
    });
    await replicate(there, target, 'target', this.#stop.signal);
  }
}
