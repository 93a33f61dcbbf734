import * as v from 'valibot';
import { randomBytes } from '../domain/sodium.ts';
import { codeOf } from '../protocol/codes.ts';
import {
  type LockAfter,
  lockAfterField,
  type NewsChoice,
  newsField,
  type Topic,
  type WordsState,
} from '../protocol/page-calls.ts';
import { systemClock } from '../store/clock.ts';
import { serial } from '../store/serial.ts';
import type { Context } from './app/context.ts';
import { Person } from './app/person.ts';
import type { SpaceName } from '../domain/space/name.ts';
import { Drafts } from './app/drafts/drafts.ts';
import { Missing } from './app/refused/missing.ts';
import { Refusals } from './app/refused/refusals.ts';
import { StoredWords } from './app/search/stored-words.ts';
import { StoredForms } from './app/stored/stored-forms.ts';
import { TransportKeys, type TransportKeysPorts } from './app/self/transport-keys.ts';
import type { FirstPage } from './first-page/first-page.ts';
import { keptPosts } from './first-page/sealed-page.ts';
import type { Home } from './home.ts';
import { connectNetwork, type Network, type NetworkParts } from './network.ts';

const publicFaceSetting = 'setting/public-face';
const newsSetting = 'setting/news';
const wordsSetting = 'setting/words';
const lockAfterSetting = 'setting/lock-after';

/** What its posts, and the names on them, depend on. */
const onFirstPage: ReadonlySet<Topic> = new Set(['feed', 'friends', 'profile', 'spaces']);

export interface LifeParts extends Pick<
  NetworkParts,
  'hostFetch' | 'onionFetch' | 'gate' | 'hostIsThere' | 'grant' | 'patience'
> {
  readonly me: Context['me'];
  readonly home: Home;
  readonly changed: Context['changed'];
  readonly opening?: Context['opening'];
  /** What is shown of the feed before it is open. */
  readonly firstPage: FirstPage;
  readonly lend: TransportKeysPorts['lend'];
  /** Has the browser start us in so many milliseconds, should it have put us to sleep by then. */
  readonly wakeIn: (milliseconds: number) => void;
}

/** A person's life while it is open: stores, vault, friends and network, opened and closed together. */
export class Life {
  readonly home: Home;
  readonly person: Person;
  readonly #network: Network;
  readonly #stopWatching: () => void;
  readonly #oneByOne = serial();

  readonly #failed: Context['failed'];
  readonly #closing: AbortController;
  readonly #keys: TransportKeys;
  readonly #firstPage: FirstPage;

  private constructor(
    person: Person,
    home: Home,
    network: Network,
    keys: TransportKeys,
    firstPage: FirstPage,
    closing: AbortController,
  ) {
    this.#firstPage = firstPage;
    this.home = home;
    this.person = person;
    this.#network = network;
    this.#failed = person.context.failed;
    this.#closing = closing;
    this.#keys = keys;
    this.#stopWatching = home.stores.watch((space) => this.#read(() => person.spaceChanged(space)));
    network.watchInbox(person.spaces.inbox, () => this.letterCame());
  }

  /** @param name for the first profile of a new identity; not used otherwise */
  static async open(parts: LifeParts, name: string): Promise<Life> {
    const { me, home, opening, firstPage, lend, wakeIn, ...reach } = parts;
    const changed: Context['changed'] = (...topics) => {
      if (topics.some((topic) => onFirstPage.has(topic))) firstPage.changed();
      parts.changed(...topics);
    };
    const closing = new AbortController();
    const now = () => Date.now();
    const failed = (error: unknown): void => {
      if (!closing.signal.aborted && codeOf(error) === 'internal') reportError(error);
    };
    const { vault } = home;
    const after = (milliseconds: number, run: () => void) => systemClock.after(milliseconds, run);
    const refusals = new Refusals({ vault, now, after, changed, failed });
    const refused = refusals.note;
    const forms = new StoredForms({ ...home, random: randomBytes });
    const context: Context = {
      me,
      ...home,
      forms,
      words: new StoredWords(forms),
      drafts: new Drafts({ vault, after, failed }),
      random: randomBytes,
      now,
      changed,
      opening,
      refused,
      failed,
    };
    const keys = new TransportKeys({ me, random: randomBytes, clock: systemClock, lend });
    const made: { network?: Network; person?: Person } = {};
    const askAgain = (space: SpaceName) => made.network?.peers.askAgain(space);
    const missing = new Missing({ now, after, changed, askAgain });
    let stopTimer = () => {};
    const sweepIn = (milliseconds: number) => {
      if (closing.signal.aborted) return;
      stopTimer();
      wakeIn(milliseconds);
      const sweep = async () => made.person?.talk.lives.sweep();
      stopTimer = systemClock.after(milliseconds, () => void sweep().catch(context.failed));
    };
    closing.signal.addEventListener('abort', () => stopTimer());
    const person = await Person.open(context, name, (events) => {
      made.network = connectNetwork({
        context,
        events,
        refusals,
        self: keys.self,
        without: (erase) => firstPage.without(erase),
        ...reach,
      });
      return { ...made.network.ports, sweepIn, refusals, missing };
    }).catch((error: unknown) => {
      // What was begun must not go on beside the next try.
      closing.abort();
      made.network?.stop();
      throw error;
    });
    made.person = person;
    // What memory holds is opened in no time, and is not to be on a disk.
    if (home.stores.mode !== 'memory') {
      firstPage.follow(() => person.feed.page({ limit: keptPosts, glance: true }));
    }
    void context.forms.sweep().catch(context.failed);
    if (!made.network) throw new TypeError('a person asks for their ports');
    return new Life(person, home, made.network, keys, firstPage, closing);
  }

  /** Whether visitors with any Tor Browser see the public page. */
  get publicFace(): boolean {
    return this.home.vault.get(publicFaceSetting) === true;
  }

  /** What the system tells when something comes. */
  get news(): NewsChoice {
    const kept = v.safeParse(newsField, this.home.vault.get(newsSetting));
    return kept.success ? kept.output : 'off';
  }

  async setNews(news: NewsChoice): Promise<void> {
    await this.home.vault.put(newsSetting, news);
  }

  /** Whether the 24 words are on paper. */
  get words(): WordsState {
    const kept = this.home.vault.get(wordsSetting);
    return kept === 'new' || kept === 'written' ? kept : 'later';
  }

  async setWords(words: WordsState): Promise<void> {
    await this.home.vault.put(wordsSetting, words);
  }

  /** Minutes without use after which the safe locks. */
  get lockAfter(): LockAfter | undefined {
    const kept = v.safeParse(lockAfterField, this.home.vault.get(lockAfterSetting));
    return kept.success ? kept.output : undefined;
  }

  async setLockAfter(minutes: LockAfter | undefined): Promise<void> {
    await this.home.vault.put(lockAfterSetting, minutes ?? null);
  }

  async setPublicFace(on: boolean): Promise<void> {
    await this.home.vault.put(publicFaceSetting, on);
  }

  /** What a host needs to know before it lets anybody in; over its own restart it keeps none of it that it could use by itself. */
  tellHost(): void {
    this.person.doors.grant();
    this.#keys.lend();
  }

  letterCame(): void {
    this.#read(() => this.person.readInbox());
  }

  /** Host, Tor or network are back: everybody is dialled, and so learns that we are here. */
  wake(): void {
    this.#keys.renew();
    this.#network.wake();
    this.#read(() => this.person.renewKeys());
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#firstPage.close();
    this.#keys.takeBack();
    this.#stopWatching();
    this.#network.stop();
    this.person.forums.stop();
    this.person.missing.stop();
    // Reads under way end before what they read from does.
    await this.#oneByOne(async () => undefined);
    await this.person.context.drafts.save().catch(this.#failed);
    await this.person.refusals.save().catch(this.#failed);
    await this.home.stores.close();
  }

  /** One reading at a time. */
  #read(read: () => Promise<void>): void {
    this.#oneByOne(read).catch(this.#failed);
  }
}
