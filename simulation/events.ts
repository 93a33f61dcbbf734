/** What will happen when, in simulated milliseconds. Of two things at the same time the one planned first comes first. */
export class Events {
  #now = 0;
  #planned = 0;
  /** A binary heap: no entry is later than those at twice its place and beside that. */
  readonly #heap: { at: number; order: number; run: () => void }[] = [];
  /** How many have happened. */
  happened = 0;

  get now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): void {
    this.at(this.#now + ms, run);
  }

  at(at: number, run: () => void): void {
    const heap = this.#heap;
    const entry = { at: Math.max(at, this.#now), order: this.#planned, run };
    this.#planned += 1;
    let place = heap.length;
    heap.push(entry);
    while (place > 0) {
      const above = (place - 1) >> 1;
      const other = heap[above];
      if (!other || isBefore(other, entry)) break;
      heap[place] = other;
      place = above;
    }
    heap[place] = entry;
  }

  /** Lets everything happen that is planned until `end`. */
  runUntil(end: number): void {
    for (;;) {
      const first = this.#heap[0];
      if (!first || first.at > end) break;
      this.#takeFirst();
      this.#now = first.at;
      this.happened += 1;
      first.run();
    }
    this.#now = end;
  }

  #takeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let place = 0;
    for (;;) {
      const left = 2 * place + 1;
      const one = heap[left];
      const other = heap[left + 1];
      if (!one) break;
      const sooner = other && isBefore(other, one) ? other : one;
      if (isBefore(last, sooner)) break;
      heap[place] = sooner;
      place = sooner === one ? left : left + 1;
    }
    heap[place] = last;
  }
}

interface Ordered {
  readonly at: number;
  readonly order: number;
}

const isBefore = (a: Ordered, b: Ordered): boolean =>
  a.at < b.at || (a.at === b.at && a.order < b.order);
