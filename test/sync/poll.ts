import { expect } from 'vitest';

/** Asks again until it is so: on a busy machine real servers and databases take their time. */
export function poll(get: () => unknown): ReturnType<typeof expect.poll> {
  return expect.poll(get, { timeout: 20_000, interval: 20 });
}
