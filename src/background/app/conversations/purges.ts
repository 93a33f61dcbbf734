import type { Content } from '../../../domain/conversation/content.ts';
import { purgedKind, purgeKind } from '../../../domain/conversation-kinds/purge.ts';
import type { Result } from '../../../domain/result.ts';
import { parseSpaceName, type SpaceName } from '../../../domain/space/name.ts';
import { CodedError } from '../../../protocol/codes.ts';
import type { VaultChange } from '../../../store/ports.ts';
import { purging } from '../../../store/sealed-vault.ts';
import { serial } from '../../../store/serial.ts';
import type { Context } from '../context.ts';
import type { Friend, FriendBook } from '../friends/friend-book.ts';
import { leftover } from '../purge-space.ts';
import { decodeRecord, type PurgeRecord, purgeRecord } from '../records.ts';
import type { Arrival, Outcome } from './arrivals.ts';
import type { Conversations, Say } from './conversations.ts';
import { messageChange, type Messages } from './messages.ts';
import type { TalkRecords } from './talk-records.ts';

export interface PurgesParts {
  readonly book: FriendBook;
  readonly messages: Messages;
  readonly talks: TalkRecords;
  readonly conversations: Conversations;
  readonly say: Say;
  /** What waits for this friend is sealed in the conversation there is now, and goes out. */
  readonly goOn: (address: string) => Promise<void>;
  /** Erases a space here and at the host. */
  readonly forget: (space: SpaceName) => Promise<void>;
}

/**
 * Ends a conversation for good: its keys first, in one write with all that was said, then its documents.
 * The two go on in their next one, and the first word there asks the friend to do the same.
 */
export class Purges {
  readonly #context: Context;
  readonly #parts: PurgesParts;
  readonly #oneByOne = serial();

  constructor(context: Context, parts: PurgesParts) {
    this.#context = context;
    this.#parts = parts;
    parts.conversations.handle(purgeKind, (arrival) => this.#asked(arrival));
    parts.conversations.handle(purgedKind, ({ friend, fields: { kept } }) => {
      const { address } = friend.record;
      const purge = this.of(address);
      if (purge?.state !== 'asked') return {};
      const state = kept ? ('kept' as const) : ('erased' as const);
      return { changes: [[nameOf(address), { ...purge, state }]] };
    });
  }

  /** What became of the last purge of ours. */
  of(address: string): PurgeRecord | undefined {
    return decodeRecord(purgeRecord, this.#context.vault.get(nameOf(address)));
  }

  /** When it resolves, nothing of the conversation can be opened any more on this machine, by anybody. */
  async purge(address: string): Promise<void> {
    const { book, messages, conversations } = this.#parts;
    if (book.get(address).record.state !== 'friend') throw new CodedError('not-allowed');
    await conversations.end(address, () => [
      ...messages.all(address).map(({ id }) => messageChange(address, id, undefined)),
      [nameOf(address), { time: this.#context.now(), state: 'to-ask' }],
      ...this.#context.drafts.forgetting(address),
      purging(address),
    ]);
    await this.resume();
  }

  /** The person has read what became of it. */
  async dismiss(address: string): Promise<void> {
    await this.#parts.conversations.note([[nameOf(address), undefined]]);
  }

  /** Goes on with what a purge has left to do, whoever began it. Done again, it does nothing. */
  resume(): Promise<void> {
    return this.#oneByOne(async () => {
      const { vault } = this.#context;
      for (const [name] of vault.entries(leftover(''))) {
        const space = parseSpaceName(name.slice(leftover('').length));
        if (space.ok) await this.#parts.forget(space.value);
        await vault.remove(name);
      }
      await vault.finishPurges();
      for (const { record } of this.#parts.book.all()) await this.#say(record.address);
    });
  }

  async #say(address: string): Promise<void> {
    const { say, goOn } = this.#parts;
    const purge = this.of(address);
    if (purge?.state === 'to-ask') {
      await say(address, made(purgeKind.write({})), [
        [nameOf(address), { ...purge, state: 'asked' }],
      ]);
    }
    const kept = this.#context.vault.get(answerTo(address));
    if (typeof kept !== 'boolean') return;
    await say(address, made(purgedKind.write({ kept })), [[answerTo(address), undefined]]);
    await goOn(address);
  }

  /** What we have written and they have not got is still said to them. */
  #asked({ friend }: Arrival<unknown>): Outcome {
    const { address } = friend.record;
    const kept = !this.#parts.talks.settings().eraseWhenAsked;
    const changes: VaultChange[] = kept ? [] : [...this.#erased(friend), purging(address)];
    return {
      changes: [...changes, [answerTo(address), kept]],
      text: kept ? 'kept' : 'erased',
      unread: true,
      afterwards: () => this.resume(),
    };
  }

  #erased({ record: { address }, generation }: Friend): VaultChange[] {
    return this.#parts.messages.all(address).flatMap(({ id, record }) => {
      const isOld = record.generation < generation && (!record.mine || record.done);
      return isOld ? [messageChange(address, id, undefined)] : [];
    });
  }
}

function made(content: Result<Content>): Content {
  if (!content.ok) throw new CodedError('internal', content.code);
  return content.value;
}

function nameOf(address: string): string {
  return `purge/${address}`;
}

function answerTo(address: string): string {
  return `purge-answer/${address}`;
}
