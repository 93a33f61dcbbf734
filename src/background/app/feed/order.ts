import type { EntryName } from '../../../domain/space/entry.ts';
import type { OpenSpace, SpacePost } from '../spaces/open-space.ts';

/** A post in its place among others. */
export interface Entry {
  readonly post: SpacePost;
  readonly space: OpenSpace;
  /** Claimed, but no later than it was first seen here. */
  readonly time: number;
}

/** Where something is in the order. */
export interface Place {
  readonly time: number;
  readonly id: string;
}

interface Placed extends Place {
  readonly post: SpacePost;
}

/** The order in which posts are shown: newest first; of the same moment, by id. */
export function newestFirst(a: Place, b: Place): number {
  if (a.time !== b.time) return b.time - a.time;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/** Names a place in the order; opaque to pages. */
export function cursorOf({ time, post }: Entry): string {
  return `${time}.${post.id}`;
}

/** What it names may be gone; what is no cursor is before everything. */
export function placeOf(cursor: string): Place {
  const [time = '', id = ''] = cursor.split('.');
  return { time: /^\d+$/.test(time) ? Number(time) : Infinity, id };
}

/** More than so many are sorted together rather than put in their places one by one. */
const fewAtOnce = 64;

/** One space's posts in order, and what answers each. What comes or goes costs little, however many there are. */
export class SpaceOrder {
  /** The oldest first: what comes mostly goes to the end. */
  #placed: Placed[] = [];
  readonly #replies = new Map<EntryName, number>();

  /** Those that were there under the same id are replaced. */
  put(posts: Iterable<{ readonly post: SpacePost; readonly time: number }>): void {
    const fresh: Placed[] = [];
    for (const { post, time } of posts) {
      const placed = { post, time, id: post.id };
      const index = this.#indexOf(placed);
      const known = this.#placed[index];
      if (known?.id === placed.id) {
        this.#count(known.post, -1);
        this.#placed[index] = placed;
      } else fresh.push(placed);
      this.#count(post, 1);
    }
    if (fresh.length > fewAtOnce) {
      this.#placed = [...this.#placed, ...fresh].toSorted((a, b) => newestFirst(b, a));
    } else for (const placed of fresh) this.#placed.splice(this.#indexOf(placed), 0, placed);
  }

  remove(place: Place): void {
    const index = this.#indexOf(place);
    const known = this.#placed[index];
    if (known?.id !== place.id) return;
    this.#placed.splice(index, 1);
    this.#count(known.post, -1);
  }

  /** How many posts answer this one. */
  replies(name: EntryName): number {
    return this.#replies.get(name) ?? 0;
  }

  /** The newest that come after a place in the order and are wanted, so many at most. */
  after(
    place: Place | undefined,
    most: number,
    isWanted: (placed: Placed) => boolean,
  ): readonly Placed[] {
    const found: Placed[] = [];
    const end = place === undefined ? this.#placed.length : this.#indexOf(place);
    for (let index = end - 1; index >= 0 && found.length < most; index -= 1) {
      const placed = this.#placed[index];
      if (placed && isWanted(placed)) found.push(placed);
    }
    return found;
  }

  /** Those of a time, the oldest first. */
  between(from: number, until: number): readonly Placed[] {
    // Of one moment the highest id is the oldest: no id is after this one.
    const last = '\uffff';
    return this.#placed.slice(
      this.#indexOf({ time: from, id: last }),
      this.#indexOf({ time: until, id: last }),
    );
  }

  #count(post: SpacePost, by: 1 | -1): void {
    for (const name of post.answers) {
      const count = this.replies(name) + by;
      if (count > 0) this.#replies.set(name, count);
      else this.#replies.delete(name);
    }
  }

  /** Of the first that is not older; the length if all are. */
  #indexOf(place: Place): number {
    let [low, high] = [0, this.#placed.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const placed = this.#placed[middle];
      if (placed && newestFirst(placed, place) > 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
