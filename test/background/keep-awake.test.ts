import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KeepAwake } from '../../src/background/pages/keep-awake.ts';

/** Longer than Firefox lets an event page idle. */
const longEnoughToFallAsleep = 40_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function sleepy() {
  const stir = vi.fn();
  const awake = new KeepAwake(stir);
  return {
    awake,
    /** Whether the page was stirred in a time in which it would have fallen asleep. */
    stirred: async () => {
      stir.mockClear();
      await vi.advanceTimersByTimeAsync(longEnoughToFallAsleep);
      return stir.mock.calls.length > 0;
    },
  };
}

/** Work that is done when the test says so. */
function byHand<Value>() {
  let resolve: (value: Value) => void = () => undefined;
  const promise = new Promise<Value>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

describe('an event page', () => {
  it('is kept awake while work is under way, and no longer', async () => {
    const { awake, stirred } = sleepy();
    expect(await stirred()).toBe(false);
    const work = byHand<string>();
    const done = awake.during(work.promise);
    expect(await stirred()).toBe(true);
    work.resolve('found');
    expect(await done).toBe('found');
    expect(await stirred()).toBe(false);
  });

  it('waits for the last of several', async () => {
    const { awake, stirred } = sleepy();
    const quick = byHand<undefined>();
    const slow = byHand<undefined>();
    const both = [awake.during(quick.promise), awake.during(slow.promise)];
    quick.resolve(undefined);
    await both[0];
    expect(await stirred()).toBe(true);
    slow.resolve(undefined);
    await both[1];
    expect(await stirred()).toBe(false);
  });

  it('may sleep after work that failed, and is kept awake by the next', async () => {
    const { awake, stirred } = sleepy();
    await expect(awake.during(Promise.reject(new Error('lost')))).rejects.toThrow('lost');
    expect(await stirred()).toBe(false);
    void awake.during(new Promise(() => undefined));
    expect(await stirred()).toBe(true);
  });
});
