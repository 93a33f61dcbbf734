import type { CborMap } from '../../../domain/cbor.ts';
import type { Conversation } from '../../../domain/conversation/conversation.ts';
import { statedKind } from '../../../domain/document/id.ts';
import type { Message } from '../../../domain/conversation/content.ts';
import type { Kind } from '../../../domain/conversation-kinds/kind.ts';
import { textKind } from '../../../domain/conversation-kinds/text.ts';
import type { Space } from '../../../domain/space/charter.ts';
import { accept, type Result } from '../../../domain/result.ts';
import { readChanges, type Since } from '../../../store/documents.ts';
import type { StoredDocument, VaultChange } from '../../../store/ports.ts';
import type { Context } from '../context.ts';
import type { Friend } from '../friends/friend-book.ts';
import type { MessageRecord } from '../records.ts';
import type { ConversationStates } from './conversation-states.ts';
import { keptContent, unread } from './message-content.ts';
import { placed } from './message-files.ts';
import { messageChange, type Messages } from './messages.ts';

/** What a friend has sent us, of a kind that somebody answers for. */
export interface Arrival<T> {
  readonly friend: Friend;
  readonly documentId: string;
  /** When they wrote it, as they say; never later than now. */
  readonly time: number;
  readonly fields: T;
}

export interface Outcome {
  /** Written to the vault together with the keys: all of it counts, or nothing was received. */
  readonly changes?: readonly VaultChange[];
  /** What to do once that is written. Not done again if the browser dies in between. */
  readonly afterwards?: () => Promise<unknown>;
  /** What the person is told of it. */
  readonly text?: string;
  /** It is to be read as a message is, and is unread. */
  readonly unread?: boolean;
}

type Handler = (message: Message, about: Omit<Arrival<unknown>, 'fields'>) => Result<Outcome>;

/** Opens what came, each document once, and hands it to whoever answers for its kind. */
export class Arrivals {
  readonly #context: Context;
  readonly #messages: Messages;
  readonly #states: ConversationStates;
  readonly #handlers = new Map<string, Handler>();
  readonly #since = new Map<string, Since>();

  constructor(context: Context, messages: Messages, states: ConversationStates) {
    this.#context = context;
    this.#messages = messages;
    this.#states = states;
    this.handle(textKind, () => ({ unread: true }));
  }

  /** From now on `receive` answers for this kind. It sees the vault with all that was received before. */
  handle<T extends CborMap>(kind: Kind<T>, receive: (arrival: Arrival<T>) => Outcome): void {
    this.#handlers.set(kind.name, (message, about) => {
      const fields = kind.read(message);
      return fields.ok ? accept(receive({ ...about, fields: fields.value })) : fields;
    });
  }

  /** Whether the friend has said anything in this conversation, which we have not begun. */
  async speaksIn(space: Space, friend: Friend): Promise<boolean> {
    const database = await this.#context.stores.open(space.name);
    const { documents } = await readChanges(database, 0);
    return documents.some((document) => this.#states.opensIn(space, friend, document));
  }

  /** One at a time. */
  async readOn(friend: Friend): Promise<void> {
    const { name } = friend.conversation;
    const database = await this.#context.stores.open(name);
    let more = true;
    let isNew = false;
    while (more) {
      const page = await readChanges(database, this.#since.get(name) ?? 0);
      isNew = (await this.#openAll(friend, page.documents)) || isNew;
      this.#since.set(name, page.since);
      more = page.more;
    }
    if (isNew) this.#context.changed('conversation', 'friends', 'state');
  }

  async #openAll(friend: Friend, documents: readonly StoredDocument[]): Promise<boolean> {
    const { address } = friend.record;
    let changes: VaultChange[] = [];
    let state: Conversation | undefined;
    const write = async () => {
      if (!state || changes.length === 0) return;
      await this.#context.vault.putMany([this.#states.entry(state, friend), ...changes]);
      this.#states.keep(friend, state);
      changes = [];
    };
    for (const document of documents) {
      // A piece of a file: the message that names it tells what it is.
      if (statedKind(document) === 'f') continue;
      if (this.#messages.has(address, document._id)) continue;
      const step = this.#states.open(friend, document, state);
      if (!step.ok) {
        this.#context.refused(step.code, { by: address, document: document._id });
        continue;
      }
      const { message } = step.value;
      const handler = this.#handlers.get(message.kind);
      // Who answers for a kind looks into the vault. Many texts are one write.
      if (handler && message.kind !== textKind.name) await write();
      const time = Math.min(message.time, this.#context.now());
      const outcome = handler?.(message, { friend, documentId: document._id, time });
      if (outcome && !outcome.ok) this.#context.refused(outcome.code, { by: address });
      state = step.value.next;
      const { generation, conversation } = friend;
      const read = this.#record(message, time, outcome);
      const record = { ...read, ...placed(read, conversation.name), generation };
      changes.push(messageChange(address, document._id, record));
      if (!outcome?.ok || message.kind === textKind.name) continue;
      changes.push(...(outcome.value.changes ?? []));
      await write();
      this.#do(outcome.value);
    }
    await write();
    return state !== undefined;
  }

  #record(
    message: Message,
    time: number,
    outcome: Result<Outcome> | undefined,
  ): Omit<MessageRecord, 'generation'> {
    const record = { mine: false, time, done: false, sealed: true };
    if (!outcome) return { ...record, ...unread.newer };
    const kept = outcome.ok ? keptContent(message) : undefined;
    if (!outcome.ok || !kept) return { ...record, ...unread.refused, done: true };
    const { text = kept.text, unread: isUnread } = outcome.value;
    return { ...record, ...kept, text, done: isUnread !== true };
  }

  /** Not waited for: it may write to the same conversation. */
  #do({ afterwards }: Outcome): void {
    if (afterwards) void Promise.resolve().then(afterwards).catch(this.#context.failed);
  }
}
