import { beforeAll, describe, expect, it } from 'vitest';
import { chanceOf } from '../../simulation/chance.ts';
import { Events } from '../../simulation/events.ts';
import { plotOf } from '../../simulation/plot.ts';
import { populationOf } from '../../simulation/population.ts';
import { quantile, type Results, resultsOf, shareWithin } from '../../simulation/results.ts';
import { tableOf } from '../../simulation/table.ts';
import { World } from '../../simulation/world.ts';
import { gossipRules } from '../../src/sync/gossip.ts';
import { longestWait } from '../../src/sync/scheduler.ts';

const simulate = (seed: number, people = 40): Results =>
  resultsOf(new World({ people, seed, rules: gossipRules, longestWait }).run(), seed);
const shown = (results: Results): string => tableOf(results) + plotOf(results);

describe('the simulation', () => {
  let results: Results;
  beforeAll(() => {
    results = simulate(1);
  });

  it('says the same, byte for byte, for the same seed, and something else for another', () => {
    expect(shown(simulate(1))).toBe(shown(results));
    expect(shown(simulate(2))).not.toBe(shown(results));
  });

  it('brings every post to all who are online, and soon', () => {
    for (const { what, online } of results.deliveries) {
      if (online.length > 0) expect([what, shareWithin(online, 3_600)]).toEqual([what, 1]);
    }
  });

  it('holds no more long-polls than there are friends and partners', () => {
    const most = new World({ people: 40, seed: 1, rules: gossipRules, longestWait }).nodes.map(
      ({ friends, forums }) =>
        friends.size + forums.length * (gossipRules.perSpace + gossipRules.spare),
    );
    expect(results.longPolls.at(-1)).toBeLessThanOrEqual(Math.max(...most));
  });
});

describe('its population', () => {
  it('is of the sizes that are meant', () => {
    const { friends, forums } = populationOf(3_000, chanceOf(3));
    const mean = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0) / numbers.length;
    expect(mean(friends.map(({ size }) => size))).toBeGreaterThan(25);
    expect(mean(friends.map(({ size }) => size))).toBeLessThan(35);
    friends.forEach((theirs, each) => {
      expect(theirs.has(each)).toBe(false);
      for (const other of theirs) expect(friends[other]?.has(each)).toBe(true);
    });
    for (const members of forums) {
      expect(new Set(members).size).toBe(members.length);
      expect(members.length).toBeGreaterThanOrEqual(3);
      expect(members.length).toBeLessThanOrEqual(500);
    }
  });
});

describe('its events', () => {
  it('happen in the order of their times, and of their planning', () => {
    const events = new Events();
    const chance = chanceOf(9);
    const happened: [number, number][] = [];
    for (let order = 0; order < 1_000; order += 1) {
      const at = chance.below(100);
      events.at(at, () => happened.push([at, order]));
    }
    events.runUntil(1_000);
    expect(happened).toEqual(happened.toSorted(([a, x], [b, y]) => a - b || x - y));
    expect(happened).toHaveLength(1_000);
  });
});

it('a quantile is one of the numbers, and a share counts those not above', () => {
  expect(quantile([1, 2, 3, 4], 0.5)).toBe(2);
  expect(quantile([1, 2, 3, Infinity], 1)).toBe(Infinity);
  expect(quantile([], 0.5)).toBeNaN();
  expect(shareWithin([1, 2, 2, Infinity], 2)).toBe(0.75);
});
