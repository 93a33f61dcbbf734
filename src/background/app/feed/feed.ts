import type { OnionAddress } from '../../../domain/address.ts';
import { makePost, readPostText } from '../../../domain/types/post.ts';
import { addToBlog, type BlogPost, type BlogState, emptyBlog } from '../../../domain/space/blog.ts';
import { spaceIdFromName, type SpaceName } from '../../../domain/space/name.ts';
import { CodedError } from '../../../protocol/codes.ts';
import type { FeedView, PostView } from '../../../protocol/page-calls.ts';
import { readChanges, readDocuments, type Since } from '../../../store/documents.ts';
import type { StoredDocument } from '../../../store/ports.ts';
import { serial } from '../../../store/serial.ts';
import type { Context } from '../context.ts';
import { OwnChain } from '../self/own-chain.ts';
import { stored } from '../self/own-spaces.ts';
import { decodeRecord, type PostRecord, postRecord } from '../records.ts';

/** A feed that is read here: our own or a friend's. */
export interface FeedSource {
  readonly space: SpaceName;
  /** The key that signs it. */
  readonly owner: OnionAddress;
  /** Whose it is: where they are now, also of what they wrote at an address they have left. */
  readonly author: OnionAddress;
  /** Our own name, or the petname. */
  readonly name: string;
}

interface OpenFeed {
  readonly source: FeedSource;
  state: BlogState;
  since: Since;
}

/** A post in the order it is shown: newest first by shown time, then by id. */
interface Entry {
  readonly post: BlogPost;
  readonly feed: OpenFeed;
  readonly time: number;
}

/**
 * All feeds one reads, as one list. Headers are held in memory; a text is read from its database when
 * it is shown. What is told of a post (first seen, read, whom it reached) is in the vault.
 */
export class Feed {
  readonly #context: Context;
  readonly #chain: OwnChain;
  readonly #feeds = new Map<string, OpenFeed>();
  #entries: Entry[] = [];
  readonly #shown = new Set<string>();
  #unread = 0;
  /** Reads never overlap. */
  readonly #oneByOne = serial();

  /** @param chain our own, in our own feed */
  constructor(context: Context, chain: OwnChain) {
    this.#context = context;
    this.#chain = chain;
  }

  get unread(): number {
    return this.#unread;
  }

  /** The feeds to show from now on; posts of others leave the list (they stay stored). */
  async setSources(sources: readonly FeedSource[]): Promise<void> {
    const wanted = new Set<string>(sources.map((source) => source.space));
    for (const space of this.#feeds.keys()) if (!wanted.has(space)) this.#feeds.delete(space);
    for (const source of sources) {
      const open = this.#feeds.get(source.space);
      this.#feeds.set(source.space, {
        source,
        state: open?.state ?? emptyBlog({ spaceName: source.space, owner: source.owner }),
        since: open?.since ?? 0,
      });
    }
    this.#rebuild();
    await Promise.all(sources.map((source) => this.read(source.space)));
  }

  /** Reads on where this feed was left. Spaces that are no feed of ours are passed over. */
  read(space: string): Promise<void> {
    return this.#oneByOne(async () => {
      const feed = this.#feeds.get(space);
      if (feed && (await this.#readOn(feed))) this.#context.changed('feed', 'state');
    });
  }

  /** Writes a post to our own feed. Resolves with its documents once they are stored. */
  async write(text: string): Promise<{ id: string; documents: StoredDocument[] }> {
    const trimmed = text.trim();
    if (trimmed === '') throw new CodedError('text-empty');
    const { signed, documents } = await this.#append(trimmed);
    await this.#note(signed.id, { firstSeen: this.#context.now(), read: true, reached: [] });
    await this.read(this.#chain.space);
    return { id: signed.id, documents: [...documents] };
  }

  /** A post of ours is known to be on this friend's machine. */
  async reached(postId: string, address: OnionAddress): Promise<void> {
    const record = this.#recordOf(postId);
    if (!record || record.reached.includes(address)) return;
    await this.#note(postId, { ...record, reached: [...record.reached, address] });
    this.#context.changed('feed');
  }

  async page(before: string | undefined, limit: number, friends: number): Promise<FeedView> {
    const start = before === undefined ? 0 : this.#positionAfter(before);
    const entries = this.#entries.slice(start, start + limit);
    const posts = await Promise.all(entries.map((entry) => this.#view(entry, friends)));
    for (const entry of entries) this.#shown.add(entry.post.id);
    return { posts, more: start + entries.length < this.#entries.length };
  }

  /** Everything that has been on a page counts as read. */
  async markRead(): Promise<void> {
    const changes: [string, PostRecord][] = [];
    for (const id of this.#shown) {
      const record = this.#recordOf(id);
      if (record && !record.read) changes.push([`post/${id}`, { ...record, read: true }]);
    }
    this.#shown.clear();
    if (changes.length === 0) return;
    await this.#context.vault.putMany(changes);
    this.#countUnread();
    this.#context.changed('feed', 'state');
  }

  #append(text: string) {
    return this.#chain.append((position) => {
      const made = makePost(
        {
          spaceId: spaceIdFromName(this.#chain.space),
          writer: this.#chain.writer,
          text,
          time: this.#context.now(),
          position,
        },
        this.#context.random,
      );
      if (!made.ok) throw new CodedError('text-too-long');
      const { header, body } = made.value;
      return { signed: header, documents: [stored(body.json), stored(header.json)] };
    });
  }

  /** Whether anything came. */
  async #readOn(feed: OpenFeed): Promise<boolean> {
    const database = await this.#context.stores.open(feed.source.space);
    const before = feed.state;
    let more = true;
    while (more) {
      const page = await readChanges(database, feed.since);
      if (page.documents.length > 0) feed.state = addToBlog(feed.state, page.documents);
      feed.since = page.since;
      more = page.more;
    }
    if (feed.state === before) return false;
    for (const [id, code] of feed.state.refused) {
      if (!before.refused.has(id)) this.#context.refused(code);
    }
    await this.#noteArrivals(feed, before);
    this.#rebuild();
    return true;
  }

  /** The first sight of a post is the latest time it can claim. */
  async #noteArrivals(feed: OpenFeed, before: BlogState): Promise<void> {
    const mine = this.#isMine(feed);
    const now = this.#context.now();
    const arrivals: [string, PostRecord][] = [];
    for (const id of feed.state.posts.keys()) {
      if (before.posts.has(id) || this.#recordOf(id)) continue;
      arrivals.push([`post/${id}`, { firstSeen: now, read: mine, reached: [] }]);
    }
    if (arrivals.length > 0) await this.#context.vault.putMany(arrivals);
  }

  #rebuild(): void {
    const entries: Entry[] = [];
    for (const feed of this.#feeds.values()) {
      for (const post of feed.state.posts.values()) {
        const firstSeen = this.#recordOf(post.id)?.firstSeen ?? post.time;
        entries.push({ post, feed, time: Math.min(post.time, firstSeen) });
      }
    }
    this.#entries = entries.toSorted((a, b) => compare(keyOf(a), keyOf(b)));
    this.#countUnread();
  }

  #countUnread(): void {
    this.#unread = this.#entries.filter(
      ({ post }) => this.#recordOf(post.id)?.read === false,
    ).length;
  }

  /** The index of the first entry after a cursor; what the cursor named may be gone. */
  #positionAfter(cursor: string): number {
    const index = this.#entries.findIndex((entry) => cursorOf(entry) === cursor);
    if (index >= 0) return index + 1;
    const time = Number(cursor.split('.')[0]);
    const next = this.#entries.findIndex((entry) => entry.time < time);
    return next < 0 ? this.#entries.length : next;
  }

  async #view(entry: Entry, friends: number): Promise<PostView> {
    const { post, feed, time } = entry;
    const mine = this.#isMine(feed);
    const record = this.#recordOf(post.id);
    return {
      id: post.id,
      cursor: cursorOf(entry),
      authorAddress: feed.source.author,
      authorName: feed.source.name,
      mine,
      text: await this.#textOf(entry),
      time,
      unread: record?.read === false,
      ...(mine ? { delivery: { friends, reached: record?.reached.length ?? 0 } } : {}),
    };
  }

  /** Empty while the text is still on its way. */
  async #textOf({ post, feed }: Entry): Promise<string> {
    const database = await this.#context.stores.open(feed.source.space);
    const [body] = await readDocuments(database, [post.bodyId]);
    if (!body) return '';
    const text = readPostText(post.bodyHash, body, spaceIdFromName(feed.source.space));
    return text.ok ? text.value : '';
  }

  #isMine({ source }: OpenFeed): boolean {
    return source.author === this.#context.me.identity.address;
  }

  #recordOf(postId: string): PostRecord | undefined {
    return decodeRecord(postRecord, this.#context.vault.get(`post/${postId}`));
  }

  async #note(postId: string, record: PostRecord): Promise<void> {
    await this.#context.vault.put(`post/${postId}`, { ...record });
  }
}

function cursorOf({ time, post }: Entry): string {
  return `${time}.${post.id}`;
}

/** Sorts newest first; of the same moment, by id. */
function keyOf({ time, post }: Entry): [number, string] {
  return [-time, post.id];
}

function compare([timeA, idA]: [number, string], [timeB, idB]: [number, string]): number {
  if (timeA !== timeB) return timeA - timeB;
  return idA < idB ? -1 : 1;
}
