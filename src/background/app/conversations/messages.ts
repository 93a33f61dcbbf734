import { textKind } from '../../../domain/conversation-kinds/text.ts';
import type { VaultChange } from '../../../store/ports.ts';
import { purging } from '../../../store/sealed-vault.ts';
import type { Context } from '../context.ts';
import { decodeRecord, type MessageRecord, messageRecord } from '../records.ts';
import { piecesOf } from './message-files.ts';
import type { LifeClock } from './life-clock.ts';

export interface Kept {
  /** Of its document; of a message that could not be sealed yet, its own. */
  readonly id: string;
  readonly record: MessageRecord;
}

/** The messages we wrote and read, one record each in the vault. */
export class Messages {
  readonly #context: Context;
  readonly #clock: LifeClock;

  constructor(context: Context, clock: LifeClock) {
    this.#context = context;
    this.#clock = clock;
  }

  unread(address?: string): number {
    const prefix = address === undefined ? 'message/' : prefixOf(address);
    return this.#records(prefix).filter(({ record }) => !record.mine && !record.done).length;
  }

  /** How many, of each friend of whom there are any. */
  unreadByFriend(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const [name, value] of this.#context.vault.entries('message/')) {
      const record = decodeRecord(messageRecord, value);
      if (!record || record.mine || record.done) continue;
      const [, address = ''] = name.split('/');
      counts.set(address, (counts.get(address) ?? 0) + 1);
    }
    return counts;
  }

  /** By time. */
  all(address: string): Kept[] {
    return this.#records(prefixOf(address)).toSorted(
      (a, b) => a.record.time - b.record.time || (a.id < b.id ? -1 : 1),
    );
  }

  /** Of everybody, by their address, in no order. */
  byFriend(): ReadonlyMap<string, Kept[]> {
    const byFriend = new Map<string, Kept[]>();
    for (const [name, value] of this.#context.vault.entries('message/')) {
      const record = decodeRecord(messageRecord, value);
      const [, address = '', id = ''] = name.split('/');
      if (!record) continue;
      const kept = byFriend.get(address) ?? [];
      kept.push({ id, record });
      byFriend.set(address, kept);
    }
    return byFriend;
  }

  has(address: string, id: string): boolean {
    return this.#context.vault.get(`${prefixOf(address)}${id}`) !== undefined;
  }

  find(address: string, id: string): MessageRecord | undefined {
    return decodeRecord(messageRecord, this.#context.vault.get(`${prefixOf(address)}${id}`));
  }

  /** Ours that are not known to be on the friend's machine. */
  waiting(address: string): Kept[] {
    return this.#records(prefixOf(address)).filter(({ record }) => record.mine && !record.done);
  }

  /** Their lives begin: they are where they were to go. */
  async delivered(address: string, ids: readonly string[]): Promise<void> {
    await this.#write(
      ids.flatMap((id) => {
        const record = this.find(address, id);
        return record?.mine && !record.done ? [this.#finished(address, id, record)] : [];
      }),
    );
  }

  /** Resolves with the ids of the texts that had not been read before. */
  async markRead(address: string): Promise<string[]> {
    const unread = this.#records(prefixOf(address)).filter(
      ({ record }) => !record.mine && !record.done,
    );
    await this.#write(unread.map(({ id, record }) => this.#finished(address, id, record)));
    return unread.flatMap(({ id, record }) => (record.kind === textKind.name ? [id] : []));
  }

  /** What follows when the friend has read these; what is none of ours is passed over. */
  readByThem(address: string, ids: readonly string[]): VaultChange[] {
    return ids.flatMap((id) => {
      const record = this.find(address, id);
      if (record?.mine !== true || record.read) return [];
      const [name] = messageChange(address, id, undefined);
      return [[name, { ...this.#begun(record), done: true, read: true }], this.#clock.change()];
    });
  }

  /** Those whose time is over, and those that were being erased when the browser died. */
  over(): { readonly address: string; readonly id: string }[] {
    const now = this.#clock.now();
    return this.#context.vault.entries('message/').flatMap(([name, value]) => {
      const record = decodeRecord(messageRecord, value);
      if (!record || !(record.kind === goneKind || (record.ends ?? Infinity) <= now)) return [];
      const [, address = '', id = ''] = name.split('/');
      return [{ address, id }];
    });
  }

  /** So that the time that went by is known although the clock is set back while we sleep. */
  async keepClock(): Promise<void> {
    if (this.nextEnd() !== undefined) await this.#context.vault.putMany([this.#clock.change()]);
  }

  /** In how many milliseconds the next one's time is over. */
  nextEnd(): number | undefined {
    const ends = this.#records('message/').flatMap(({ record }) => record.ends ?? []);
    return ends.length === 0 ? undefined : Math.max(0, Math.min(...ends) - this.#clock.now());
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

  /** There will be no more: what never arrived goes, and nothing waits to be read. */
  async close(address: string): Promise<void> {
    const waiting = this.waiting(address).map(({ id }) => messageChange(address, id, undefined));
    await this.#write(waiting);
    await this.markRead(address);
  }

  /** What was said in words, oldest first. */
  kept(address: string): { mine: boolean; text: string; time: number }[] {
    return this.all(address).flatMap(({ record: { kind, mine, text, time } }) =>
      kind === textKind.name ? [{ mine, text, time }] : [],
    );
  }

  /** With the vault's `finishPurges` after it, nothing opens them any more. */
  async forget(address: string): Promise<void> {
    const names = this.#context.vault.entries(prefixOf(address)).map(([name]) => name);
    const gone = names.map((name): VaultChange => [name, undefined]);
    await this.#context.vault.putMany([...gone, purging(address)]);
  }

  #finished(address: string, id: string, record: MessageRecord): VaultChange {
    return messageChange(address, id, { ...this.#begun(record), done: true });
  }

  #begun(record: MessageRecord): MessageRecord {
    const { life, ends } = record;
    if (!life || ends !== undefined) return record;
    return { ...record, ends: this.#clock.now() + life * 1_000 };
  }

  async #write(changes: readonly VaultChange[]): Promise<void> {
    if (changes.length === 0) return;
    await this.#context.vault.putMany([...changes, this.#clock.change()]);
    this.#context.changed('conversation', 'friends', 'state');
  }

  #records(prefix: string): Kept[] {
    return this.#context.vault.entries(prefix).flatMap(([name, value]) => {
      const record = decodeRecord(messageRecord, value);
      return record ? [{ id: idOf(name), record }] : [];
    });
  }
}

const goneKind = 'gone';

/** Stands in a message's place until its document is erased, too: nothing of what was said, and it is not opened again. */
export function goneRecord(record: MessageRecord): MessageRecord {
  const { mine, generation, place } = record;
  const pieces = [...piecesOf(record)];
  const gone = { mine, kind: goneKind, text: '', pieces, time: 0, done: true, sealed: true };
  return { ...gone, generation, ...(place === undefined ? {} : { place }) };
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
