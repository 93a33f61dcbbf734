import { setTimeout as pause } from 'node:timers/promises';

/** Resolves after so many milliseconds, or when the signal aborts. */
export async function wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await pause(milliseconds, undefined, signal ? { signal } : {}).catch(() => undefined);
}
