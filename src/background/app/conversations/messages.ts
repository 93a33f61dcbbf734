import { textKind } from '../../../domain/conversation-kinds/text.ts';
import type { MessageView } from '../../../protocol/page-calls.ts';
import type { VaultChange } from '../../../store/ports.ts';
import type { Context } from '../context.ts';
import { decodeRecord, type MessageRecord, messageRecord } from '../records.ts';
import { unread } from './message-content.ts';

interface Kept {
  /** Of its document; of a message that could not be sealed yet, its own. */
  readonly id: string;
  readonly record: MessageRecord;
}

/** The others do their work unseen. */
const shownKinds: ReadonlySet<string> = new Set([textKind.name, unread.newer.kind]);

/** The messages we wrote and read, one record each in the vault, as the pages show them. */
export class Messages {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  unread(address?: string): number {
    const prefix = address === undefined ? 'message/' : prefixOf(address);
    return this.#records(prefix).filter(({ record }) => !record.mine && !record.done).length;
  }

  /** By time. */
  list(address: string): MessageView[] {
    return this.#records(prefixOf(address))
      .filter(({ record }) => shownKinds.has(record.kind))
      .toSorted((a, b) => a.record.time - b.record.time || (a.id < b.id ? -1 : 1))
      .map(({ id, record }): MessageView => {
        const { mine, text, time, done } = record;
        const kind = record.kind === textKind.name ? 'text' : 'newer';
        if (!mine) return { id, mine, kind, text, time };
        return { id, mine, kind, text, time, delivery: done ? 'on-their-machine' : 'waiting' };
      });
  }

  has(address: string, id: string): boolean {
    return this.#context.vault.get(`${prefixOf(address)}${id}`) !== undefined;
  }

  /** Ours that are not known to be on the friend's machine. */
  waiting(address: string): Kept[] {
    return this.#records(prefixOf(address)).filter(({ record }) => record.mine && !record.done);
  }

  async delivered(address: string, ids: readonly string[]): Promise<void> {
    await this.#finish(address, ids, (record) => record.mine);
  }

  async markRead(address: string): Promise<void> {
    const ids = this.#records(prefixOf(address)).map(({ id }) => id);
    await this.#finish(address, ids, (record) => !record.mine);
  }

  /** What was written and received with a friend who has another address now, read or not. */
  async take(from: string, to: string): Promise<void> {
    const entries = this.#context.vault.entries(prefixOf(from));
    const moved = entries.map(([name, value]): VaultChange => [
      `${prefixOf(to)}${idOf(name)}`,
      value,
    ]);
    const left = entries.map(([name]): VaultChange => [name, undefined]);
    await this.#context.vault.putMany([...moved, ...left]);
  }

  async forget(address: string): Promise<void> {
    const names = this.#context.vault.entries(prefixOf(address)).map(([name]) => name);
    await this.#context.vault.putMany(names.map((name): VaultChange => [name, undefined]));
  }

  async #finish(
    address: string,
    ids: readonly string[],
    which: (record: MessageRecord) => boolean,
  ): Promise<void> {
    const changes: VaultChange[] = [];
    for (const id of ids) {
      const name = `${prefixOf(address)}${id}`;
      const record = decodeRecord(messageRecord, this.#context.vault.get(name));
      if (record && which(record) && !record.done) changes.push([name, { ...record, done: true }]);
    }
    if (changes.length === 0) return;
    await this.#context.vault.putMany(changes);
    this.#context.changed('conversation', 'friends', 'state');
  }

  #records(prefix: string): Kept[] {
    return this.#context.vault.entries(prefix).flatMap(([name, value]) => {
      const record = decodeRecord(messageRecord, value);
      return record ? [{ id: idOf(name), record }] : [];
    });
  }
}

/** For a write that holds more than the message. */
export function messageChange(
  address: string,
  id: string,
  record: MessageRecord | undefined,
): VaultChange {
  return [`${prefixOf(address)}${id}`, record && { ...record }];
}

function prefixOf(address: string): string {
  return `message/${address}/`;
}

function idOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}
