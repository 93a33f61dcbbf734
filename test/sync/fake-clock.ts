import type { Clock } from '../../src/store/clock.ts';

/** A clock whose hands the test turns. */
export class FakeClock implements Clock {
  #now: number;
  readonly #timers = new Set<{ at: number; run: () => void }>();

  constructor(now = 1_800_000_000_000) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.#now + ms, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Whoever set them is gone, as a process that was ended. */
  forgetTimers(): void {
    this.#timers.clear();
  }

  /** Lets `ms` pass, ringing each timer at its time; promises that follow get their turn between. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      await turn();
      const next = [...this.#timers]
        .filter(({ at }) => at <= end)
        .toSorted((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.run();
    }
    this.#now = end;
    await turn();
  }
}

/** Everything that waits for a settled promise has gone on when this resolves. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
