import { writeSync } from 'node:fs';

/** The same faults at the same places each time, and others with another seed: `FAULT_SEED=7 npm run test:faults`. */
export class Chance {
  readonly seed: number;
  #state: number;

  constructor(seed: number = Number(process.env['FAULT_SEED'] ?? 1)) {
    this.seed = seed;
    // Seeds that are neighbours begin alike otherwise.
    this.#state = Math.imul(seed, 2_654_435_761) >>> 0;
  }

  /** A whole number from 0, below `most`; Numerical Recipes' generator, whose high bits are the good ones. */
  below(most: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * most);
  }

  pick<T>(choices: readonly T[]): T {
    const choice = choices[this.below(choices.length)];
    if (choice === undefined) throw new Error('nothing to choose from');
    return choice;
  }
}

/** As many as named, or as often as `FAULT_ROUNDS` says instead. */
export function roundsOf(usual: number): number {
  return Number(process.env['FAULT_ROUNDS'] ?? usual);
}

/** What was done, whether or not it went well: a passing test's own words are not shown. */
export function report(kind: string, { seed }: Chance, what: string): void {
  writeSync(2, `faults: ${kind}: seed ${seed}: ${what}\n`);
}
