import { type Circle, circleOf, fraction, type Partner } from '../src/sync/gossip.ts';
import * as plan from '../src/sync/scheduler.ts';
import { turnOf } from '../src/sync/turn.ts';
import { past, tokenLife } from './assumptions.ts';
import type { Shared } from './documents.ts';
import { Link } from './link.ts';
import type { World } from './world.ts';

const nobody: Circle = circleOf([], { seed: 0, isKnown: () => false });

export interface NodeParts {
  readonly id: number;
  readonly isSlow: boolean;
  readonly friends: ReadonlySet<number>;
  readonly forums: readonly Shared[];
}

/** One person's add-on and host: dials as `PeerSync` does, by the same functions. */
export class Node {
  readonly id: number;
  readonly address: string;
  readonly isSlow: boolean;
  readonly friends: ReadonlySet<number>;
  readonly forums: readonly Shared[];
  readonly links = new Map<string, Link>();
  /** Those who hold a long-poll at our door. */
  readonly inbound = new Set<Link>();
  isOnline = false;
  readonly #world: World;
  #schedule: plan.Schedule = new Map();
  #circle = nobody;
  #timerAt = Infinity;
  readonly #lastSeen = new Map<string, number>();
  /** When we last exchanged with whom, of those in our forums. */
  readonly #met = new Map<number, number>();
  readonly #tokens = new Map<string, number>();

  constructor(world: World, { id, isSlow, friends, forums }: NodeParts) {
    this.#world = world;
    this.id = id;
    this.address = `p${id}`;
    this.isSlow = isSlow;
    this.friends = friends;
    this.forums = forums;
  }

  get longPolls(): number {
    let up = 0;
    for (const link of this.links.values()) if (link.isUp) up += 1;
    return up;
  }

  /** Forums that both are in; empty while we are offline. */
  forumsWith({ address }: Node): readonly string[] {
    return this.#circle.spacesOf.get(address) ?? [];
  }

  comeOnline(): void {
    this.isOnline = true;
    this.#timerAt = Infinity;
    const peers = this.#peers();
    const seed = this.id * 7_919;
    const isKnown = (address: string) => this.lastMet(Number(address.slice(1))) !== undefined;
    this.#circle = circleOf(peers, { seed, isKnown });
    const seen = peers.map((peer) => ({ ...peer, lastSeen: this.#lastSeen.get(peer.address) }));
    this.#schedule = plan.withPeers(new Map(), seen, this.#now);
    this.#go();
  }

  goOffline(): void {
    this.isOnline = false;
    for (const [address, { lastSeen }] of this.#schedule) this.#lastSeen.set(address, lastSeen);
    for (const link of this.links.values()) this.#end(link);
    this.links.clear();
    this.#circle = nobody;
    this.#schedule = new Map();
    for (const link of this.inbound) {
      this.#world.events.after(link.noticedAfter(), () => link.breakOff());
    }
    this.inbound.clear();
  }

  connected(link: Link): void {
    const { address } = link.to;
    this.#schedule = plan.connected(this.#schedule, address, this.#now);
    this.#tokens.set(address, this.#now + tokenLife);
    this.#go();
  }

  /** The dial was in vain, or the connection broke. */
  lost(link: Link): void {
    const { address } = link.to;
    if (this.links.get(address) !== link) return;
    this.links.delete(address);
    if (!this.isOnline) return;
    const { longestWait, chance } = this.#world;
    const random = () => chance.fraction();
    this.#schedule = plan.failed(this.#schedule, address, this.#now, random, longestWait);
    this.#go();
  }

  /** Somebody has come to our door. */
  rung({ address }: Node): void {
    const before = this.#schedule;
    this.#schedule = plan.woken(before, address, this.#now);
    if (this.#schedule !== before) this.#go();
  }

  holdsToken({ address }: Node): boolean {
    return (this.#tokens.get(address) ?? 0) > this.#now;
  }

  /** When we last exchanged with them; some have met before the simulation began. */
  lastMet(other: number): number | undefined {
    const met = this.#met.get(other);
    if (met !== undefined) return met;
    const luck = fraction(this.id, `met ${other}`);
    const known = this.friends.has(other) ? 1 : past.known;
    return luck < known ? past.ago * Math.log(1 - luck / known) : undefined;
  }

  meets(other: number): void {
    this.#met.set(other, this.#now);
  }

  get #now(): number {
    return this.#world.events.now;
  }

  #peers(): Partner[] {
    const none: readonly Shared[] = [];
    const spaces = new Map([...this.friends].map((id) => [id, none]));
    for (const forum of this.forums) {
      // Who are together in the same forums have one list of them.
      const longer = new Map<readonly Shared[], readonly Shared[]>();
      for (const id of forum.members) {
        if (id === this.id) continue;
        const before = spaces.get(id) ?? none;
        const after = longer.get(before) ?? [...before, forum];
        longer.set(before, after);
        spaces.set(id, after);
      }
    }
    return [...spaces].map(([id, shared]) => ({
      address: this.#world.nodes[id]?.address ?? '',
      kind: this.friends.has(id) ? 'friend' : 'member',
      spaces: shared,
    }));
  }

  #go(): void {
    if (!this.isOnline) return;
    const { events, rules, traffic } = this.#world;
    const { dial, drop, next } = turnOf(this.#circle, this.#schedule, events.now, rules);
    for (const address of drop) {
      const link = this.links.get(address);
      if (link) this.#end(link);
      this.links.delete(address);
      this.#schedule = plan.rested(this.#schedule, address, events.now);
    }
    for (const address of dial) {
      this.#schedule = plan.dialing(this.#schedule, address);
      const link = new Link(this.#world, this, this.#world.nodeAt(address));
      this.links.set(address, link);
      if (traffic.counting && this.#circle.isMember(address)) traffic.memberDials += 1;
      link.dial();
    }
    if (next === undefined || next >= this.#timerAt) return;
    this.#timerAt = next;
    events.at(next, () => {
      if (this.#timerAt !== next) return;
      this.#timerAt = Infinity;
      this.#go();
    });
  }

  #end(link: Link): void {
    if (link.isUp) this.meets(link.to.id);
    link.end();
  }
}
