import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { findAddressInLink, type OnionAddress } from '../../src/domain/address.ts';
import { createIdentity } from '../../test/helpers/browser/acts.mjs';
import { startPerson } from '../../test/helpers/browser/index.mjs';
import type { TorClient } from '../../test/helpers/tor-network/index.mjs';
import type { BuiltHost } from '../../test/host/native-host-process.ts';
import { BrowserMember, type ForumMember, NodeMember } from './forum-members.ts';
import { PersonOnTor } from './person.ts';

/** So many onion services and SOCKS clients share a Tor, each with circuits of their own. */
export const nodesPerTor = 8;
const startedAtOnce = 4;
const title = 'Council';
const long = { timeout: 300_000 };

export interface CrowdOptions {
  readonly browsers: number;
  readonly nodes: number;
  readonly folder: string;
  readonly built: BuiltHost;
  /** One for each browser, then one for so many nodes. */
  readonly clients: readonly TorClient[];
}

/** The people of one forum: who founds it at a browser, and their friends, some at browsers and most in Node. */
export class Crowd {
  readonly #options: CrowdOptions;
  readonly #leaving: (() => Promise<void>)[] = [];
  readonly others: ForumMember[] = [];
  #founder: BrowserMember | undefined;
  #space = '';

  constructor(options: CrowdOptions) {
    this.#options = options;
  }

  get founder(): BrowserMember {
    if (!this.#founder) throw new TypeError('nobody founds it');
    return this.#founder;
  }

  get all(): ForumMember[] {
    return [this.founder, ...this.others];
  }

  get nodes(): NodeMember[] {
    return this.others.filter((each): each is NodeMember => each instanceof NodeMember);
  }

  /** Everybody comes, and becomes a friend of the founder. */
  async gather(): Promise<void> {
    const { browsers, nodes } = this.#options;
    const [founder, address] = await this.#atBrowser('Alice', 0);
    this.#founder = founder;
    const accepting = this.#acceptAll(browsers - 1 + nodes);
    const join = async (member: ForumMember): Promise<void> => {
      await member.askToBeFriends(address);
      this.others.push(member);
    };
    const readers = Array.from({ length: browsers - 1 }, async (_, at) => {
      const [reader] = await this.#atBrowser(`Reader ${at}`, at + 1);
      await join(reader);
    });
    let next = 0;
    const enter = async (): Promise<void> => {
      while (next < nodes) {
        const at = next;
        next += 1;
        const member = new NodeMember(await this.#inNode(at), at);
        this.#leaving.push(() => member.person.close());
        await join(member);
      }
    };
    const entering = Array.from({ length: startedAtOnce }, enter);
    await Promise.all([accepting, ...readers, ...entering]);
  }

  /** Asks all of them at once; resolves when everybody can write there. `isIn` is called for each who can. */
  async found(isIn: (member: ForumMember) => void): Promise<void> {
    const page = await this.founder.person.popup('#new-space/private-forum');
    await page.getByLabel('Title').fill(title);
    for (const { name } of this.others) await page.getByLabel(name, { exact: true }).check();
    await page.getByRole('button', { name: 'Begin' }).click();
    await page.getByText('being founded').waitFor(long);
    this.#space = /#space-info\/(s[a-z2-7]{52})/.exec(page.url())?.[1] ?? '';
    await page.close();
    await Promise.all(this.others.map((member) => member.agree(this.#space, title)));
    await Promise.all(
      this.all.map(async (member) => {
        await member.isIn(this.#space, title);
        isIn(member);
      }),
    );
  }

  /** Somebody who has left starts again on the same folder. */
  async comesBack(member: NodeMember): Promise<void> {
    member.person = await this.#inNode(member.at, member.person.keys);
    await member.isIn(this.#space);
  }

  async leave(): Promise<void> {
    await Promise.allSettled(this.#leaving.map((leave) => leave()));
  }

  async #atBrowser(name: string, at: number): Promise<[BrowserMember, OnionAddress]> {
    const { folder } = this.#options;
    const person = await startPerson({ name, folder, mode: 'private', client: this.#client(at) });
    this.#leaving.push(person.close);
    const found = findAddressInLink(await createIdentity(person));
    if (!found.ok) throw new TypeError('no address');
    return [new BrowserMember(person), found.value];
  }

  #inNode(at: number, keys?: PersonOnTor['keys']): Promise<PersonOnTor> {
    const { browsers, folder, built } = this.#options;
    const client = this.#client(browsers + Math.floor(at / nodesPerTor));
    const options = { built, folder: join(folder, 'nodes'), client };
    return PersonOnTor.start(`Node ${at}`, keys ? { ...options, keys } : options);
  }

  #client(at: number): TorClient {
    const client = this.#options.clients[at];
    if (!client) throw new TypeError('a person needs a Tor');
    return client;
  }

  async #acceptAll(count: number): Promise<void> {
    const page = await this.founder.person.popup('#friends');
    const requests = page.getByRole('form', { name: /^Request from/ });
    for (let accepted = 0; accepted < count; accepted += 1) {
      await requests.first().getByRole('button', { name: 'Accept' }).click(long);
      // It goes; the next one may have come to its place.
      await pause(300);
    }
    await page.close();
  }
}
