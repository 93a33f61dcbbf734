import { blogSpace } from '../../../domain/space/charter.ts';
import type { SpaceName } from '../../../domain/space/name.ts';
import { CodedError } from '../../../protocol/codes.ts';
import { limits } from '../../../protocol/limits.ts';
import type { Context } from '../context.ts';
import { decodeRecord, ownFeedRecord } from '../records.ts';
import { found } from '../self/own-spaces.ts';
import { type OwnBlogRecord, ownBlogRecord, recordsUnder } from './public-records.ts';

/** The blogs one has beside the first, each with a title of its own. */
export class OwnBlogs {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  /** Those that are written now. */
  all(): OwnBlogRecord[] {
    const { address } = this.#context.me.identity;
    return this.#everything().filter(({ owner }) => owner === address);
  }

  /** What was written at addresses that we have left. */
  former(): OwnBlogRecord[] {
    const { address } = this.#context.me.identity;
    return this.#everything().filter(({ owner }) => owner !== address);
  }

  has(space: string): boolean {
    return this.all().some((blog) => blog.space === space);
  }

  /** Each blog of an address that we have left goes on in a new one of the same title, which our new key signs. */
  async goOn(): Promise<void> {
    const { me, random, vault } = this.#context;
    for (const old of this.former()) {
      if (old.next !== undefined) continue;
      const { title } = old;
      const blog = blogSpace(me.identity.publicKey, title, random);
      await found(this.#context, blog);
      const record: OwnBlogRecord = { space: blog.name, owner: me.identity.address, title };
      await vault.putMany([
        [`own/blog/${blog.name}`, record],
        [`own/blog/${old.space}`, { ...old, next: blog.name }],
      ]);
    }
  }

  /** Throws CodedError `too-many` when a profile could not list another. */
  async create(title: string): Promise<SpaceName> {
    if (this.all().length + 1 >= limits.blogs) throw new CodedError('too-many', 'blogs');
    const { me, random, vault } = this.#context;
    const blog = blogSpace(me.identity.publicKey, title, random);
    await found(this.#context, blog);
    const record: OwnBlogRecord = { space: blog.name, owner: me.identity.address, title };
    await vault.put(`own/blog/${blog.name}`, record);
    return blog.name;
  }

  /** Another title in our profile; also of the first blog. Throws CodedError `unknown-space`. */
  async rename(space: string, title: string): Promise<void> {
    const { vault } = this.#context;
    const feed = decodeRecord(ownFeedRecord, vault.get('own/feed'));
    if (feed?.space === space) return vault.put('own/feed', { ...feed, title });
    const record = this.all().find((blog) => blog.space === space);
    if (!record) throw new CodedError('unknown-space');
    await vault.put(`own/blog/${space}`, { ...record, title });
  }

  #everything(): OwnBlogRecord[] {
    return recordsUnder(this.#context, 'own/blog/', ownBlogRecord);
  }
}
