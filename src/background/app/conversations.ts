import { openMessage, sealMessage } from '../../domain/friend/message.ts';
import type { SpaceName } from '../../domain/space/name.ts';
import { CodedError } from '../../protocol/codes.ts';
import type { ConversationView, MessageView } from '../../protocol/page-calls.ts';
import { putDocuments, readChanges, readDocuments, type Since } from '../../store/documents.ts';
import type { StoredDocument } from '../../store/ports.ts';
import { serial } from '../../store/serial.ts';
import type { Context } from './context.ts';
import type { Friend, FriendBook } from './friend-book.ts';
import { stored } from './own-spaces.ts';
import { decodeRecord, type KeptDocument, type MessageRecord, messageRecord } from './records.ts';

/** A message of ours that is not known to be on the friend's machine yet. */
export interface Waiting {
  readonly space: SpaceName;
  readonly documents: StoredDocument[];
}

/**
 * Private conversations. A message is sealed to the friend alone, so what we wrote and what we
 * opened is journalled in the vault, one record a message; the space holds only ciphertext.
 */
export class Conversations {
  readonly #context: Context;
  readonly #book: FriendBook;
  readonly #since = new Map<string, Since>();
  readonly #oneByOne = serial();

  constructor(context: Context, book: FriendBook) {
    this.#context = context;
    this.#book = book;
  }

  unread(address?: string): number {
    const prefix = address === undefined ? 'message/' : `message/${address}/`;
    return this.#records(prefix).filter(({ record }) => !record.mine && !record.done).length;
  }

  view(address: string): ConversationView {
    const friend = this.#book.get(address);
    const messages = this.#records(`message/${address}/`)
      .toSorted((a, b) => a.record.time - b.record.time || (a.id < b.id ? -1 : 1))
      .map(({ id, record }): MessageView => {
        const { mine, text, time, done } = record;
        if (!mine) return { id, mine, text, time };
        return { id, mine, text, time, delivery: done ? 'on-their-machine' : 'waiting' };
      });
    return { address, petname: friend.record.petname, messages };
  }

  /** Seals, journals and stores; sending is the caller's. */
  write(address: string, text: string): Promise<Waiting & { id: string }> {
    return this.#oneByOne(() => this.#write(address, text));
  }

  async #write(address: string, text: string): Promise<Waiting & { id: string }> {
    const friend = this.#book.get(address);
    if (friend.record.state !== 'friend') throw new CodedError('not-allowed');
    const trimmed = text.trim();
    if (trimmed === '') throw new CodedError('text-empty');
    const time = this.#context.now();
    const document = this.#seal(friend, trimmed, time);
    await this.#keep(address, document._id, { mine: true, text: trimmed, time, done: false });
    await putDocuments(await this.#database(friend), [document]);
    this.#context.changed('conversation');
    return { id: document._id, space: friend.conversation.name, documents: [document] };
  }

  /** Our messages to this friend that still have to reach them, oldest first. */
  async waiting(address: string): Promise<Waiting | undefined> {
    const friend = this.#book.find(address);
    if (friend?.record.state !== 'friend') return undefined;
    const ids = this.#records(`message/${address}/`)
      .filter(({ record }) => record.mine && !record.done)
      .map(({ id }) => id);
    if (ids.length === 0) return undefined;
    const documents = await readDocuments(await this.#database(friend), ids);
    return { space: friend.conversation.name, documents };
  }

  /**
   * Seals anew what waits for this friend and isn't in our conversation: they or we have another
   * address now, or the write was cut short.
   */
  mend(address: string): Promise<void> {
    return this.#oneByOne(async () => {
      const friend = this.#book.find(address);
      const waiting = this.#records(`message/${address}/`).filter(
        ({ record }) => record.mine && !record.done,
      );
      if (friend?.record.state !== 'friend' || waiting.length === 0) return;
      const database = await this.#database(friend);
      const ids = waiting.map(({ id }) => id);
      const there = new Set((await readDocuments(database, ids)).map(({ _id }) => _id));
      for (const { id, record } of waiting.filter((message) => !there.has(message.id))) {
        const document = this.#seal(friend, record.text, record.time);
        await putDocuments(database, [document]);
        await this.#context.vault.putMany([
          [`message/${address}/${document._id}`, { ...record }],
          [`message/${address}/${id}`, undefined],
        ]);
      }
    });
  }

  /** What was written and received with a friend who has another address now, read or not. */
  async take(from: string, to: string): Promise<void> {
    const entries = this.#context.vault.entries(`message/${from}/`);
    const moved = entries.map(([name, value]): [string, typeof value] => [
      `message/${to}/${name.slice(name.lastIndexOf('/') + 1)}`,
      value,
    ]);
    const left = entries.map(([name]): [string, undefined] => [name, undefined]);
    await this.#context.vault.putMany([...moved, ...left]);
  }

  async delivered(address: string, ids: readonly string[]): Promise<void> {
    await this.#finish(address, ids, (record) => record.mine);
  }

  async markRead(address: string): Promise<void> {
    const ids = this.#records(`message/${address}/`).map(({ id }) => id);
    await this.#finish(address, ids, (record) => !record.mine);
  }

  /** Opens what arrived in the conversation of this name, if it is one of ours. */
  read(space: string): Promise<void> {
    return this.#oneByOne(async () => {
      const friend = this.#book.all().find(({ conversation }) => conversation.name === space);
      if (friend) await this.#readOn(friend);
    });
  }

  /** What was written and received with a former friend; the space itself is the caller's to erase. */
  async forget(address: string): Promise<void> {
    const names = this.#context.vault.entries(`message/${address}/`).map(([name]) => name);
    await this.#context.vault.putMany(names.map((name) => [name, undefined]));
  }

  async #readOn(friend: Friend): Promise<void> {
    const { address } = friend.record;
    const { name } = friend.conversation;
    const database = await this.#database(friend);
    const opened: [string, MessageRecord][] = [];
    let more = true;
    while (more) {
      const page = await readChanges(database, this.#since.get(name) ?? 0);
      for (const document of page.documents) {
        if (this.#context.vault.get(`message/${address}/${document._id}`) !== undefined) continue;
        const message = this.#open(friend, document);
        if (message) opened.push([`message/${address}/${document._id}`, message]);
      }
      this.#since.set(name, page.since);
      more = page.more;
    }
    if (opened.length === 0) return;
    await this.#context.vault.putMany(opened);
    this.#context.changed('conversation', 'friends', 'state');
  }

  #open(friend: Friend, document: StoredDocument): MessageRecord | undefined {
    const { identity, device } = this.#context.me;
    const message = openMessage(document, {
      spaceId: friend.conversation.id,
      from: friend.bundle.publicKey,
      to: identity.publicKey,
      sender: friend.bundle.encryption,
      recipient: device.encryption,
    });
    if (!message.ok) {
      this.#context.refused(message.code);
      return undefined;
    }
    const { text, time } = message.value;
    return { mine: false, text, time: Math.min(time, this.#context.now()), done: false };
  }

  #seal(friend: Friend, text: string, time: number): KeptDocument {
    const { identity, device } = this.#context.me;
    const sealed = sealMessage(
      {
        spaceId: friend.conversation.id,
        from: identity.publicKey,
        to: friend.bundle.publicKey,
        sender: device.encryption,
        recipient: friend.bundle.encryption,
        text,
        time,
      },
      this.#context.random,
    );
    if (!sealed.ok) {
      throw new CodedError(sealed.code === 'too-large' ? 'text-too-long' : 'internal');
    }
    return stored(sealed.value.sealed.json);
  }

  async #finish(
    address: string,
    ids: readonly string[],
    which: (record: MessageRecord) => boolean,
  ): Promise<void> {
    const changes: [string, MessageRecord][] = [];
    for (const id of ids) {
      const name = `message/${address}/${id}`;
      const record = decodeRecord(messageRecord, this.#context.vault.get(name));
      if (record && which(record) && !record.done) changes.push([name, { ...record, done: true }]);
    }
    if (changes.length === 0) return;
    await this.#context.vault.putMany(changes);
    this.#context.changed('conversation', 'friends', 'state');
  }

  #records(prefix: string): { id: string; record: MessageRecord }[] {
    return this.#context.vault.entries(prefix).flatMap(([name, value]) => {
      const record = decodeRecord(messageRecord, value);
      return record ? [{ id: name.slice(name.lastIndexOf('/') + 1), record }] : [];
    });
  }

  async #keep(address: string, id: string, record: MessageRecord): Promise<void> {
    await this.#context.vault.put(`message/${address}/${id}`, { ...record });
  }

  #database(friend: Friend) {
    return this.#context.stores.open(friend.conversation.name);
  }
}
