import { type Clock, sleep } from '../store/clock.ts';

/** Who has brought nothing for so long, in milliseconds, doesn't hold up the others any more. */
const longestSilence = 3_000;

interface Line {
  /** When the last one in it has ended. */
  last: Promise<void>;
  /** When one of them began or brought something. */
  heard: number;
}

/**
 * Lets pulls of one space from several peers come one after the other: what one member wrote several announce in the same
 * second, and who comes second finds nothing left to fetch. A peer who says nothing holds up the others only a little.
 */
export class SpaceTurns {
  readonly #clock: Clock;
  readonly #lines = new Map<string, Line>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param job is to call `heard` whenever it has brought something */
  async take<T>(space: string, job: (heard: () => void) => Promise<T>): Promise<T> {
    const now = () => this.#clock.now();
    const line = this.#lines.get(space) ?? { last: Promise.resolve(), heard: now() };
    this.#lines.set(space, line);
    const before = line.last;
    let done = () => {};
    const turn = new Promise<void>((resolve) => (done = resolve));
    line.last = turn;
    const heard = () => (line.heard = now());
    try {
      await this.#wait(line, before);
      heard();
      return await job(heard);
    } finally {
      done();
      if (line.last === turn) this.#lines.delete(space);
    }
  }

  async #wait(line: Line, before: Promise<void>): Promise<void> {
    for (let isOver = false; !isOver;) {
      const left = line.heard + longestSilence - this.#clock.now();
      if (left <= 0) return;
      const woken = new AbortController();
      isOver = await Promise.race([
        before.then(() => true),
        sleep(this.#clock, left, woken.signal).then(() => false),
      ]);
      woken.abort();
    }
  }
}
