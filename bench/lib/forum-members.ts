import type { Locator, Page } from 'playwright';
import type { OnionAddress } from '../../src/domain/address.ts';
import { parseSpaceName, type SpaceName } from '../../src/domain/space/name.ts';
import { askToBeFriends, lookUp } from '../../test/helpers/browser/acts.mjs';
import type { Person } from '../../test/helpers/browser/index.mjs';
import { ask } from '../../test/scenario/forum-people.ts';
import type { PersonOnTor } from './person.ts';

const long = { timeout: 300_000 };

/** One of a forum, in a browser or without: does what a person would. */
export interface ForumMember {
  readonly name: string;
  /** Asks the one who will found it to be friends. */
  readonly askToBeFriends: (address: OnionAddress) => Promise<void>;
  /** Waits until the founder asks, and says yes. */
  readonly agree: (space: string, title: string) => Promise<void>;
  /** Waits until they can write there. */
  readonly isIn: (space: string, title: string) => Promise<void>;
  readonly write: (text: string) => Promise<void>;
  /** Resolves when this is there to be read. */
  readonly reads: (text: string) => Promise<void>;
}

/** Somebody whose add-on runs in Node. */
export class NodeMember implements ForumMember {
  readonly name: string;
  person: PersonOnTor;
  #space: SpaceName | undefined;

  readonly at: number;

  /** @param at which of those in Node */
  constructor(person: PersonOnTor, at: number) {
    this.name = person.name;
    this.person = person;
    this.at = at;
  }

  async askToBeFriends(address: OnionAddress): Promise<void> {
    const calls = ask(this.person);
    // Nobody gives up at the first try where fifty services start at once.
    await this.person.eventually(`${this.name} finds the founder`, () =>
      calls.previewFriend({ link: address }).then(
        () => true,
        () => false,
      ),
    );
    await calls.addFriend({ address, petname: 'Alice', note: '' });
  }

  async agree(space: string): Promise<void> {
    const calls = ask(this.person);
    await this.person.eventually(`${this.name} is asked`, async () =>
      (await calls.spaceAsks({})).some((one) => one.space === space),
    );
    await calls.answerSpaceAsk({ space, yes: true });
  }

  async isIn(space: string): Promise<void> {
    const calls = ask(this.person);
    await this.person.eventually(`${this.name} is in`, async () =>
      (await calls.forums({})).some((one) => one.space === space && one.state === 'member'),
    );
    const name = parseSpaceName(space);
    this.#space = name.ok ? name.value : undefined;
  }

  async write(text: string): Promise<void> {
    await this.person.person.posting.write(text, this.#space);
  }

  reads(text: string): Promise<void> {
    return this.person.eventually(`${this.name} reads ${text}`, async () => {
      const { feed } = this.person.person;
      const { posts } = await feed.page({ space: this.#space ?? '', limit: 3 });
      return posts.some((post) => post.text.startsWith(text));
    });
  }
}

/** Somebody at a real browser, through its pages. */
export class BrowserMember implements ForumMember {
  readonly name: string;
  readonly person: Person;
  #page: Page | undefined;
  #composer: Locator | undefined;

  constructor(person: Person) {
    this.name = person.name;
    this.person = person;
  }

  async askToBeFriends(address: OnionAddress): Promise<void> {
    const page = await this.person.popup('#add');
    await lookUp(page, address);
    await askToBeFriends(page, 'Alice', '');
    await page.close();
  }

  async agree(_space: string, title: string): Promise<void> {
    const page = await this.person.popup('#spaces');
    const asked = page.getByRole('article', { name: `asks you to join ${title}` });
    await asked.waitFor(long);
    await asked.getByRole('button', { name: 'Join' }).click();
    await asked.waitFor({ state: 'detached', ...long });
    await page.close();
  }

  async isIn(space: string, title: string): Promise<void> {
    this.#page = await this.person.popup(`#space/${space}`);
    this.#composer = this.#page.getByLabel(`New post in ${title}`);
    await this.#composer.waitFor(long);
  }

  async write(text: string): Promise<void> {
    await this.#composer?.fill(text);
    await this.#page?.getByRole('button', { name: 'Post', exact: true }).click();
  }

  async reads(text: string): Promise<void> {
    await this.#page?.getByRole('article').filter({ hasText: text }).first().waitFor(long);
  }
}
