import type { MoveNotice } from '../../../domain/friend/request.ts';
import { CodedError } from '../../../protocol/codes.ts';
import type { Context } from '../context.ts';
import type { PrivateTalk } from '../conversations/private-talk.ts';
import type { FriendBook } from './friend-book.ts';
import { stored } from '../self/own-spaces.ts';
import {
  decodeRecord,
  type FriendRecord,
  type MoveRecord,
  moveRecord,
  requestRecord,
} from '../records.ts';

export interface MoveParts {
  readonly book: FriendBook;
  readonly talk: PrivateTalk;
}

/** Friends who say that they have another address now. Nothing changes until we follow them. */
export class Moves {
  readonly #context: Context;
  readonly #book: FriendBook;
  readonly #talk: PrivateTalk;

  constructor(context: Context, { book, talk }: MoveParts) {
    this.#context = context;
    this.#book = book;
    this.#talk = talk;
  }

  /** Where this friend says they are now. */
  of(address: string): MoveRecord | undefined {
    return decodeRecord(moveRecord, this.#context.vault.get(`moved/${address}`));
  }

  /**
   * Keeps what a friend's old key has said. Of two moves from one address the first counts: an honest
   * person makes no second. Whoever is no friend and has not asked us either is refused.
   */
  async receive(letter: MoveNotice): Promise<void> {
    const { former, from } = letter;
    if (from.address === this.#context.me.identity.address) {
      this.#context.refused('own-address', { by: former });
      return;
    }
    const address = this.#knownAs(former);
    if (address === undefined) {
      if (!(await this.#moveRequest(letter)))
        this.#context.refused('unknown-friend', { by: former });
      return;
    }
    const known = this.of(address);
    if (known?.to === from.address) return;
    if ((known && known.to !== former) || from.address === address) {
      this.#context.refused('not-allowed', { by: former });
      return;
    }
    const record: MoveRecord = {
      address,
      to: from.address,
      name: letter.name,
      bundle: stored(from.document),
      notNow: false,
    };
    await this.#context.vault.put(`moved/${address}`, record);
    this.#context.changed('friends', 'state');
  }

  /** The person was asked and would rather wait; the friend's page still offers it. */
  async ignore(address: string): Promise<void> {
    await this.#context.vault.put(`moved/${address}`, { ...this.#get(address), notNow: true });
    this.#context.changed('friends');
  }

  /**
   * Keeps the friend under the new address, with the same petname and all that was written. The new key
   * has been compared by nobody. The old record is the caller's to end; until then this may be done again.
   */
  async follow(address: string): Promise<FriendRecord> {
    const move = this.#get(address);
    const { record: old } = this.#book.get(address);
    const there = this.#book.find(move.to)?.record;
    const feeds = [
      ...(there?.formerFeeds ?? []),
      ...old.formerFeeds,
      ...old.feeds.map(({ space }) => ({ space, owner: old.address })),
    ];
    const { record } = await this.#book.save({
      ...(there ?? {
        ...old,
        address: move.to,
        name: move.name,
        verified: false,
        bundle: move.bundle,
        feeds: [],
        lastSeen: null,
      }),
      since: old.since,
      formerFeeds: [...new Map(feeds.map((feed) => [feed.space, feed])).values()],
    });
    await this.#talk.take(address, move.to);
    await this.#context.vault.remove(`request/${move.to}`);
    await this.#talk.conversations.mend(move.to);
    return record;
  }

  async forget(address: string): Promise<void> {
    await this.#context.vault.remove(`moved/${address}`);
  }

  /** The friend who was at this address: as we know them, or at one that they told us of and have left too. */
  #knownAs(former: string): FriendRecord['address'] | undefined {
    const friend = this.#book.find(former);
    if (friend) return friend.record.address;
    return this.#book
      .all()
      .map(({ record }) => record.address)
      .find((address) => this.of(address)?.to === former);
  }

  /** Somebody who has asked us, and whom we haven't answered, asks from where they are now. */
  async #moveRequest({ former, from }: MoveNotice): Promise<boolean> {
    const { vault } = this.#context;
    const request = decodeRecord(requestRecord, vault.get(`request/${former}`));
    if (!request) return false;
    const moved = { ...request, address: from.address, bundle: stored(from.document) };
    await vault.putMany([
      [`request/${from.address}`, moved],
      [`request/${former}`, undefined],
    ]);
    this.#context.changed('requests', 'state');
    return true;
  }

  #get(address: string): MoveRecord {
    const move = this.of(address);
    if (!move) throw new CodedError('not-found');
    return move;
  }
}
