import type { OnionAddress } from '../../../domain/address.ts';
import type { SpaceName } from '../../../domain/space/name.ts';
import type { PeerSpace } from '../../../sync/ports.ts';
import type { Place } from '../../../sync/visits.ts';
import type { Context } from '../context.ts';
import type { Friend } from '../friends/friend-book.ts';
import { PublicForumSpace } from './public-forum-space.ts';
import type { PublicSpaces } from './public-spaces.ts';
import { Shunned } from './shunned.ts';

/** Of those who have written in a forum, so many are asked now and then what they have. */
const partners = 3;
/** What we have written ourselves is offered at each visit, the newest so many. */
const offered = 50;

/** The public forums that we carry, as they are read and written here. */
export class PublicForums {
  readonly #context: Context;
  readonly #spaces: PublicSpaces;
  #open = new Map<SpaceName, PublicForumSpace>();
  readonly #shunned = new Map<SpaceName, Shunned>();
  #carriers = new Map<SpaceName, number>();

  constructor(context: Context, spaces: PublicSpaces) {
    this.#context = context;
    this.#spaces = spaces;
  }

  all(): PublicForumSpace[] {
    return [...this.#open.values()];
  }

  get(space: string): PublicForumSpace | undefined {
    return [...this.#open.values()].find(({ name }) => name === space);
  }

  /** As they are now; what was read of them already is kept. */
  open(): PublicForumSpace[] {
    const { mutes } = this.#spaces;
    const open = this.#spaces.forums().map(
      ({ space }) =>
        this.#open.get(space) ??
        new PublicForumSpace(this.#context, {
          space,
          chain: this.#spaces.chainIn(space),
          hidden: () => mutes.hidden(),
          audience: () => this.#carriers.get(space) ?? 0,
        }),
    );
    this.#open = new Map(open.map((forum) => [forum.name, forum]));
    return open;
  }

  /** Somebody was muted, or is not any more. */
  hide(): void {
    for (const forum of this.#open.values()) forum.hide();
  }

  /** For pulls: without what the person doesn't want stored here. */
  peerSpace(space: SpaceName): PeerSpace {
    const shunned =
      this.#shunned.get(space) ??
      new Shunned((author) => this.#spaces.mutes.notCarried().has(author));
    this.#shunned.set(space, shunned);
    return { name: space, door: 'signed', wanted: shunned.wants };
  }

  /** Friends who carry a forum: those who show it, and whoever we found it at. */
  sharedWith({ record }: Pick<Friend, 'record'>): PeerSpace[] {
    const shown = new Set(record.forums.map(({ space }) => space));
    return this.#spaces
      .forums()
      .filter(({ space, host }) => shown.has(space) || host === record.address)
      .map(({ space }) => this.peerSpace(space));
  }

  /**
   * Where we look for what is new and bring what we wrote: where we found it, and at those who wrote there lately. At
   * friends who carry it, too: those who don't know that we do ask us for nothing.
   */
  places(friends: readonly Friend[]): Place[] {
    const me = this.#context.me.identity.address;
    const byAddress = new Map<OnionAddress, Place['spaces'][number][]>();
    this.#carriers = new Map();
    for (const { space, host } of this.#spaces.forums()) {
      const forum = this.#open.get(space);
      const near = friends.filter((friend) =>
        this.sharedWith(friend).some(({ name }) => name === space),
      );
      const known = new Set(near.map(({ record }) => record.address));
      const others = new Set([host, ...(forum?.authors ?? [])]);
      const strangers = [...others].filter((address) => address !== me && !known.has(address));
      const chosen = [...known, ...strangers.slice(0, partners)];
      this.#carriers.set(space, known.size);
      for (const address of chosen) {
        const bring = async () => forum?.own(offered) ?? [];
        const spaces = byAddress.get(address) ?? [];
        spaces.push({ ...this.peerSpace(space), bring });
        byAddress.set(address, spaces);
      }
    }
    return [...byAddress].map(([address, spaces]) => ({ address, spaces }));
  }
}
