import { receiptsKind, seenAtOnce, seenKind } from '../../../domain/conversation-kinds/seen.ts';
import { CodedError } from '../../../protocol/codes.ts';
import type { FriendBook } from '../friends/friend-book.ts';
import type { TalkRecord } from '../records.ts';
import type { Conversations, Say } from './conversations.ts';
import type { Messages } from './messages.ts';
import type { TalkRecords } from './talk-records.ts';

export interface ReceiptsParts {
  readonly book: FriendBook;
  readonly messages: Messages;
  readonly talks: TalkRecords;
  readonly conversations: Conversations;
  readonly say: Say;
}

/** Tells friends that we have read what they wrote, and hears it from them: where both want it, and nowhere else. */
export class Receipts {
  readonly #parts: ReceiptsParts;

  constructor(parts: ReceiptsParts) {
    this.#parts = parts;
    const { conversations, talks, messages } = parts;
    conversations.handle(receiptsKind, ({ friend, fields: { on } }) => ({
      changes: [talks.change(friend.record.address, { theirs: on })],
    }));
    conversations.handle(seenKind, ({ friend, fields: { documents } }) => {
      const { address } = friend.record;
      return this.wanted(address) ? { changes: messages.readByThem(address, documents) } : {};
    });
  }

  /** Whether we want it. */
  wanted(address: string): boolean {
    const { talks } = this.#parts;
    const { receipts } = talks.of(address);
    return receipts === 'default' ? talks.settings().receipts : receipts === 'on';
  }

  /** Whether both want it. */
  agreed(address: string): boolean {
    return this.wanted(address) && this.#parts.talks.of(address).theirs;
  }

  async set(address: string, receipts: TalkRecord['receipts']): Promise<void> {
    await this.#settle(address, { receipts });
  }

  /** Tells every friend for whom it makes a difference. */
  async settleAll(): Promise<void> {
    for (const { record } of this.#parts.book.all()) await this.settle(record.address);
  }

  /** Tells this friend what we want, if they know otherwise. */
  settle(address: string): Promise<void> {
    return this.#settle(address, {});
  }

  /** We have read these of theirs. */
  async saw(address: string, documents: readonly string[]): Promise<void> {
    if (!this.agreed(address)) return;
    for (let from = 0; from < documents.length; from += seenAtOnce) {
      const content = seenKind.write({ documents: documents.slice(from, from + seenAtOnce) });
      if (!content.ok) throw new CodedError('internal', content.code);
      await this.#parts.say(address, content.value);
    }
  }

  async #settle(address: string, change: Pick<Partial<TalkRecord>, 'receipts'>): Promise<void> {
    const { book, talks, say, conversations } = this.#parts;
    if (book.find(address)?.record.state !== 'friend') return;
    const { receipts = talks.of(address).receipts } = change;
    const on = receipts === 'default' ? talks.settings().receipts : receipts === 'on';
    if (talks.of(address).told === on) {
      if (change.receipts === undefined) return;
      await conversations.note(() => [talks.change(address, change)]);
      return;
    }
    const content = receiptsKind.write({ on });
    if (!content.ok) throw new CodedError('internal', content.code);
    await say(address, content.value, () => [talks.change(address, { ...change, told: on })]);
  }
}
