import type { DocumentId } from '../../../domain/document/id.ts';
import type { Gap } from '../../../domain/space/gaps.ts';
import type { SpaceName } from '../../../domain/space/name.ts';
import type { Context } from '../context.ts';
import type { OpenSpace } from '../spaces/open-space.ts';

export interface MissingPorts {
  readonly now: () => number;
  /** Runs once after so many milliseconds; returns what calls it off. */
  readonly after: (milliseconds: number, run: () => void) => () => void;
  readonly changed: Context['changed'];
  /** Everybody who is connected and shares this space is asked for all of it again. */
  readonly askAgain: (space: SpaceName) => void;
}

/** Milliseconds. What comes in several portions is not missing in between. */
const settled = 1_000;
/** By then whoever has it has brought it, or it takes asking. */
const patience = 60_000;
/** Asking costs a list of all documents; who withholds something may do so for ever. */
const askedEvery = 6 * 3_600_000;

type Read = Pick<OpenSpace, 'name' | 'gaps'>;

/** What authors have written and is not here, by the posts at which it shows; asked for again now and then. */
export class Missing {
  readonly #ports: MissingPorts;
  readonly #gaps = new Map<string, ReadonlyMap<DocumentId, Gap>>();
  readonly #read = new Map<string, Read>();
  readonly #asked = new Map<string, number>();
  readonly #timers = new Set<() => void>();
  #waits = false;

  constructor(ports: MissingPorts) {
    this.#ports = ports;
  }

  /** Something came to this space. It is looked at in a while. */
  read(space: Read): void {
    this.#read.set(space.name, space);
    if (this.#waits) return;
    this.#waits = true;
    this.#after(settled, () => {
      this.#waits = false;
      this.#look();
    });
  }

  /** What is wrong at a post, as far as it was looked at. */
  at(space: string, post: DocumentId): Gap | undefined {
    return this.#gaps.get(space)?.get(post);
  }

  /** Asks now. */
  ask(space: SpaceName): void {
    this.#asked.set(space, this.#ports.now());
    this.#ports.askAgain(space);
  }

  stop(): void {
    for (const callOff of this.#timers) callOff();
    this.#timers.clear();
  }

  #look(): void {
    const spaces = [...this.#read.values()];
    this.#read.clear();
    let isNew = false;
    for (const space of spaces) {
      const before = this.#gaps.get(space.name);
      const gaps = space.gaps?.() ?? new Map<DocumentId, Gap>();
      this.#gaps.set(space.name, gaps);
      isNew ||= !equal(before, gaps);
      if (gaps.size > 0) this.#after(patience, () => this.#askIfDue(space));
    }
    if (isNew) this.#ports.changed('feed');
  }

  #askIfDue({ name }: Read): void {
    const isMissing = [...(this.#gaps.get(name)?.values() ?? [])].some((gap) => gap.missing > 0);
    const asked = this.#asked.get(name) ?? -Infinity;
    if (isMissing && Math.abs(this.#ports.now() - asked) > askedEvery) this.ask(name);
  }

  #after(milliseconds: number, run: () => void): void {
    const callOff = this.#ports.after(milliseconds, () => {
      this.#timers.delete(callOff);
      run();
    });
    this.#timers.add(callOff);
  }
}

function equal(
  a: ReadonlyMap<DocumentId, Gap> | undefined,
  b: ReadonlyMap<DocumentId, Gap>,
): boolean {
  const same = (gap: Gap | undefined, { missing, forked }: Gap) =>
    gap?.missing === missing && gap.forked === forked;
  return (a?.size ?? 0) === b.size && [...b].every(([id, gap]) => same(a?.get(id), gap));
}
