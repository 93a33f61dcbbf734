import type { OnionAddress } from '../../../domain/address.ts';
import { fromBase64Url } from '../../../domain/bytes.ts';
import { decodeCharter } from '../../../domain/space/charter-bytes.ts';
import { spaceOf } from '../../../domain/space/charter.ts';
import type { SpaceName } from '../../../domain/space/name.ts';
import type { PeerSpace } from '../../../sync/ports.ts';
import type { Place } from '../../../sync/visits.ts';
import type { Context } from '../context.ts';
import type { Friend } from '../friends/friend-book.ts';
import { ProjectBlogSpace } from './project-blog-space.ts';
import type { PublicRecord } from './public-records.ts';
import type { PublicSpaces } from './public-spaces.ts';

/** Beside whom we have the link from, so many authors are asked what is new: one who is there is enough. */
const authorsAsked = 3;

/** The blogs of several authors that we follow, and are no author of. */
export class ProjectBlogs {
  readonly #context: Context;
  readonly #spaces: PublicSpaces;
  #open = new Map<SpaceName, ProjectBlogSpace>();
  /** Whom we have last said to be where these blogs are had from. */
  #told = '';

  constructor(context: Context, spaces: PublicSpaces) {
    this.#context = context;
    this.#spaces = spaces;
  }

  get(space: string): ProjectBlogSpace | undefined {
    return [...this.#open.values()].find(({ name }) => name === space);
  }

  /** As they are now; what was read of them already is kept. */
  open(): ProjectBlogSpace[] {
    const open = this.#records().flatMap((record) => {
      const space = this.#open.get(record.space) ?? this.#begin(record);
      return space ? [space] : [];
    });
    this.#open = new Map(open.map((blog) => [blog.name, blog]));
    return open;
  }

  /** Where we look for what is new: every author has all of it. */
  places(): Place[] {
    return this.#records().flatMap(({ space, host }) => {
      const authors = this.#open.get(space)?.authors ?? [];
      const asked = [...new Set<OnionAddress>([host, ...authors.slice(0, authorsAsked)])];
      return asked.map((address) => ({ address, spaces: [{ name: space, door: 'signed' }] }));
    });
  }

  /** Those that this friend writes, or that we have the link to from them: they tell us at once. */
  sharedWith({ record: { address } }: Pick<Friend, 'record'>): PeerSpace[] {
    return this.#records()
      .filter(
        ({ space, host }) =>
          host === address || this.#open.get(space)?.authors.includes(address) === true,
      )
      .map(({ space }) => ({ name: space, door: 'signed' }));
  }

  /** Whether authors have come or gone since this was last asked: there are other places to look then. */
  haveOtherAuthors(): boolean {
    const now = JSON.stringify([...this.#open].map(([name, { authors }]) => [name, authors]));
    const isOther = now !== this.#told;
    this.#told = now;
    return isOther;
  }

  #records(): PublicRecord[] {
    return this.#spaces.followed().filter(({ kind }) => kind === 'project-blog');
  }

  #begin({ charter }: PublicRecord): ProjectBlogSpace | undefined {
    const bytes = charter === undefined ? undefined : fromBase64Url(charter);
    const decoded = bytes?.ok === true ? decodeCharter(bytes.value) : undefined;
    if (decoded?.ok !== true) return undefined;
    return new ProjectBlogSpace(this.#context, spaceOf(decoded.value));
  }
}
