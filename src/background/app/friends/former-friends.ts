import * as v from 'valibot';
import type { OnionAddress } from '../../../domain/address.ts';
import type { SpaceName } from '../../../domain/space/name.ts';
import { CodedError } from '../../../protocol/codes.ts';
import type { FormerFriendView } from '../../../protocol/page-calls/friends.ts';
import type { Context } from '../context.ts';
import { leaving } from '../purge-space.ts';
import type { Messages } from '../conversations/messages.ts';
import { addressField, decodeRecord, spaceField } from '../records.ts';
import { recordsUnder } from '../spaces/public-records.ts';
import type { Friend, FriendBook } from './friend-book.ts';

/** `former-friend/<address>`: somebody who was a friend, of whom the person keeps something here. */
const formerRecord = v.strictObject({
  address: addressField,
  /** What we called them. */
  name: v.string(),
  time: v.number(),
  /** Blogs of theirs as they were then, and by which keys. */
  blogs: v.array(v.strictObject({ space: spaceField, owner: addressField, title: v.string() })),
});
export type FormerRecord = v.InferOutput<typeof formerRecord>;

const prefix = 'former-friend/';

/** Also of those who are friends again, which the caller knows better. */
export function formerRecords(context: Pick<Context, 'vault'>): FormerRecord[] {
  return recordsUnder(context, prefix, formerRecord);
}

export function formerRecordOf(
  { vault }: Pick<Context, 'vault'>,
  address: string,
): FormerRecord | undefined {
  return decodeRecord(formerRecord, vault.get(`${prefix}${address}`));
}

export interface FormerFriendsParts {
  readonly book: FriendBook;
  readonly messages: Messages;
  /** Erases a space here and at the host. */
  readonly forget: (space: SpaceName) => Promise<void>;
  /** Whom we share with, or what, is as it is now. */
  readonly sharingChanged: () => Promise<void>;
}

/** What was kept when a friendship ended: read as long as the person wants it, and never fetched anew. */
export class FormerFriends {
  readonly #context: Context;
  readonly #parts: FormerFriendsParts;

  constructor(context: Context, parts: FormerFriendsParts) {
    this.#context = context;
    this.#parts = parts;
  }

  all(): FormerFriendView[] {
    const { book, messages } = this.#parts;
    return formerRecords(this.#context)
      .filter(({ address }) => !book.find(address))
      .map(({ address, name, time, blogs }) => ({
        address,
        name,
        time,
        messages: messages.all(address).length,
        blogs: blogs.map(({ space, title }) => ({ space, title })),
      }));
  }

  /** To be noted before the friendship ends. What we held of them without keeping it is for the caller to erase. */
  async note({ record }: Friend, keepBlogs: boolean): Promise<void> {
    const { address, petname: name, feeds, unfollowed, formerFeeds } = record;
    const read = feeds.filter(({ space }) => !unfollowed.includes(space));
    const blogs = [
      ...read.map(({ space, title }) => ({ space, title, owner: address })),
      ...formerFeeds.map(({ space, owner }) => ({ space, title: '', owner })),
    ];
    await this.#put({ address, name, time: this.#context.now(), blogs: keepBlogs ? blogs : [] });
  }

  /** Throws CodedError `unknown-space` for what is no kept blog. */
  async dropBlog(space: SpaceName): Promise<void> {
    const record = formerRecords(this.#context).find(({ blogs }) =>
      blogs.some((blog) => blog.space === space),
    );
    if (!record) throw new CodedError('unknown-space');
    await this.#put({ ...record, blogs: record.blogs.filter((blog) => blog.space !== space) });
    await this.#parts.sharingChanged();
  }

  /** Erases what was kept. Throws CodedError `not-found` for who is no former friend. */
  async forget(address: OnionAddress): Promise<void> {
    const { book, messages, forget, sharingChanged } = this.#parts;
    const record = formerRecordOf(this.#context, address);
    if (!record || book.find(address)) throw new CodedError('not-found');
    await messages.forget(address);
    await this.#context.vault.putMany([
      [`${prefix}${address}`, undefined],
      ...leaving(record.blogs.map(({ space }) => space)),
    ]);
    await this.#context.vault.finishPurges();
    await sharingChanged();
    for (const { space } of record.blogs) await forget(space);
    this.#context.changed('friends', 'feed', 'spaces', 'state');
  }

  async #put(record: FormerRecord): Promise<void> {
    await this.#context.vault.put(`${prefix}${record.address}`, record);
  }
}
