import {
  changeSegment,
  decodeSegment,
  emptySegment,
  encodeSegment,
  findInSegment,
  type Segment,
  textsInSegment,
} from '../../../domain/search/segment.ts';
import { serial } from '../../../store/serial.ts';
import type { StoredForms } from '../stored/stored-forms.ts';

/** Changed whenever the words of a text, or how they are written down, are others than before. */
const format = 'words/1';
const partPrefix = 'words/';

/** So many texts that came since are read again after a start rather than written each time. */
const fewTexts = 32;

/** The index of one space or conversation, as it is held in memory. */
interface Index {
  segments: Segment[];
  /** In which segment a text is; -1: not written yet. */
  readonly places: Map<string, number>;
  /** Not written yet. */
  readonly fresh: Map<string, ReadonlySet<string>>;
}

/**
 * Which words stand in what one may read, for each space and conversation by itself: kept as sealed stored forms, in
 * segments that are written whole, under a key that goes with the space. Read when first asked for. A text
 * that is removed leaves no word behind, in memory or stored.
 */
export class StoredWords {
  readonly #forms: StoredForms;
  readonly #open = new Map<string, Index>();
  /** What was removed does not come back by somebody who had read it before. */
  readonly #removed = new Set<string>();
  readonly #oneByOne = serial();

  constructor(forms: StoredForms) {
    this.#forms = forms;
  }

  /** The texts that are indexed, by their keys. */
  keys(space: string): Promise<ReadonlySet<string>> {
    return this.#oneByOne(async () => new Set((await this.#load(space)).places.keys()));
  }

  /** Of the texts of a space whose index has been read, those that hold all of these. */
  find(space: string, wanted: readonly string[]): string[] {
    const index = this.#open.get(space);
    if (!index || wanted.length === 0) return [];
    const found = index.segments.flatMap((segment) => findInSegment(segment, wanted));
    for (const [key, terms] of index.fresh) {
      const has = (one: string) => [...terms].some((term) => term.startsWith(one));
      if (wanted.every(has)) found.push(key);
    }
    return found;
  }

  /** Of a space whose `keys` were asked for. What is indexed already stays as it is: another wording has another key. */
  add(space: string, texts: ReadonlyMap<string, ReadonlySet<string>>): Promise<void> {
    return this.#oneByOne(async () => {
      const index = this.#open.get(space);
      // The space has gone meanwhile.
      if (!index) return;
      for (const [key, terms] of texts) {
        if (index.places.has(key) || this.#removed.has(`${space}/${key}`)) continue;
        index.places.set(key, -1);
        index.fresh.set(key, terms);
      }
      if (index.fresh.size >= textsInSegment) await this.#write(space, index);
    });
  }

  /** Resolves when none of their words is stored any more. */
  remove(space: string, keys: Iterable<string>): Promise<void> {
    return this.#oneByOne(async () => {
      const all = [...keys];
      for (const key of all) this.#removed.add(`${space}/${key}`);
      if (!this.#open.has(space) && this.#partsOf(space).length === 0) return;
      const index = await this.#load(space);
      const bySegment = new Map<number, Set<string>>();
      for (const key of all) {
        const place = index.places.get(key);
        if (place === undefined) continue;
        index.places.delete(key);
        index.fresh.delete(key);
        if (place >= 0) bySegment.set(place, (bySegment.get(place) ?? new Set()).add(key));
      }
      for (const [place, removed] of bySegment) {
        const segment = changeSegment(index.segments[place] ?? emptySegment, removed, new Map());
        await this.#keep(space, index, place, segment);
      }
    });
  }

  /** Writes down what has come since, if that is worth it. */
  save(space: string): Promise<void> {
    return this.#oneByOne(async () => {
      const index = this.#open.get(space);
      if (!index || index.fresh.size === 0) return;
      if (index.segments.length > 0 && index.fresh.size < fewTexts) return;
      await this.#write(space, index);
    });
  }

  /** Its stored form goes with its key, which is the caller's to destroy after this. */
  forget(space: string): Promise<void> {
    return this.#oneByOne(async () => {
      this.#open.delete(space);
    });
  }

  async #load(space: string): Promise<Index> {
    const known = this.#open.get(space);
    if (known) return known;
    const index: Index = { segments: [], places: new Map(), fresh: new Map() };
    for (const [place, part] of this.#partsOf(space).entries()) {
      const bytes = await this.#forms.load({ space, part, format });
      const decoded = bytes && decodeSegment(bytes);
      const segment = decoded?.ok === true ? decoded.value : emptySegment;
      index.segments.push(segment);
      for (const key of segment.keys) index.places.set(key, place);
      // Of what can't be read nobody knows what words it holds.
      if (segment === emptySegment) await this.#keep(space, index, place, segment);
    }
    this.#open.set(space, index);
    return index;
  }

  async #write(space: string, index: Index): Promise<void> {
    const last = index.segments.length - 1;
    const before = index.segments[last];
    const hasRoom = before && before.keys.length + index.fresh.size <= textsInSegment;
    const place = hasRoom ? last : last + 1;
    const fresh = new Map(index.fresh);
    const segment = changeSegment(hasRoom ? before : emptySegment, new Set(), fresh);
    await this.#keep(space, index, place, segment);
    for (const key of fresh.keys()) {
      index.places.set(key, place);
      index.fresh.delete(key);
    }
  }

  async #keep(space: string, index: Index, place: number, segment: Segment): Promise<void> {
    const part = `${partPrefix}${place}`;
    await this.#forms.keep({ space, part, format }, encodeSegment(segment));
    index.segments[place] = segment;
  }

  /** In the order of their numbers, which have no gap. */
  #partsOf(space: string): string[] {
    const count = this.#forms.parts(space).filter((part) => part.startsWith(partPrefix)).length;
    return Array.from({ length: count }, (_, place) => `${partPrefix}${place}`);
  }
}
