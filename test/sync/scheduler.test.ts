import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as plan from '../../src/sync/scheduler.ts';

const none: plan.Schedule = new Map();
const still = () => 0;

describe('whom to dial when', () => {
  it('dials newcomers at once, those seen last first, so many at a time', () => {
    const peers = [
      { address: 'a', lastSeen: 5 },
      { address: 'b' },
      { address: 'c', lastSeen: 9 },
      { address: 'd', lastSeen: 7 },
    ];
    let schedule = plan.withPeers(none, peers, 100);
    expect(plan.toDial(plan.standingsOf(schedule, 100), 3)).toEqual(['c', 'd', 'a']);
    schedule = plan.dialing(plan.dialing(schedule, 'c'), 'd');
    expect(plan.toDial(plan.standingsOf(schedule, 100), 3)).toEqual(['a']);
    schedule = plan.connected(schedule, 'c', 101);
    expect(plan.toDial(plan.standingsOf(schedule, 101), 3)).toEqual(['a', 'b']);
  });

  it('waits 30 seconds, 2, 8, 32 and 60 minutes after failures, and begins anew after a success', () => {
    let schedule = plan.withPeers(none, [{ address: 'a' }], 0);
    const waits: number[] = [];
    let now = 0;
    for (let attempt = 0; attempt < 7; attempt += 1) {
      schedule = plan.failed(plan.dialing(schedule, 'a'), 'a', now, still);
      const due = plan.standingsOf(schedule, now).next ?? 0;
      waits.push((due - now) / 1_000);
      now = due;
    }
    expect(waits).toEqual([30, 120, 480, 1_920, 3_600, 3_600, 3_600]);
    schedule = plan.connected(plan.dialing(schedule, 'a'), 'a', now);
    schedule = plan.failed(schedule, 'a', now + 5_000, still);
    expect(plan.standingsOf(schedule, now + 5_000).next).toBe(now + 35_000);
  });

  it('dials again soon after a connection that held', () => {
    let schedule = plan.withPeers(none, [{ address: 'a' }], 0);
    schedule = plan.connected(plan.dialing(schedule, 'a'), 'a', 0);
    schedule = plan.failed(schedule, 'a', 600_000, still);
    expect(plan.standingsOf(schedule, 600_000).next).toBe(602_000);
    schedule = plan.failed(plan.dialing(schedule, 'a'), 'a', 602_000, still);
    expect(plan.standingsOf(schedule, 602_000).next).toBe(632_000);
  });

  it('a doorbell makes a waiting friend due at once, and no other', () => {
    let schedule = plan.withPeers(none, [{ address: 'a' }, { address: 'b' }], 0);
    for (const address of ['a', 'b']) {
      schedule = plan.failed(plan.dialing(schedule, address), address, 0, still);
    }
    expect(plan.toDial(plan.standingsOf(plan.woken(schedule, 'a', 10), 10), 6)).toEqual(['a']);
    schedule = plan.connected(plan.dialing(schedule, 'a'), 'a', 10);
    expect(plan.woken(schedule, 'a', 10)).toBe(schedule);
    expect(plan.woken(schedule, 'stranger', 10)).toBe(schedule);
  });

  it('who rings while being dialled is dialled once more at once if that fails, and not again', () => {
    let schedule = plan.dialing(plan.withPeers(none, [{ address: 'a' }], 0), 'a');
    schedule = plan.failed(plan.woken(schedule, 'a', 1), 'a', 2, still);
    expect(plan.toDial(plan.standingsOf(schedule, 2), 6)).toEqual(['a']);
    schedule = plan.failed(plan.dialing(schedule, 'a'), 'a', 3, still);
    expect(plan.toDial(plan.standingsOf(schedule, 3), 6)).toEqual([]);
    expect(plan.standingsOf(schedule, 3).next).toBe(30_003);
  });

  it('forgets friends who are gone and keeps the others as they were', () => {
    let schedule = plan.withPeers(none, [{ address: 'a' }, { address: 'b' }], 0);
    schedule = plan.failed(plan.dialing(schedule, 'a'), 'a', 0, still);
    schedule = plan.withPeers(schedule, [{ address: 'a' }, { address: 'c' }], 5);
    expect([...schedule.keys()]).toEqual(['a', 'c']);
    expect(plan.toDial(plan.standingsOf(schedule, 5), 6)).toEqual(['c']);
  });

  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  const step = fc.record({
    what: fc.constantFrom('dial', 'connected', 'failed', 'woken', 'peers'),
    who: fc.constantFrom(...names),
    some: fc.subarray(names),
    pass: fc.nat(700_000),
    random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  });

  it('whatever happens: never more dials than allowed, never a friend forgotten, never a wait over 72 minutes', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let schedule = plan.withPeers(
          none,
          names.map((address) => ({ address })),
          0,
        );
        let now = 0;
        for (const { what, who, some, pass, random } of steps) {
          now += pass;
          const before = new Map(schedule);
          const old = schedule;
          switch (what) {
            case 'dial':
              for (const each of plan.toDial(plan.standingsOf(schedule, now), 3)) {
                schedule = plan.dialing(schedule, each);
              }
              break;
            case 'connected':
              if (schedule.get(who)?.phase === 'dialing') {
                schedule = plan.connected(schedule, who, now);
              }
              break;
            case 'failed':
              if (schedule.has(who) && schedule.get(who)?.phase !== 'waiting') {
                schedule = plan.failed(schedule, who, now, () => random);
              }
              break;
            case 'woken':
              schedule = plan.woken(schedule, who, now);
              break;
            case 'peers':
              schedule = plan.withPeers(
                schedule,
                [...new Set([...some, ...schedule.keys()])].map((address) => ({ address })),
                now,
              );
              break;
          }
          // Values are never changed under anybody's hands.
          expect(old).toEqual(before);
          const phases = [...schedule.values()];
          expect(phases.filter(({ phase }) => phase === 'dialing').length).toBeLessThanOrEqual(3);
          for (const { phase, due } of phases) {
            if (phase === 'waiting') expect(due - now).toBeLessThanOrEqual(4_320_000);
          }
          // Everybody who waits is either due, or somebody will be: the timer never runs dry.
          const waiting = phases.some(({ phase, due }) => phase === 'waiting' && due > now);
          expect(plan.standingsOf(schedule, now).next !== undefined).toBe(waiting);
        }
        expect([...schedule.keys()].toSorted()).toEqual(names);
      }),
      { numRuns: 300 },
    );
  });
});
