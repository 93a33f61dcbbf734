import * as v from 'valibot';
import type { OnionAddress } from '../../../domain/address.ts';
import type { BlockedView } from '../../../protocol/page-calls/friends.ts';
import type { Context } from '../context.ts';
import { decodeRecord } from '../records.ts';
import type { Friendships } from './friendships.ts';
import type { FriendBook } from './friend-book.ts';
import type { Partings } from './partings.ts';

/** Whom we want nothing to do with. */
const blockedRecord = v.strictObject({ name: v.string(), time: v.number() });

export interface BlocksParts {
  readonly book: FriendBook;
  readonly friendships: Friendships;
  readonly partings: Partings;
}

/**
 * People we have blocked: no friends, so our door knows them no more than any stranger, and their letters
 * are dropped unread by the person. They are not told.
 */
export class Blocks {
  readonly #context: Context;
  readonly #parts: BlocksParts;

  constructor(context: Context, parts: BlocksParts) {
    this.#context = context;
    this.#parts = parts;
  }

  has(address: string): boolean {
    return this.#context.vault.get(nameOf(address)) !== undefined;
  }

  all(): BlockedView[] {
    return this.#context.vault.entries(prefix).flatMap(([name, value]) => {
      const record = decodeRecord(blockedRecord, value);
      return record ? [{ address: name.slice(prefix.length), ...record }] : [];
    });
  }

  /** A friend, with all that we keep of theirs; or one who asks to be. */
  async block(address: OnionAddress): Promise<void> {
    const { book, friendships, partings } = this.#parts;
    const friend = book.find(address);
    const asking = friendships.requests().find((request) => request.address === address);
    const name = friend?.record.petname ?? asking?.name ?? '';
    await this.#context.vault.put(nameOf(address), { name, time: this.#context.now() });
    if (asking) await friendships.decline(address);
    if (friend) await partings.removeFriend(address);
    this.#context.changed('friends', 'requests', 'state');
  }

  /** They may write to us again, as a stranger. */
  async unblock(address: string): Promise<void> {
    await this.#context.vault.putMany([
      [nameOf(address), undefined],
      [`declined/${address}`, undefined],
    ]);
    this.#context.changed('friends', 'requests');
  }
}

const prefix = 'blocked/';

function nameOf(address: string): string {
  return `${prefix}${address}`;
}
