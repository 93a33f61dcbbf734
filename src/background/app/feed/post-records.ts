import type { OnionAddress } from '../../../domain/address.ts';
import type { DocumentId } from '../../../domain/document/id.ts';
import type { Context } from '../context.ts';
import { decodeRecord, type PostRecord, postRecord } from '../records.ts';

/** What is told of a post and stands in no document: when it was first seen here, whether it was read, whom it reached. */
export class PostRecords {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  get(id: string): PostRecord | undefined {
    return decodeRecord(postRecord, this.#context.vault.get(nameOf(id)));
  }

  /** The first sight of a post is the latest time it can claim. Our own are read. */
  async arrived(posts: Iterable<{ readonly id: DocumentId; readonly mine: boolean }>) {
    const now = this.#context.now();
    const arrivals: [string, PostRecord][] = [];
    for (const { id, mine } of posts) {
      if (this.get(id)) continue;
      arrivals.push([nameOf(id), { firstSeen: now, read: mine, reached: [] }]);
    }
    if (arrivals.length > 0) await this.#context.vault.putMany(arrivals);
  }

  /** Whether any was unread. */
  async markRead(ids: Iterable<string>): Promise<boolean> {
    const changes: [string, PostRecord][] = [];
    for (const id of ids) {
      const record = this.get(id);
      if (record && !record.read) changes.push([nameOf(id), { ...record, read: true }]);
    }
    if (changes.length > 0) await this.#context.vault.putMany(changes);
    return changes.length > 0;
  }

  /** A post of ours is known to be on this person's machine. Whether that is news. */
  async reached(id: string, address: OnionAddress): Promise<boolean> {
    const record = this.get(id);
    if (!record || record.reached.includes(address)) return false;
    const reached = [...record.reached, address];
    await this.#context.vault.put(nameOf(id), { ...record, reached });
    return true;
  }
}

function nameOf(id: string): string {
  return `post/${id}`;
}
