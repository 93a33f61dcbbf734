import * as v from 'valibot';
import type { DraftView } from '../../../protocol/page-calls/drafts.ts';
import type { Clock } from '../../../store/clock.ts';
import type { Vault, VaultChange } from '../../../store/ports.ts';
import type { Context } from '../context.ts';
import { decodeRecord } from '../records.ts';

const draftRecord = v.strictObject({ text: v.string(), title: v.string() });

const none: DraftView = { text: '', title: '' };

/** So long nothing more is typed before it is written down: the disk is not to hear of every letter. */
const pauseMilliseconds = 1_000;

export interface DraftsParts {
  readonly vault: Vault;
  readonly after: Clock['after'];
  readonly failed: Context['failed'];
}

/**
 * What somebody has begun to write, by its place (`<whose>/<what>`): sealed in the vault a moment after the last
 * letter, there again when a page is opened again, and gone with whose it is.
 */
export class Drafts {
  readonly #parts: DraftsParts;
  /** Not written down yet; an empty one is to be let go. */
  readonly #typed = new Map<string, DraftView>();
  #stopWaiting = () => {};

  constructor(parts: DraftsParts) {
    this.#parts = parts;
  }

  at(place: string): DraftView {
    const kept = decodeRecord(draftRecord, this.#parts.vault.get(nameOf(place)));
    return this.#typed.get(place) ?? kept ?? none;
  }

  /** Resolves at once; what is empty is let go at once, as it was sent or is not wanted. */
  async keep(place: string, draft: DraftView): Promise<void> {
    this.#typed.set(place, draft);
    if (draft.text === '' && draft.title === '') return this.save();
    this.#stopWaiting();
    this.#stopWaiting = this.#parts.after(pauseMilliseconds, () => {
      this.save().catch(this.#parts.failed);
    });
  }

  /** Writes down what was typed. */
  async save(): Promise<void> {
    this.#stopWaiting();
    const { vault } = this.#parts;
    const changes = [...this.#typed].flatMap(([place, { text, title }]): VaultChange[] => {
      const empty = text === '' && title === '';
      if (empty && vault.get(nameOf(place)) === undefined) return [];
      return [[nameOf(place), empty ? undefined : { text, title }]];
    });
    const written = [...this.#typed];
    if (changes.length > 0) await vault.putMany(changes);
    for (const [place, draft] of written) {
      if (this.#typed.get(place) === draft) this.#typed.delete(place);
    }
  }

  /** For the write in which the rest of a space or of a conversation goes. */
  forgetting(whose: string): VaultChange[] {
    const kept = this.#parts.vault.entries(nameOf(`${whose}/`)).map(([name]) => name);
    // What is being written down at this moment is not to be read there yet.
    const typed = [...this.#typed.keys()].filter((place) => place.startsWith(`${whose}/`));
    for (const place of typed) this.#typed.delete(place);
    const names = new Set([...kept, ...typed.map(nameOf)]);
    return [...names].map((name): VaultChange => [name, undefined]);
  }

  /** What is being written to somebody who has another address now. */
  async take(from: string, to: string): Promise<void> {
    const begun = this.at(`${from}/talk`);
    if (begun.text !== '') await this.keep(`${to}/talk`, begun);
  }
}

function nameOf(place: string): string {
  return `draft/${place}`;
}
