import { beforeEach, describe, expect, it } from 'vitest';
import { AutoLock } from '../../src/background/safe/auto-lock.ts';
import { TestSessionArea } from '../store/session-area.ts';
import { FakeClock } from '../sync/fake-clock.ts';

const minute = 60_000;

describe('the safe that nobody uses', () => {
  let clock: FakeClock;
  let session: TestSessionArea;
  let locked: number;
  let alarms: number[];

  /** The background as the browser starts it: its memory is new, the browser's is not. */
  const start = () =>
    new AutoLock({
      session,
      clock,
      wakeIn: (milliseconds) => alarms.push(clock.now() + milliseconds),
      lock: async () => {
        locked += 1;
      },
      failed: (error) => {
        throw error;
      },
    });

  beforeEach(() => {
    clock = new FakeClock();
    session = new TestSessionArea();
    locked = 0;
    alarms = [];
  });

  it('locks after as long as was chosen, counted from the last use', async () => {
    const lock = start();
    lock.follow(5);
    await clock.pass(4 * minute);
    lock.used();
    await clock.pass(4 * minute);
    expect(locked).toBe(0);
    await clock.pass(minute);
    expect(locked).toBe(1);
  });

  it('stays open where nobody chose, and once the choice is taken back', async () => {
    const lock = start();
    lock.follow(undefined);
    lock.used();
    await clock.pass(600 * minute);
    lock.follow(5);
    lock.follow(undefined);
    await clock.pass(600 * minute);
    expect(locked).toBe(0);
    expect(await start().isOver()).toBe(false);
  });

  it('has the browser wake it, and locks before anything is opened', async () => {
    start().follow(15);
    const due = clock.now() + 15 * minute;
    expect(alarms.at(-1)).toBeGreaterThan(due);
    // The background sleeps: its timers are gone.
    clock.forgetTimers();
    await clock.pass(15 * minute);
    expect(await start().isOver()).toBe(true);
  });

  it('does not count what wakes the background for use', async () => {
    start().follow(15);
    for (let waking = 0; waking < 3; waking += 1) {
      clock.forgetTimers();
      await clock.pass(4 * minute);
      const woken = start();
      expect(await woken.isOver()).toBe(false);
      woken.follow(15);
    }
    expect(locked).toBe(0);
    await clock.pass(3 * minute);
    expect(locked).toBe(1);
  });

  it('does not open for a use that comes too late, as after the machine slept', async () => {
    const lock = start();
    lock.follow(5);
    clock.forgetTimers();
    await clock.pass(60 * minute);
    lock.used();
    expect(locked).toBe(1);
  });

  it('begins anew when it was unlocked', async () => {
    const lock = start();
    lock.follow(5);
    await clock.pass(5 * minute);
    lock.follow(undefined);
    await clock.pass(60 * minute);
    lock.follow(5);
    await clock.pass(4 * minute);
    expect(locked).toBe(1);
    await clock.pass(minute);
    expect(locked).toBe(2);
  });
});
