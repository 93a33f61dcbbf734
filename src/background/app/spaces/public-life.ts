import type { SpaceName } from '../../../domain/space/name.ts';
import type { StagedAtHost } from '../../../store/staged.ts';
import type { Visits } from '../../../sync/visits.ts';
import type { OwnSpaces, PublicSharing } from '../access.ts';
import type { Context } from '../context.ts';
import { formerRecords } from '../friends/former-friends.ts';
import type { Friend } from '../friends/friend-book.ts';
import { Blogs } from './blogs.ts';
import { Newcomers } from './newcomers.ts';
import type { OpenSpace } from './open-space.ts';
import { ProjectBlogs } from './project-blogs.ts';
import { PublicForums } from './public-forums.ts';
import { PublicSpaces } from './public-spaces.ts';
import type { Portions } from './space-finder.ts';

export interface PublicPorts {
  readonly visits: Visits;
  readonly portions: Portions;
  /** What others bring, at the host. */
  readonly staged: StagedAtHost;
  readonly hostIsThere: () => boolean;
  /** Erases documents of a space for good, here and at the host. */
  readonly erase: (space: SpaceName, ids: readonly string[]) => Promise<void>;
}

/** All public spaces that one reads, writes or carries. */
export class PublicLife {
  readonly spaces: PublicSpaces;
  readonly forums: PublicForums;
  readonly projectBlogs: ProjectBlogs;
  readonly #context: Context;
  readonly #own: OwnSpaces;
  readonly #blogs: Blogs;
  readonly #newcomers: Newcomers;
  readonly #ports: PublicPorts;
  readonly #there = new Set<string>();

  constructor(context: Context, own: OwnSpaces, ports: PublicPorts) {
    this.#context = context;
    this.#own = own;
    this.#ports = ports;
    this.spaces = new PublicSpaces(context, ports.portions);
    this.forums = new PublicForums(context, this.spaces);
    this.projectBlogs = new ProjectBlogs(context, this.spaces);
    this.#blogs = new Blogs(context, own, this.spaces);
    this.#newcomers = new Newcomers(context, ports.staged, this.spaces.mutes);
  }

  /** Stores what was signed and not yet stored when the browser or the host went away. */
  async finish(): Promise<void> {
    const written = [this.#own.feed, ...this.sharing.blogs, ...this.sharing.forums];
    for (const space of written) await this.spaces.chainIn(space).finish();
  }

  /** As they are now. */
  open(friends: readonly Friend[]): OpenSpace[] {
    return [...this.#blogs.of(friends), ...this.projectBlogs.open(), ...this.forums.open()];
  }

  /** Strangers are visited where our friends don't have what we read; while there is no room for it, nobody. */
  visit(friends: readonly Friend[], full: boolean): void {
    const { visits } = this.#ports;
    if (full) return visits.setPlaces([]);
    const known = friends.filter(({ record }) => record.state === 'friend');
    const blogs = this.spaces
      .followed()
      .filter(({ kind }) => kind === 'blog')
      .map(({ space, host }) => ({
        address: host,
        spaces: [{ name: space, door: 'signed' as const }],
      }));
    const places = new Map(this.forums.places(known).map((place) => [place.address, place]));
    for (const { address, spaces } of [...blogs, ...this.projectBlogs.places()]) {
      const before = places.get(address)?.spaces ?? [];
      places.set(address, { address, spaces: [...before, ...spaces] });
    }
    visits.setPlaces([...places.values()]);
  }

  get sharing(): PublicSharing {
    const namesOf = (records: readonly { readonly space: SpaceName }[]) =>
      records.map(({ space }) => space);
    return {
      blogs: namesOf(this.spaces.blogs.all()),
      kept: [
        ...namesOf(this.spaces.followed()),
        ...formerRecords(this.#context).flatMap(({ blogs }) => namesOf(blogs)),
      ],
      forums: namesOf(this.spaces.forums()),
      sharedWith: (friend) => [
        ...this.forums.sharedWith(friend),
        ...this.projectBlogs.sharedWith(friend),
      ],
    };
  }

  /** Something was brought to this space, perhaps. */
  async judge(name: string): Promise<void> {
    const forum = this.forums.get(name);
    if (!forum || !this.#ports.hostIsThere()) return;
    await this.#newcomers.judge(forum);
  }

  /** What was brought while nobody was here to judge it. */
  async judgeAll(): Promise<void> {
    for (const forum of this.forums.all()) await this.judge(forum.name);
  }

  /** We have written in this space: strangers who carry it are to have it, too. */
  carry(space: SpaceName): void {
    if (this.spaces.find(space)?.kind === 'public-forum') this.lookNow();
  }

  /** A friend is there, perhaps again: what they missed is brought to them. */
  met(address: string, isThere: boolean): void {
    if (isThere && !this.#there.has(address)) this.#ports.visits.wake(address);
    if (isThere) this.#there.add(address);
    else this.#there.delete(address);
  }

  /** Looks now for what is new, wherever it is read as a stranger. */
  lookNow(): void {
    this.#ports.visits.wake();
  }

  /** Nothing of people whom we don't carry any more stays: neither what they say nor that they did. */
  async eraseNotCarried(): Promise<void> {
    const shunned = this.spaces.mutes.notCarried();
    for (const forum of this.forums.all()) {
      const documents = await forum.writtenBy(shunned);
      const ids = documents.map(({ _id }) => _id);
      if (ids.length === 0) continue;
      await this.#ports.erase(forum.name, ids);
      await forum.rebuild();
    }
    this.#context.changed('feed', 'spaces', 'state');
  }
}
