import type { VaultChange } from '../../../store/ports.ts';
import type { Context } from '../context.ts';
import { decodeRecord, lifeClockRecord } from '../records.ts';

const name = 'life-clock';

/**
 * By what disappearing messages are counted: milliseconds gone by, as far as we saw them go. A computer's
 * clock that is set back takes nothing back; what went by unseen while it was set back is all that is lost.
 * One that is set forward counts: rather erased too early than kept too long.
 */
export class LifeClock {
  readonly #context: Pick<Context, 'vault' | 'now'>;
  #at: number;
  #count: number;

  constructor(context: Pick<Context, 'vault' | 'now'>) {
    this.#context = context;
    const kept = decodeRecord(lifeClockRecord, context.vault.get(name));
    this.#at = kept?.at ?? context.now();
    this.#count = kept?.count ?? 0;
  }

  now(): number {
    const at = this.#context.now();
    this.#count += Math.max(0, at - this.#at);
    this.#at = at;
    return this.#count;
  }

  /** To be written with whatever was counted by it. */
  change(): VaultChange {
    const count = this.now();
    return [name, { at: this.#at, count }];
  }
}
