import { excerptOf, termsOf, wantedTerms } from '../../../domain/search/words.ts';
import { type OnionAddress, parseAddress } from '../../../domain/address.ts';
import { replaceMentions } from '../../../protocol/mention-text.ts';
import type { PageCallArguments } from '../../../protocol/page-calls.ts';
import type { FoundView, SearchView } from '../../../protocol/page-calls/search.ts';
import { systemClock } from '../../../store/clock.ts';
import type { Context } from '../context.ts';
import { type Findable, type Source, type SourceParts, sourcesOf } from './sources.ts';

export interface SearchParts extends Omit<SourceParts, 'me'> {
  /** What we call a person; `undefined` for who is no friend. */
  readonly nameOf: (address: OnionAddress) => string | undefined;
}

/** Texts that are read at the same time. */
const readAtOnce = 64;

/** A search that finds little to read answers with that; one that finds more answers with what is there. */
const patienceMilliseconds = 200;

const excerptCharacters = 240;
const mostNames = 5;

/** What is known of a source whose words are indexed. */
interface Known {
  readonly version: object | undefined;
  readonly findables: ReadonlyMap<string, Findable>;
}

/**
 * Finds what one may read by its words. Nothing is read until the first search: then each space and conversation, the
 * stored index first and after it what has come since. Later searches read on.
 */
export class Search {
  readonly #context: Context;
  readonly #parts: SearchParts;
  readonly #known = new Map<string, Known>();
  #reading: { done: number; all: number } | undefined;
  #catchingUp: Promise<void> | undefined;

  constructor(context: Context, parts: SearchParts) {
    this.#context = context;
    this.#parts = parts;
  }

  /** Something has come to this space: perhaps the words of a post that was there before. */
  hasRead(space: string): void {
    if (this.#known.delete(space)) this.#context.changed('search');
  }

  async search(question: PageCallArguments<'search'>): Promise<SearchView> {
    const { text, limit } = question;
    await this.#catchUpFor(patienceMilliseconds);
    const wanted = wantedTerms(text);
    const found = wanted.length === 0 ? [] : this.#find(wanted, question);
    const views: FoundView[] = [];
    for (const one of found.slice(0, limit)) {
      const view = await this.#view(one, text);
      if (view) views.push(view);
    }
    const isWhole = wanted.length > 0 && question.place === undefined;
    const names = isWhole && question.person === undefined ? this.#names(wanted) : noNames;
    return {
      ...names,
      found: views,
      more: found.length > limit,
      ...(this.#reading ? { reading: { ...this.#reading } } : {}),
    };
  }

  /** Until the index is what there is to read, or so much time has gone by. */
  #catchUpFor(milliseconds: number): Promise<void> {
    this.#catchingUp ??= this.#catchUp()
      .catch(this.#context.failed)
      .finally(() => {
        this.#catchingUp = undefined;
        if (!this.#reading) return;
        this.#reading = undefined;
        this.#context.changed('search');
      });
    const catchingUp = this.#catchingUp;
    return new Promise((resolve) => {
      const stop = systemClock.after(milliseconds, resolve);
      void catchingUp.then(() => {
        stop();
        resolve();
      });
    });
  }

  async #catchUp(): Promise<void> {
    const sources = this.#sources();
    const names = new Set(sources.map(({ name }) => name));
    for (const name of this.#known.keys()) if (!names.has(name)) this.#known.delete(name);
    const stale = sources.filter(({ name, version }) => {
      const known = this.#known.get(name);
      return !known || version === undefined || known.version !== version;
    });
    let done = sources.length - stale.length;
    for (const source of stale) {
      if (!this.#known.has(source.name)) this.#reading = { done, all: sources.length };
      await this.#read(source);
      done += 1;
      if (!this.#reading) continue;
      this.#reading = { done, all: sources.length };
      this.#context.changed('search');
    }
  }

  async #read(source: Source): Promise<void> {
    const { words } = this.#context;
    const { name, version } = source;
    const findables = source.findables();
    const indexed = await words.keys(name);
    await words.remove(
      name,
      [...indexed].filter((key) => !findables.has(key)),
    );
    const missing = [...findables].filter(([key]) => !indexed.has(key));
    for (let at = 0; at < missing.length; at += readAtOnce) {
      const some = await Promise.all(
        missing.slice(at, at + readAtOnce).map(async ([key, findable]) => {
          const said = await findable.words();
          return said ? ([key, termsOf(`${said.title}\n${said.text}`)] as const) : undefined;
        }),
      );
      await words.add(name, new Map(some.filter((one) => one !== undefined)));
    }
    await words.save(name);
    this.#known.set(name, { version, findables });
  }

  /** The newest first. */
  #find(wanted: readonly string[], { place, person }: PageCallArguments<'search'>): Hit[] {
    const hits = this.#sources().flatMap((source): Hit[] => {
      const { name, where } = source;
      if (place !== undefined && place !== (where.friend?.address ?? name)) return [];
      const findables = this.#known.get(name)?.findables;
      return this.#context.words.find(name, wanted).flatMap((key) => {
        const findable = findables?.get(key);
        if (!findable || source.isHidden(findable.id)) return [];
        if (person !== undefined && findable.author !== person) return [];
        return [{ findable, where, time: findable.time }];
      });
    });
    return hits.toSorted((a, b) => b.time - a.time || (a.findable.id < b.findable.id ? -1 : 1));
  }

  async #view({ findable, where, time }: Hit, query: string): Promise<FoundView | undefined> {
    const said = await findable.words();
    if (!said) return undefined;
    const { id, author } = findable;
    const name = this.#parts.nameOf(author);
    return {
      id,
      ...where,
      authorAddress: author,
      ...(name === undefined ? {} : { authorName: name }),
      mine: author === this.#context.me.identity.address,
      time,
      title: excerptOf(said.title, query, excerptCharacters),
      text: excerptOf(this.#named(said.text), query, excerptCharacters),
    };
  }

  /** As it is read on the pages: people by what we call them. */
  #named(text: string): string {
    return replaceMentions(text, (word) => {
      const address = parseAddress(word);
      const name = address.ok ? this.#parts.nameOf(address.value) : undefined;
      return name === undefined ? undefined : `@${name}`;
    });
  }

  #names(wanted: readonly string[]): Pick<SearchView, 'people' | 'spaces'> {
    const isNamed = (name: string) => {
      const terms = [...termsOf(name)];
      return wanted.every((one) => terms.some((term) => term.startsWith(one)));
    };
    const { book, feed } = this.#parts;
    const people = book
      .all()
      .map(({ record: { address, petname } }) => ({ address, name: petname }))
      .filter(({ name }) => isNamed(name));
    const spaces = feed.spaces
      .filter(({ title }) => isNamed(title))
      .map(({ name, kind, title }) => ({ name, kind, title }));
    return { people: people.slice(0, mostNames), spaces: spaces.slice(0, mostNames) };
  }

  #sources(): Source[] {
    return sourcesOf({ ...this.#parts, me: this.#context.me.identity.address });
  }
}

interface Hit {
  readonly findable: Findable;
  readonly where: Source['where'];
  readonly time: number;
}

const noNames = { people: [], spaces: [] };
