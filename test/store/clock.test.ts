import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/store/clock.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('waits for what is further off than a timer can count, instead of not at all', () => {
  const run = vi.fn();
  const fortyDays = 40 * 86_400_000;
  systemClock.after(fortyDays, run);
  vi.advanceTimersByTime(1_000);
  expect(run).not.toHaveBeenCalled();
  vi.advanceTimersByTime(fortyDays);
  expect(run).toHaveBeenCalledOnce();
});

it('can be called off', () => {
  const run = vi.fn();
  systemClock.after(5, run)();
  vi.advanceTimersByTime(10);
  expect(run).not.toHaveBeenCalled();
});
