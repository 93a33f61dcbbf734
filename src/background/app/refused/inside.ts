import type { OpenSpace } from '../spaces/open-space.ts';
import type { Bringers } from './bringers.ts';
import { somebody } from './refused-records.ts';

type Looked = Pick<OpenSpace, 'name' | 'refused'>;

/**
 * Finds who brought what did not hold inside a space. A document goes by its own id there, or by that of the
 * signed one in it; of the latter only whoever alone brought something can be said to have brought it.
 */
export class Inside {
  readonly #bringers: Bringers;
  readonly #count: (code: string, by: string) => void;
  /** By space. */
  readonly #seen = new Map<string, Set<string>>();
  /** Spaces in which something was found before anybody was known to have brought it. */
  readonly #early = new Map<string, Looked>();

  constructor(bringers: Bringers, count: (code: string, by: string) => void) {
    this.#bringers = bringers;
    this.#count = count;
  }

  /** What lay here before this start was counted when it came. */
  look(space: Looked): void {
    const { name, refused } = space;
    const before = this.#seen.get(name);
    const seen = before ?? new Set<string>();
    this.#seen.set(name, seen);
    this.#early.delete(name);
    const lately = this.#bringers.look(name);
    for (const [id, code] of refused) {
      if (seen.has(id)) continue;
      const { known, by } = this.#bringers.take(id);
      const bringer = by ?? (known || before === undefined ? undefined : oneOf(lately));
      if (bringer !== undefined) this.#count(code, bringer);
      if (known || bringer !== undefined || before === undefined) seen.add(id);
      else this.#early.set(name, space);
    }
  }

  /** It is known now who brought something to this space. */
  heard(name: string): void {
    const space = this.#early.get(name);
    if (space) this.look(space);
  }
}

/** `undefined` if there is none. */
function oneOf(people: ReadonlySet<string>): string | undefined {
  const [one] = people;
  return people.size > 1 ? somebody : one;
}
