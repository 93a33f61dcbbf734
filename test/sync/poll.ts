import { expect, vi } from 'vitest';

// On a busy machine real servers and databases take their time.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

/** Asks again until it is so. */
export function poll(get: () => unknown): ReturnType<typeof expect.poll> {
  return expect.poll(get, { timeout: 20_000, interval: 20 });
}
