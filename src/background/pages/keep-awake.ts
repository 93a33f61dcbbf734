/** Well below any idle time-out a browser has; Firefox's is 30 s unless someone sets another. */
const interval = 1_000;

/**
 * A browser ends an event page that has been idle for a while, in the middle of what it awaits. Calling
 * the browser's own API counts as not being idle, so `stir` does that, again and again for as long as any
 * work is under way or a page of ours is open: a look-up over Tor gets its minute, and what a popup asked
 * for is done to its end although the popup has closed. Otherwise nothing is stirred, and the page may sleep.
 */
export class KeepAwake {
  readonly #stir: () => void;
  #underWay = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(stir: () => void) {
    this.#stir = stir;
  }

  /** Settles as `work` does. */
  async during<Value>(work: Promise<Value>): Promise<Value> {
    this.#underWay += 1;
    this.#timer ??= setInterval(this.#stir, interval);
    try {
      return await work;
    } finally {
      this.#underWay -= 1;
      if (this.#underWay === 0) {
        clearInterval(this.#timer);
        this.#timer = undefined;
      }
    }
  }
}
