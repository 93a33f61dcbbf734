import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  circleOf,
  fraction,
  gossipRules,
  gossipTurn,
  type Partner,
} from '../../src/sync/gossip.ts';
import * as plan from '../../src/sync/scheduler.ts';

const none: plan.Schedule = new Map();
const stranger = () => false;

const peer = (address: string, kind: Partner['kind'], spaces: readonly string[]): Partner => ({
  address,
  kind,
  spaces: spaces.map((name) => ({ name })),
});

const forum = (size: number, name = 'forum'): Partner[] =>
  Array.from({ length: size }, (_, at) => peer(`${name} ${at}`, 'member', [name]));

/** One node with its schedule, whose dials succeed or fail as the test says. */
class Node {
  schedule: plan.Schedule = none;
  dials: string[] = [];
  drops: string[] = [];
  now = 0;
  circle;

  constructor(
    readonly peers: readonly Partner[],
    seed = 1,
    isKnown: (address: string) => boolean = stranger,
  ) {
    this.circle = circleOf(peers, { seed, isKnown });
    this.schedule = plan.withPeers(none, peers, 0);
  }

  /** Turn after turn until there is nothing to do now. */
  settle(answers: (address: string) => boolean): void {
    for (;;) {
      const turn = gossipTurn(this.circle, this.schedule, this.now, gossipRules);
      for (const each of turn.drop) {
        this.drops.push(each);
        this.schedule = plan.rested(this.schedule, each, this.now);
      }
      for (const each of turn.dial) {
        this.dials.push(each);
        this.schedule = plan.dialing(this.schedule, each);
      }
      for (const each of turn.dial) {
        this.schedule = answers(each)
          ? plan.connected(this.schedule, each, this.now)
          : plan.failed(this.schedule, each, this.now, () => 0);
      }
      if (turn.dial.length + turn.drop.length === 0) return;
    }
  }

  lose(address: string): void {
    this.schedule = plan.failed(this.schedule, address, this.now, () => 0);
  }

  connected(): string[] {
    return [...this.schedule].flatMap(([address, { phase }]) =>
      phase === 'connected' ? [address] : [],
    );
  }
}

describe('partners in a space', () => {
  it('are few, and others for each node', () => {
    const nodes = [1, 2, 3, 4].map((seed) => new Node(forum(100), seed));
    for (const node of nodes) node.settle(() => true);
    for (const node of nodes) expect(node.connected()).toHaveLength(gossipRules.perSpace);
    expect(new Set(nodes.flatMap((node) => node.connected())).size).toBeGreaterThan(6);
  });

  it('are the same for the same seed', () => {
    const [one, other] = [new Node(forum(100), 7), new Node(forum(100), 7)];
    for (const node of [one, other]) node.settle((each) => fraction(3, each) < 0.4);
    expect(one.dials).toEqual(other.dials);
  });

  it('are connected friends first: with enough of them nobody else is dialled', () => {
    const friends = ['a', 'b', 'c'].map((name) => peer(name, 'friend', ['forum', 'chat']));
    const node = new Node([...friends, ...forum(50)]);
    for (const { address } of friends) node.schedule = plan.connected(node.schedule, address, 0);
    node.settle(() => true);
    expect(node.dials).toEqual([]);
    node.lose('a');
    node.settle(() => true);
    expect(node.dials).toHaveLength(1);
  });

  it('who go away are replaced, and everybody is tried before anybody is tried again', () => {
    const node = new Node(forum(20));
    const away = new Set(forum(20).map(({ address }) => address));
    const last = 'forum 13';
    away.delete(last);
    for (let hour = 0; hour < 3; hour += 1) {
      node.settle((each) => !away.has(each));
      node.now += 3_600_000 / 2;
    }
    expect(new Set(node.dials.slice(0, 20)).size).toBe(20);
    expect(node.connected()).toEqual([last]);
  });

  it('of several spaces at once serve all of them', () => {
    const both = ['x', 'y', 'z'].map((name) => peer(name, 'member', ['one', 'two']));
    const node = new Node(both);
    node.settle(() => true);
    expect(node.connected().toSorted()).toEqual(['x', 'y', 'z']);
  });

  it('are dropped when friends have come who do as well', () => {
    const friends = Array.from({ length: 6 }, (_, at) => peer(`friend ${at}`, 'friend', ['forum']));
    const node = new Node([...friends, ...forum(10)]);
    node.settle(() => true);
    for (const { address } of friends) node.schedule = plan.connected(node.schedule, address, 1);
    node.settle(() => true);
    expect(node.drops).toHaveLength(gossipRules.perSpace);
  });

  it('change with time, one after the other, and never for nobody', () => {
    const node = new Node(forum(12));
    node.settle(() => true);
    const met = new Set(node.connected());
    for (let turn = 0; turn < 40; turn += 1) {
      const again = gossipTurn(node.circle, node.schedule, node.now, gossipRules).again;
      expect(again).toBeGreaterThan(node.now);
      node.now = again ?? 0;
      node.settle(() => true);
      expect(node.connected()).toHaveLength(gossipRules.perSpace);
      for (const each of node.connected()) met.add(each);
    }
    expect(met.size).toBeGreaterThan(gossipRules.perSpace + 2);
    const before = node.connected();
    node.now += 3 * gossipRules.rotateAfter;
    node.settle(() => false);
    expect(node.connected()).toEqual(before);
  });

  it('known from before come sooner, but not always', () => {
    const known = new Set(
      forum(60)
        .map(({ address }) => address)
        .filter((_, at) => at % 3 === 0),
    );
    let [familiar, all] = [0, 0];
    for (let seed = 0; seed < 200; seed += 1) {
      const node = new Node(forum(60), seed, (each) => known.has(each));
      node.settle(() => true);
      familiar += node.connected().filter((each) => known.has(each)).length;
      all += node.connected().length;
    }
    expect(familiar / all).toBeGreaterThan(0.5);
    expect(familiar / all).toBeLessThan(0.95);
  });
});

describe('many spaces', () => {
  const spaces = Array.from({ length: 100 }, (_, at) => `space ${at}`);

  it('share the places there are: none has two partners while another could have one', () => {
    const node = new Node(spaces.flatMap((name) => forum(4, name)));
    node.settle(() => true);
    expect(node.connected()).toHaveLength(gossipRules.members);
    const perSpace = node.connected().map((each) => each.replace(/ \d+$/, ''));
    expect(new Set(perSpace).size).toBe(gossipRules.members);
  });

  it('each have a partner within a few turns when there are more of them than places', () => {
    const node = new Node(spaces.flatMap((name) => forum(4, name)));
    const served = new Set<string>();
    for (let turn = 0; turn < 20; turn += 1) {
      node.settle(() => true);
      for (const each of node.connected()) served.add(each.replace(/ \d+$/, ''));
      node.now += gossipRules.rotateAfter / 2;
    }
    expect(served.size).toBe(spaces.length);
  });
});

describe('in-degrees', () => {
  it('are fair: over many nodes no member is chosen much more often than others, and none never', () => {
    const members = forum(40);
    const chosen = new Map<string, number>();
    for (let seed = 0; seed < 2_000; seed += 1) {
      const node = new Node(members, seed * 7_919);
      node.settle(() => true);
      for (const each of node.connected()) chosen.set(each, (chosen.get(each) ?? 0) + 1);
    }
    const mean = (2_000 * gossipRules.perSpace) / members.length;
    for (const { address } of members) {
      expect(chosen.get(address)).toBeGreaterThan(mean * 0.7);
      expect(chosen.get(address)).toBeLessThan(mean * 1.3);
    }
  });

  it.each([4, 12, 50, 200])('let a post reach all %i members from whoever writes it', (size) => {
    const members = forum(size);
    let [reached, all] = [0, 0];
    for (let world = 0; world < 20; world += 1) {
      const partners = members.map(({ address }, at) => {
        const node = new Node(
          members.filter((each) => each.address !== address),
          world * 1_000 + at,
        );
        node.settle(() => true);
        return node.connected().map((each) => Number(each.replace('forum ', '')));
      });
      // The writer pushes to its own partners; all others hear from those whom they have dialled.
      const have = new Set([0, ...(partners[0] ?? [])]);
      for (let grown = 0; grown < have.size;) {
        grown = have.size;
        partners.forEach((theirs, at) => theirs.some((each) => have.has(each)) && have.add(at));
      }
      reached += have.size;
      all += size;
    }
    expect(reached).toBe(all);
  });
});

const names = Array.from({ length: 12 }, (_, at) => `member ${at}`);
const spaceNames = ['one', 'two', 'three'];
const someone = fc.record({
  kind: fc.constantFrom<Partner['kind']>('friend', 'member', 'member'),
  spaces: fc.subarray(spaceNames, { minLength: 1 }),
});
const step = fc.record({
  what: fc.constantFrom('turn', 'turn', 'connected', 'failed', 'woken'),
  who: fc.constantFrom(...names),
  pass: fc.nat(4_000_000),
});

it('whatever happens: only members who wait are dialled, never too many, and nobody is dropped who is needed', () => {
  const worlds = fc.array(someone, { minLength: names.length, maxLength: names.length });
  fc.assert(
    fc.property(worlds, fc.nat(), fc.array(step, { maxLength: 60 }), (people, seed, steps) => {
      const peers = names.map((name, at) =>
        peer(name, people[at]?.kind ?? 'member', people[at]?.spaces ?? []),
      );
      const circle = circleOf(peers, { seed, isKnown: stranger });
      let schedule = plan.withPeers(none, peers, 0);
      let now = 0;
      const partnersOf = (space: string) =>
        peers.filter(
          ({ address, spaces }) =>
            schedule.get(address)?.phase === 'connected' &&
            spaces.some(({ name }) => name === space),
        ).length;
      for (const { what, who, pass } of steps) {
        now += pass;
        const phase = schedule.get(who)?.phase;
        if (what === 'connected' && phase === 'dialing')
          schedule = plan.connected(schedule, who, now);
        if (what === 'failed' && (phase === 'dialing' || phase === 'connected'))
          schedule = plan.failed(schedule, who, now, () => 0);
        if (what === 'woken') schedule = plan.woken(schedule, who, now);
        const turn = gossipTurn(circle, schedule, now, gossipRules);
        expect(turn).toEqual(gossipTurn(circle, schedule, now, gossipRules));
        expect(turn.again ?? Infinity).toBeGreaterThan(now);
        expect(new Set(turn.dial).size).toBe(turn.dial.length);
        for (const each of turn.dial) {
          expect(circle.isMember(each)).toBe(true);
          const { phase = 'waiting', due = 0 } = schedule.get(each) ?? {};
          expect([phase, due <= now]).toEqual(['waiting', true]);
          schedule = plan.dialing(schedule, each);
        }
        for (const each of turn.drop) {
          expect(schedule.get(each)?.phase).toBe('connected');
          schedule = plan.rested(schedule, each, now);
          for (const space of circle.spacesOf.get(each) ?? []) {
            expect(partnersOf(space)).toBeGreaterThanOrEqual(gossipRules.perSpace);
          }
        }
        const dialling = [...schedule].filter(
          ([address, { phase }]) => phase === 'dialing' && circle.isMember(address),
        );
        expect(dialling.length).toBeLessThanOrEqual(gossipRules.dialsAtOnce);
      }
    }),
    { numRuns: 300 },
  );
});
