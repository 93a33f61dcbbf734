import { toBase32 } from '../../../domain/bytes.ts';
import type { CborMap } from '../../../domain/cbor.ts';
import type { Content } from '../../../domain/conversation/content.ts';
import type { Conversation } from '../../../domain/conversation/conversation.ts';
import type { Kind } from '../../../domain/conversation-kinds/kind.ts';
import type { SpaceName } from '../../../domain/space/name.ts';
import { CodedError } from '../../../protocol/codes.ts';
import { putDocuments, readDocuments } from '../../../store/documents.ts';
import type { StoredDocument, VaultChange } from '../../../store/ports.ts';
import { serial } from '../../../store/serial.ts';
import type { Context } from '../context.ts';
import { leaving } from '../purge-space.ts';
import type { Friend, FriendBook } from '../friends/friend-book.ts';
import type { MessageRecord } from '../records.ts';
import { type Arrival, Arrivals, type Outcome } from './arrivals.ts';
import { ConversationStates, type HeldPreKeys } from './conversation-states.ts';
import { contentOf, keptContent } from './message-content.ts';
import { erasePlaced, piecesOf, placed } from './message-files.ts';
import { goneRecord, messageChange, type Messages } from './messages.ts';

/** Messages of ours, sealed, that are not known to be on the friend's machine yet. */
export interface Waiting {
  readonly space: SpaceName;
  readonly documents: readonly StoredDocument[];
}

/** What is to be written; as a function where it depends on what is there when its turn comes. */
export type Changes = readonly VaultChange[] | (() => readonly VaultChange[]);

/** Says something to a friend and sends it. `changes` are written with it, or nothing is. */
export type Say = (
  address: string,
  content: Content,
  changes?: Changes,
) => Promise<{ readonly id: string }>;

export interface ConversationParts {
  readonly book: FriendBook;
  readonly messages: Messages;
  readonly preKeys: HeldPreKeys;
  /** Erases documents of a space here and at the host. */
  readonly erase: (space: SpaceName, ids: readonly string[]) => Promise<void>;
}

/**
 * Seals and opens private messages. The space holds only ciphertext, which nobody can open twice: what
 * we wrote and what we opened is in the vault, written in one with the keys of the next message.
 */
export class Conversations {
  readonly #context: Context;
  readonly #parts: ConversationParts;
  readonly #states: ConversationStates;
  readonly #arrivals: Arrivals;
  readonly #oneByOne = serial();

  constructor(context: Context, parts: ConversationParts) {
    this.#context = context;
    this.#parts = parts;
    this.#states = new ConversationStates(context, parts.preKeys);
    this.#arrivals = new Arrivals(context, parts.messages, this.#states);
  }

  /**
   * Seals and journals; sending is the caller's, and may begin at once. There is nothing to send while
   * the friend's keys have expired: the message then waits for newer ones.
   * @param changes what else is to be written with it, or not at all
   */
  write(
    address: string,
    content: Content,
    changes: Changes = [],
  ): Promise<Waiting & { readonly id: string }> {
    return this.#oneByOne(async () => {
      const friend = this.#parts.book.get(address);
      if (friend.record.state !== 'friend') throw new CodedError('not-allowed');
      const kept = keptContent(content);
      if (!kept) throw new CodedError('internal');
      const { generation } = friend;
      const time = this.#context.now();
      const record = { mine: true, ...kept, time, done: false, sealed: false, generation };
      const { id, documents } = await this.#seal(friend, record, { changes: made(changes) });
      // The journal has it, so nobody has to wait for the space to have it too.
      this.#publish(friend).catch(this.#context.failed);
      this.#context.changed('conversation');
      return { id, space: friend.conversation.name, documents };
    });
  }

  /** What still has to reach this friend. */
  async waiting(address: string): Promise<Waiting | undefined> {
    const friend = this.#friend(address);
    if (!friend) return undefined;
    const ids = this.#sealedIds(address);
    if (ids.length === 0) return undefined;
    return { space: friend.conversation.name, documents: await this.#documents(friend, ids) };
  }

  /**
   * Publishes what a crash left in the journal, and seals what waits for this friend and isn't in our
   * conversation: there were no keys to seal it with, or they or we have others or another address now.
   * Resolves with whether there is anything new to send.
   */
  mend(address: string): Promise<boolean> {
    return this.#oneByOne(async () => {
      const friend = this.#friend(address);
      if (!friend) return false;
      await this.#publish(friend);
      const there = await this.#documents(friend, this.#sealedIds(address));
      const ids = new Set(there.map(({ _id }) => _id));
      let isNew = false;
      for (const { id, record } of this.#parts.messages.waiting(address)) {
        if (ids.has(id)) continue;
        const { documents } = await this.#seal(friend, record, { id });
        isNew ||= documents.length > 0;
      }
      await this.#publish(friend);
      return isNew;
    });
  }

  /** From now on `receive` answers for what friends send of this kind. */
  handle<T extends CborMap>(kind: Kind<T>, receive: (arrival: Arrival<T>) => Outcome): void {
    this.#arrivals.handle(kind, receive);
  }

  /**
   * Opens what arrived in the conversation of this name, if it is one of ours. A friend who has purged it
   * speaks in the next one: then ours has ended, too.
   */
  read(space: string): Promise<void> {
    return this.#oneByOne(async () => {
      for (const friend of this.#parts.book.all()) {
        if (friend.conversation.name === space) return this.#arrivals.readOn(friend);
        if (friend.next.name !== space) continue;
        if (!(await this.#arrivals.speaksIn(friend.next, friend))) return;
        return this.#arrivals.readOn(await this.#end(friend, []));
      }
    });
  }

  /**
   * Destroys the keys of the conversation, in one write with `changes`. Its space is noted as a `leftover`
   * to be erased; what is written from now on goes to the next one.
   */
  end(address: string, changes: Changes): Promise<void> {
    return this.#oneByOne(async () => {
      await this.#end(this.#parts.book.get(address), made(changes));
    });
  }

  /** Erases messages: first what was said, then the documents. What cannot be finished is gone on with by the next call. */
  erase(address: string, ids: readonly string[]): Promise<void> {
    return this.#oneByOne(async () => {
      const { book, messages, erase } = this.#parts;
      const friend = book.find(address);
      const gone = ids.flatMap((id) => {
        const record = messages.find(address, id);
        return record ? [{ id, record: goneRecord(record) }] : [];
      });
      const { vault } = this.#context;
      if (friend) await this.#context.words.remove(friend.conversation.name, ids);
      const journal = friend && this.#states.without(friend, new Set(ids));
      await vault.putMany([
        ...gone.map(({ id, record }) => messageChange(address, id, record)),
        ...(friend && journal ? [this.#states.entry(journal, friend)] : []),
      ]);
      if (friend && journal) this.#states.keep(friend, journal);
      const here = gone.filter(({ record }) => record.generation === friend?.generation);
      if (friend && here.length > 0) {
        await erase(
          friend.conversation.name,
          here.flatMap(({ id, record }) => [id, ...piecesOf(record)]),
        );
      }
      const records = gone.map(({ record }) => record);
      await erasePlaced(records, friend?.conversation.name, this.#context.stores, erase);
      await vault.putMany(gone.map(({ id }) => messageChange(address, id, undefined)));
    });
  }

  /** Changes that must not come between a step of a conversation and its write. */
  note(changes: Changes): Promise<void> {
    return this.#oneByOne(async () => {
      await this.#context.vault.putMany(made(changes));
      this.#context.changed('conversation', 'friends');
    });
  }

  /** Destroys the keys of conversations that are no friend's any more; erasing the spaces is the caller's. */
  forgetEnded(): Promise<void> {
    return this.#oneByOne(async () => {
      const current = new Set<string>(
        this.#parts.book.all().map(({ conversation }) => conversation.name),
      );
      const ended = this.#states.spaces().filter((space) => !current.has(space));
      if (ended.length === 0) return;
      await this.#context.vault.putMany(ended.map((space) => this.#states.forgetting(space)));
    });
  }

  async #end(friend: Friend, changes: readonly VaultChange[]): Promise<Friend> {
    const { name } = friend.conversation;
    const { address } = friend.record;
    const forgetting = this.#states.forgetting(name);
    const ended = await this.#parts.book.advance(address, [
      forgetting,
      ...leaving([name]),
      ...changes,
    ]);
    this.#context.changed('conversation', 'friends', 'state');
    return ended;
  }

  /** `id` is that of the record it takes the place of. */
  async #seal(
    friend: Friend,
    before: MessageRecord,
    { id, changes = [] }: { readonly id?: string; readonly changes?: readonly VaultChange[] } = {},
  ): Promise<{ readonly id: string; readonly documents: readonly StoredDocument[] }> {
    const { address } = friend.record;
    const place = placed(before, friend.conversation.name);
    const record = { ...before, ...place, generation: friend.generation };
    const step = this.#states.seal(friend, contentOf(record), record.time);
    if (step.ok) {
      const { next, document } = step.value;
      const replaced = id === undefined ? [] : [messageChange(address, id, undefined)];
      const after = messageChange(address, document._id, { ...record, sealed: true });
      await this.#keep(friend, next, [...replaced, after, ...changes]);
      return { id: document._id, documents: [document] };
    }
    if (step.code === 'too-large') throw new CodedError('text-too-long');
    if (step.code !== 'expired') throw new CodedError('internal', step.code);
    const waitingId = id ?? `w${toBase32(this.#context.random(16))}`;
    const waiting = messageChange(address, waitingId, { ...record, sealed: false });
    await this.#context.vault.putMany([waiting, ...changes]);
    return { id: waitingId, documents: [] };
  }

  /** One write: the keys of what comes next, and what the last ones gave. */
  async #keep(friend: Friend, next: Conversation, changes: readonly VaultChange[]): Promise<void> {
    await this.#context.vault.putMany([this.#states.entry(next, friend), ...changes]);
    this.#states.keep(friend, next);
  }

  async #publish(friend: Friend): Promise<void> {
    const journal = this.#states.unpublished(friend);
    if (journal.length === 0) return;
    const documents = journal.map(({ document }) => document);
    await putDocuments(await this.#database(friend), documents);
    this.#states.published(journal.map(({ messageId }) => messageId));
  }

  #sealedIds(address: string): string[] {
    return this.#parts.messages
      .waiting(address)
      .flatMap(({ id, record }) => (record.sealed ? [id] : []));
  }

  /** Those of these that the space or the journal has. */
  async #documents(friend: Friend, ids: readonly string[]): Promise<StoredDocument[]> {
    const journal = new Map<string, StoredDocument>(
      this.#states.unpublished(friend).map(({ document }) => [document._id, document]),
    );
    const inJournal = ids.flatMap((id) => journal.get(id) ?? []);
    const others = ids.filter((id) => !journal.has(id));
    if (others.length === 0) return inJournal;
    return [...(await readDocuments(await this.#database(friend), others)), ...inJournal];
  }

  /** `undefined` for who isn't one (yet, or any more). */
  #friend(address: string): Friend | undefined {
    const friend = this.#parts.book.find(address);
    return friend?.record.state === 'friend' ? friend : undefined;
  }

  #database(friend: Friend) {
    return this.#context.stores.open(friend.conversation.name);
  }
}

function made(changes: Changes): readonly VaultChange[] {
  return typeof changes === 'function' ? changes() : changes;
}
