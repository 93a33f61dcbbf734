import type { OnionAddress } from '../../../domain/address.ts';
import type { DocumentId } from '../../../domain/document/id.ts';
import type { EntryName } from '../../../domain/space/entry.ts';
import type { SpaceName } from '../../../domain/space/name.ts';
import type { Saying } from '../../../domain/types/saying.ts';
import { CodedError } from '../../../protocol/codes.ts';
import type { FilePieces } from '../../../protocol/page-calls/files.ts';
import type { FeedView, PostView, ThreadView } from '../../../protocol/page-calls.ts';
import { readDocuments } from '../../../store/documents.ts';
import { serial } from '../../../store/serial.ts';
import type { Context } from '../context.ts';
import type { FilePlace } from '../files/file-place.ts';
import type { Files } from '../files/files.ts';
import type { OpenSpace, SpacePost, Written } from '../spaces/open-space.ts';
import { type Crowd, crowdIn, nobody } from './crowd.ts';
import { type Entry, newestFirst, positionAfter } from './order.ts';
import { toErase } from './to-erase.ts';
import { threadOf } from './thread.ts';
import { PostRecords } from './post-records.ts';
import { type Beside, viewOf } from './post-view.ts';

export interface FeedParts {
  readonly files: Files;
  /** What we call a person; `undefined` for who is no friend. */
  readonly nameOf: (address: OnionAddress) => string | undefined;
  /** What has come to a space is looked at: what in it did not hold, and what is missing. */
  readonly hasRead: (space: OpenSpace, isNew: boolean) => void;
  readonly gapAt: Beside['gapAt'];
  /** Whether its posts are on its own page only. */
  readonly isMuted: (space: string) => boolean;
  /** Whose posts the person doesn't want to see, as it is now. */
  readonly hiding: () => (space: OpenSpace, post: SpacePost) => boolean;
  /** Whether what was written then is no longer kept here, by the person's own choice. */
  readonly hasLetGo: (space: string, time: number) => boolean;
}

/** Which part of the feed is asked for. */
export interface FeedPart {
  /** Only this space; else everything. */
  readonly space?: string | undefined;
  /** The `cursor` of the last post of the page before. */
  readonly before?: string | undefined;
  readonly limit: number;
}

/**
 * The posts of all spaces one reads, as one list, newest first. Headers are held in memory; a text is
 * read from its database when it is shown.
 */
export class Feed {
  readonly #context: Context;
  readonly #parts: FeedParts;
  readonly #records: PostRecords;
  readonly #spaces = new Map<string, OpenSpace>();
  /** What each space held when its arrivals were last noted. */
  readonly #noted = new Map<string, OpenSpace['posts']>();
  #entries: Entry[] = [];
  #crowd: Crowd = nobody;
  #replies: ReadonlyMap<EntryName, number> = new Map();
  readonly #shown = new Set<string>();
  readonly #unread = new Map<string, number>();
  /** Reads never overlap. */
  readonly #oneByOne = serial();

  constructor(context: Context, parts: FeedParts) {
    this.#context = context;
    this.#parts = parts;
    this.#records = new PostRecords(context);
  }

  /** Those that are shown. */
  get spaces(): OpenSpace[] {
    return [...this.#spaces.values()];
  }

  /** Of one space, or of all. */
  unread(space?: string): number {
    if (space !== undefined) return this.#unread.get(space) ?? 0;
    return [...this.unreadSpaces().values()].reduce((sum, count) => sum + count, 0);
  }

  isMuted(space: string): boolean {
    return this.#parts.isMuted(space);
  }

  /** How much is unread where anything is; of spaces that aren't muted. */
  unreadSpaces(): ReadonlyMap<string, number> {
    return new Map([...this.#unread].filter(([name]) => !this.#parts.isMuted(name)));
  }

  /** The spaces to show from now on; posts of others leave the list (they stay stored). */
  async setSpaces(spaces: readonly OpenSpace[]): Promise<void> {
    this.#spaces.clear();
    for (const space of spaces) this.#spaces.set(space.name, space);
    for (const name of this.#noted.keys()) if (!this.#spaces.has(name)) this.#noted.delete(name);
    this.#rebuild();
    await Promise.all(spaces.map(({ name }) => this.read(name)));
  }

  /** Somebody is hidden now, or shown again. */
  refresh(): Promise<void> {
    return this.#oneByOne(async () => {
      for (const space of this.#spaces.values()) await this.#noteArrivals(space);
      this.#rebuild();
      this.#context.changed('feed', 'state');
    });
  }

  /** Reads on where this space was left. Those that are not shown are passed over. */
  read(name: string): Promise<void> {
    return this.#oneByOne(async () => {
      const space = this.#spaces.get(name);
      if (!space) return;
      const isNew = await space.read();
      this.#parts.hasRead(space, isNew);
      if (!isNew) return;
      await this.#noteArrivals(space);
      await this.#erasePurged(space);
      this.#rebuild();
      this.#context.changed('feed', 'state');
    });
  }

  /** Says something in a space. Resolves once it is stored. Throws CodedError `not-allowed` where we only read. */
  async write(name: SpaceName, saying: Saying): Promise<Written> {
    const space = this.#spaces.get(name);
    if (!space?.write) throw new CodedError('not-allowed');
    const written = await space.write(saying);
    await this.read(name);
    return written;
  }

  /** A post of ours is known to be on this friend's machine. */
  async reached(postId: string, address: OnionAddress): Promise<void> {
    if (await this.#records.reached(postId, address)) this.#context.changed('feed');
  }

  async page({ space, before, limit }: FeedPart): Promise<FeedView> {
    const all =
      space === undefined
        ? this.#entries.filter((entry) => this.#isAmongAll(entry))
        : this.#entries.filter((entry) => entry.space.name === space);
    const start = before === undefined ? 0 : positionAfter(all, before);
    const entries = all.slice(start, start + limit);
    const posts = await Promise.all(entries.map((entry) => this.#view(entry)));
    for (const entry of entries) this.#shown.add(entry.post.id);
    return { posts, more: start + entries.length < all.length };
  }

  /** Where files of a space's posts lie. Throws CodedError `not-allowed` for what we don't read. */
  placeOf(name: SpaceName): FilePlace {
    const space = this.#spaces.get(name);
    if (!space) throw new CodedError('not-allowed');
    return space.filePlace;
  }

  /** Some pieces of a post's file. Throws CodedErrors `not-found`, and as `Files.read` does. */
  async readFile(name: string, id: string, file: number, from: number): Promise<FilePieces> {
    const { space, post } = this.find(name, id);
    const manifest = (await space.body(post))?.files[file];
    if (!manifest) throw new CodedError('not-found');
    return this.#parts.files.read(space.filePlace, manifest, from);
  }

  /** The post of this id, and the space it is in. Throws CodedError `not-found`. */
  find(name: string, id: string): { readonly space: OpenSpace; readonly post: SpacePost } {
    const space = this.#spaces.get(name);
    const post = space?.posts.get(id as DocumentId);
    if (!space || !post) throw new CodedError('not-found');
    return { space, post };
  }

  /** The whole thread of a post, oldest first. Throws CodedError `not-found`. */
  async thread(name: string, id: string): Promise<ThreadView> {
    const { space, post } = this.find(name, id);
    const ids = threadOf(post, space.posts);
    const entries = this.#entries.filter(
      (entry) => entry.space === space && ids.has(entry.post.name),
    );
    for (const entry of entries) this.#shown.add(entry.post.id);
    return { posts: await Promise.all(entries.toReversed().map((entry) => this.#view(entry))) };
  }

  /** Everything that has been on a page counts as read. */
  async markRead(): Promise<void> {
    const shown = [...this.#shown];
    this.#shown.clear();
    if (!(await this.#records.markRead(shown))) return;
    this.#countUnread();
    this.#context.changed('feed', 'state');
  }

  async #noteArrivals(space: OpenSpace): Promise<void> {
    const before = this.#noted.get(space.name);
    const arrivals: { id: DocumentId; mine: boolean }[] = [];
    for (const post of space.posts.values()) {
      if (!before?.has(post.id)) arrivals.push({ id: post.id, mine: this.#isMine(space, post) });
    }
    await this.#records.arrived(arrivals);
    this.#noted.set(space.name, space.posts);
  }

  /** What was taken back is to be nowhere, with its files; those that an edit has kept stay. */
  async #erasePurged(space: OpenSpace): Promise<void> {
    const ids = [...space.purge];
    if (ids.length === 0) return;
    const database = await this.#context.stores.open(space.name);
    const gone = await toErase(space, database, await readDocuments(database, ids));
    if (gone.length > 0) await this.#parts.files.eraseDocuments(space.name, gone);
  }

  #rebuild(): void {
    const entries: Entry[] = [];
    const replies = new Map<EntryName, number>();
    const isHidden = this.#parts.hiding();
    for (const space of this.#spaces.values()) {
      for (const post of space.posts.values()) {
        if (isHidden(space, post)) continue;
        const firstSeen = this.#records.get(post.id)?.firstSeen ?? post.time;
        entries.push({ post, space, time: Math.min(post.time, firstSeen) });
        for (const name of post.answers) replies.set(name, (replies.get(name) ?? 0) + 1);
      }
    }
    this.#entries = entries.toSorted(newestFirst);
    this.#crowd = crowdIn(this.#entries, ({ space, post }) => this.#isMine(space, post));
    this.#replies = replies;
    this.#countUnread();
  }

  #countUnread(): void {
    this.#unread.clear();
    for (const { post, space } of this.#entries) {
      if (this.#records.get(post.id)?.read !== false || this.#crowd.aside.has(post.id)) continue;
      this.#unread.set(space.name, (this.#unread.get(space.name) ?? 0) + 1);
    }
  }

  #view(entry: Entry): Promise<PostView> {
    const { address: me } = this.#context.me.identity;
    const record = this.#records.get(entry.post.id);
    const replies = this.#replies.get(entry.post.name) ?? 0;
    const more = this.#crowd.more.get(entry.post.id) ?? 0;
    return viewOf(entry, { ...this.#parts, me, replies, more, record });
  }

  /** Neither muted nor too much of one person's. */
  #isAmongAll({ space, post }: Entry): boolean {
    return !this.#parts.isMuted(space.name) && !this.#crowd.aside.has(post.id);
  }

  #isMine(space: OpenSpace, post: SpacePost): boolean {
    return space.authorOf(post) === this.#context.me.identity.address;
  }
}
