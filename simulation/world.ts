import type { GossipRules } from '../src/sync/gossip.ts';
import {
  course,
  documentsOfMessage,
  documentsOfPost,
  links,
  past,
  writing,
} from './assumptions.ts';
import { day, hour } from './assumptions.ts';
import { type Chance, chanceOf } from './chance.ts';
import { concerns, has, nowhere, type Shared, sharedOf, type Written } from './documents.ts';
import { Events } from './events.ts';
import { Node } from './node.ts';
import { populationOf } from './population.ts';
import { isOnlineAt, momentIn, type Session, sessionsOf } from './presence.ts';
import { Traffic } from './traffic.ts';

export interface WorldOptions {
  readonly people: number;
  readonly seed: number;
  readonly rules: GossipRules;
  /** Before somebody is dialled again, in milliseconds. */
  readonly longestWait: number;
}

/** All people, and all that happens between them. */
export class World {
  readonly events = new Events();
  readonly traffic = new Traffic();
  readonly chance: Chance;
  readonly rules: GossipRules;
  readonly longestWait: number;
  readonly counted = { from: course.warmUp, until: course.warmUp + course.counted };
  readonly nodes: readonly Node[];
  readonly sessions: readonly (readonly Session[])[];
  /** Everything that was written in the counted time. */
  readonly written: Written[] = [];
  /** How many long-polls somebody who is online holds, now and then. */
  readonly longPollsSeen: number[] = [];
  readonly forums: ReadonlyMap<string, Shared>;
  readonly #feeds: readonly Shared[];
  readonly #conversations = new Map<string, Shared>();

  constructor({ people, seed, rules, longestWait }: WorldOptions) {
    this.rules = rules;
    this.longestWait = longestWait;
    const chance = chanceOf(seed);
    const population = populationOf(people, chance);
    const forums = population.forums.map((members, at) => sharedOf('forum', `f${at}`, members));
    this.forums = new Map(forums.map((forum) => [forum.name, forum]));
    const forumsOf = Array.from({ length: people }, (): Shared[] => []);
    for (const forum of forums) for (const id of forum.members) forumsOf[id]?.push(forum);
    this.#feeds = population.friends.map((friends, id) =>
      sharedOf('feed', `b${id}`, [id, ...friends]),
    );
    this.sessions = population.friends.map(() => sessionsOf(chance, course.whole));
    this.nodes = population.friends.map(
      (friends, id) =>
        new Node(this, {
          id,
          friends,
          forums: forumsOf[id] ?? [],
          isSlow: chance.yes(links.slowPeople),
        }),
    );
    this.#planLives(chance);
    // What happens between people is another stream: other rules then change nobody's life.
    this.chance = chanceOf(seed + 1);
  }

  run(): this {
    const { events, traffic, counted } = this;
    events.at(counted.from, () => (traffic.counting = true));
    events.at(counted.until, () => (traffic.counting = false));
    for (let at = counted.from; at < counted.until; at += hour) events.at(at, () => this.#look());
    events.runUntil(course.whole);
    for (const node of this.nodes) if (node.isOnline) node.goOffline();
    return this;
  }

  nodeAt(address: string): Node {
    const node = this.nodes[Number(address.slice(1))];
    if (!node) throw new TypeError('nobody is there');
    return node;
  }

  /** It has come to somebody, who had it from `bringer`. */
  arrive(written: Written, person: Node, bringer: Node): void {
    const { shared, arrived } = written;
    const place = shared.place.get(person.id);
    if (place === undefined || arrived[place] !== nowhere) return;
    arrived[place] = this.events.now;
    this.#tell(written, person, bringer);
  }

  /** Messages that have waited for this connection. */
  waitingFor(from: Node, to: Node): Written[] {
    const written = this.#conversation(from.id, to.id)?.written ?? [];
    return written.filter((each) => each.author === from.id && !has(each, to.id));
  }

  /** What somebody who has just dialled finds new, and how much they are told in how many spaces. */
  catchUp(from: Node, to: Node): { missing: Written[]; spaces: number; rows: number } {
    const forums = from.forumsWith(to).flatMap((name) => this.forums.get(name) ?? []);
    const own = [this.#feeds[to.id], this.#conversation(from.id, to.id)];
    const missing: Written[] = [];
    let [spaces, rows] = [forums.length, 0];
    for (const shared of own) {
      const found = this.#lacking(shared, from, to);
      if (found.length > 0) spaces += 1;
      missing.push(...found);
    }
    const met = from.lastMet(to.id);
    if (met === undefined && forums.length > 0 && this.traffic.counting) {
      this.traffic.firstContacts += 1;
    }
    const days = Math.min(this.events.now - (met ?? -Infinity), past.forumAge) / day;
    for (const shared of forums) {
      missing.push(...this.#lacking(shared, from, to));
      rows += days * shared.members.length * writing.forumPosts * documentsOfPost;
    }
    if (forums.length > 0) from.meets(to.id);
    return { missing, spaces, rows: Math.round(rows) + missing.length };
  }

  #lacking(shared: Shared | undefined, from: Node, to: Node): Written[] {
    return (shared?.written ?? []).filter(
      (each) => concerns(each, from.id, to.id) && has(each, to.id) && !has(each, from.id),
    );
  }

  #conversation(a: number, b: number): Shared | undefined {
    return this.#conversations.get(conversationName(a, b));
  }

  #tell(written: Written, person: Node, bringer: Node | undefined): void {
    for (const link of person.inbound) {
      if (link.from !== bringer && concerns(written, link.from.id, person.id)) link.hear(written);
    }
  }

  #write(author: Node, shared: Shared, documents: number): void {
    const { now } = this.events;
    const isCounted = now >= this.counted.from && now < this.counted.until;
    const written: Written = {
      shared,
      author: author.id,
      at: now,
      documents,
      arrived: new Float64Array(shared.members.length).fill(nowhere),
      online: isCounted
        ? Uint8Array.from(shared.members, (id) =>
            isOnlineAt(this.sessions[id] ?? [], now) ? 1 : 0,
          )
        : undefined,
    };
    written.arrived[shared.place.get(author.id) ?? 0] = now;
    shared.written.push(written);
    if (isCounted) this.written.push(written);
    this.#tell(written, author, undefined);
    for (const link of author.links.values()) {
      if (link.isUp && shared.place.has(link.to.id)) link.push(written);
    }
  }

  /** When everybody comes, goes and writes is decided before anything happens. */
  #planLives(chance: Chance): void {
    const { events } = this;
    for (const node of this.nodes) {
      // To whom they write must not depend on what else happens meanwhile.
      const life = chanceOf(node.id);
      const sessions = this.sessions[node.id] ?? [];
      for (const [from, until] of sessions) {
        events.at(from, () => node.comeOnline());
        if (until < course.whole) events.at(until, () => node.goOffline());
      }
      const sometimes = (mean: number, write: () => void) => {
        for (let today = 0; today < this.counted.until; today += day) {
          for (let count = chance.poisson(mean); count > 0; count -= 1) {
            const moment = momentIn(sessions, [today, today + day], chance);
            if (moment !== undefined && moment < this.counted.until) events.at(moment, write);
          }
        }
      };
      const feed = this.#feeds[node.id];
      if (feed) sometimes(writing.posts, () => this.#write(node, feed, documentsOfPost));
      for (const forum of node.forums) {
        sometimes(writing.forumPosts, () => this.#write(node, forum, documentsOfPost));
      }
      const friends = [...node.friends];
      if (friends.length === 0) continue;
      sometimes(writing.messages, () => {
        const friend = life.pick(friends);
        const name = conversationName(node.id, friend);
        const shared =
          this.#conversations.get(name) ?? sharedOf('conversation', name, [node.id, friend]);
        this.#conversations.set(name, shared);
        this.#write(node, shared, documentsOfMessage);
      });
    }
  }

  #look(): void {
    for (const node of this.nodes) if (node.isOnline) this.longPollsSeen.push(node.longPolls);
  }
}

const conversationName = (a: number, b: number): string => (a < b ? `c${a}-${b}` : `c${b}-${a}`);
