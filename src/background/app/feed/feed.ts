import type { OnionAddress } from '../../../domain/address.ts';
import type { DocumentId } from '../../../domain/document/id.ts';
import { differences } from '../../../domain/layered.ts';
import type { SpaceName } from '../../../domain/space/name.ts';
import type { Saying } from '../../../domain/types/saying.ts';
import { CodedError } from '../../../protocol/codes.ts';
import type { FeedView, PostView, ThreadView } from '../../../protocol/page-calls.ts';
import { serial } from '../../../store/serial.ts';
import { limited } from '../../../sync/limited.ts';
import type { Context } from '../context.ts';
import type { FilePlace } from '../files/file-place.ts';
import type { Files } from '../files/files.ts';
import type { OpenSpace, SpacePost, Written } from '../spaces/open-space.ts';
import { dayOf } from './crowd.ts';
import { newestFirst, placeOf } from './order.ts';
import { isAside, lookAtDays, newlyShown, type Shown } from './shown-space.ts';
import { erasePurged } from './to-erase.ts';
import { SeenPosts } from './seen-posts.ts';
import { threadOf } from './thread.ts';
import { type MayCall, Mentions } from './mentions.ts';
import { PostFiles } from './post-files.ts';
import { PostMarks } from './post-marks.ts';
import { type Beside, viewOf } from './post-view.ts';

export interface FeedParts {
  readonly files: Files;
  /** What we call a person; `undefined` for who is no friend. */
  readonly nameOf: (address: OnionAddress) => string | undefined;
  /** What has come to a space is looked at: what in it did not hold, and what is missing. */
  readonly hasRead: (space: OpenSpace, isNew: boolean) => void;
  readonly gapAt: Beside['gapAt'];
  readonly mayCall: MayCall;
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
  /** Nobody sees it now: none of it counts as seen. */
  readonly glance?: boolean;
}

/** Spaces read at once. The host holds few databases open, and each has several questions asked of it. */
const openedAtOnce = 4;

/**
 * The posts of all spaces one reads, as one list, newest first. Headers are held in memory; a text is
 * read from its database when it is shown. What comes costs as much as it is, not as much as there is.
 */
export class Feed {
  readonly marks: PostMarks;
  readonly files: PostFiles;
  readonly #mentions: Mentions;
  readonly #context: Context;
  readonly #parts: FeedParts;
  #shown = new Map<string, Shown>();
  /** What reads a space or takes it away happens one after the other, also when it has just left the list. */
  readonly #turns = new Map<string, ReturnType<typeof serial>>();
  readonly #seen = new SeenPosts();

  constructor(context: Context, parts: FeedParts) {
    this.#context = context;
    this.#parts = parts;
    this.marks = new PostMarks(context);
    this.files = new PostFiles(parts.files, (name, id) => this.find(name, id));
    this.#mentions = new Mentions(context, parts.mayCall);
  }

  /** Those that are shown. */
  get spaces(): OpenSpace[] {
    return [...this.#shown.values()].map(({ space }) => space);
  }

  /** Of one space, or of all. */
  unread(name?: string): number {
    if (name !== undefined) return this.#shown.get(name)?.unread.size ?? 0;
    return this.#heard().reduce((sum, { unread }) => sum + unread.size, 0);
  }

  isMuted(space: string): boolean {
    return this.#parts.isMuted(space);
  }

  /** How many of the unread ones speak of us. */
  unreadMentions(name: string): number {
    return this.#mentions.count(name, this.#shown.get(name)?.unread ?? new Set());
  }

  /** How much is unread where anything is; of spaces that aren't muted. */
  unreadSpaces(): ReadonlyMap<string, number> {
    const some = this.#heard().filter(({ unread }) => unread.size > 0);
    return new Map(some.map(({ space, unread }) => [space.name, unread.size]));
  }

  /** The spaces to show from now on; posts of others leave the list (they stay stored). */
  async setSpaces(spaces: readonly OpenSpace[]): Promise<void> {
    const before = this.#shown;
    this.#shown = new Map(
      spaces.map((space) => {
        const known = before.get(space.name) ?? newlyShown(space);
        known.space = space;
        return [space.name, known];
      }),
    );
    // Where something came last is read first: that is what the newest page shows.
    const latest = new Map(spaces.map(({ name }) => [name, this.marks.latest(name)]));
    const names = spaces
      .map(({ name }) => name)
      .toSorted((a, b) => (latest.get(b) ?? 0) - (latest.get(a) ?? 0));
    const turn = limited(openedAtOnce);
    let done = 0;
    const open = async (name: string) => {
      await this.read(name);
      done += 1;
      this.#context.opening?.(done, names.length);
    };
    await Promise.all(names.map((name) => turn(() => open(name))));
  }

  /** Somebody is hidden now, or shown again. */
  async refresh(): Promise<void> {
    for (const shown of this.#shown.values()) {
      await this.#turnOf(shown.space.name)(async () => {
        await this.#take(shown);
        await this.#take(shown, true);
      });
    }
    this.#context.changed('feed', 'state');
  }

  /** Reads on where this space was left. Those that are not shown are passed over. */
  async read(name: string): Promise<void> {
    const shown = this.#shown.get(name);
    if (!shown) return;
    await this.#turnOf(name)(async () => {
      // It may have been left in the meantime: opening its database would make it anew.
      if (this.#shown.get(name) !== shown) return;
      const { space } = shown;
      const isNew = await space.read();
      this.#parts.hasRead(space, isNew);
      if (!isNew && space.posts === shown.posts) return;
      await this.#take(shown);
      // Texts may have come for what had none before.
      if (await this.#mentions.look(space, [])) this.#context.changed('feed', 'state');
      await erasePurged(shown, this.#context.stores, this.#parts.files);
    });
  }

  /** Nothing of a space is read any more when `erase` takes its database away, nor afterwards. */
  async leave(name: SpaceName, erase: () => Promise<void>): Promise<void> {
    this.#shown.delete(name);
    await this.#turnOf(name)(erase);
    this.#turns.delete(name);
  }

  /** Does something with a space while nothing takes it away; nothing where it is not shown. */
  async within(name: string, work: (space: OpenSpace) => Promise<void>): Promise<void> {
    await this.#turnOf(name)(async () => {
      const space = this.#shown.get(name)?.space;
      if (space) await work(space);
    });
  }

  /** Says something in a space. Resolves once it is stored. Throws CodedError `not-allowed` where we only read. */
  async write(name: SpaceName, saying: Saying): Promise<Written> {
    const space = this.#shown.get(name)?.space;
    if (!space?.write) throw new CodedError('not-allowed');
    const written = await space.write(saying);
    await this.read(name);
    return written;
  }

  /** A post of ours is known to be on this friend's machine. */
  async reached(postId: string, address: OnionAddress): Promise<void> {
    if (await this.marks.reached(postId, address)) this.#context.changed('feed');
  }

  async page({ space, before, limit, glance = false }: FeedPart): Promise<FeedView> {
    const one = space === undefined ? undefined : this.#shown.get(space);
    const from = space === undefined ? this.#heard() : one ? [one] : [];
    const place = before === undefined ? undefined : placeOf(before);
    const found = from
      .flatMap((shown) =>
        shown.order
          .after(place, limit + 1, (one) => space !== undefined || !isAside(shown, one))
          .map((placed) => ({ ...placed, shown })),
      )
      .toSorted(newestFirst);
    const entries = found.slice(0, limit);
    if (!glance) this.#see(entries);
    const posts = await Promise.all(entries.map((entry) => this.#view(entry)));
    return { posts, more: found.length > limit };
  }

  /** Where files of a space's posts lie. Throws CodedError `not-allowed` for what we don't read. */
  placeOf(name: SpaceName): FilePlace {
    const space = this.#shown.get(name)?.space;
    if (!space) throw new CodedError('not-allowed');
    return space.filePlace;
  }

  /** The post of this id, and the space it is in. Throws CodedError `not-found`. */
  find(name: string, id: string): { readonly space: OpenSpace; readonly post: SpacePost } {
    const { space, post } = this.#find(name, id);
    return { space, post };
  }

  /** The whole thread of a post, oldest first. Throws CodedError `not-found`. */
  async thread(name: string, id: string): Promise<ThreadView> {
    const { shown, space, post } = this.#find(name, id);
    const names = threadOf(post, space.posts);
    const isHidden = this.#parts.hiding();
    const entries = [...space.posts.values()]
      .filter((one) => names.has(one.name) && !isHidden(space, one))
      .map((one) => ({ post: one, id: one.id, time: this.timeOf(space, one), shown }))
      .toSorted((a, b) => newestFirst(b, a));
    this.#see(entries);
    return { posts: await Promise.all(entries.map((entry) => this.#view(entry))) };
  }

  /** Everything that has been on a page counts as read. */
  async markRead(): Promise<void> {
    let any = false;
    for (const [name, ids] of this.#seen.take()) {
      if (await this.marks.markRead(name, ids)) any = true;
      await this.#mentions.forget(name, ids);
      for (const id of ids) this.#shown.get(name)?.unread.delete(id as DocumentId);
    }
    if (any) this.#context.changed('feed', 'state');
  }

  /** Those whose posts are not on their own page only. */
  #heard(): Shown[] {
    return [...this.#shown.values()].filter(({ space }) => !this.#parts.isMuted(space.name));
  }

  #turnOf(name: string): ReturnType<typeof serial> {
    const turn = this.#turns.get(name) ?? serial();
    this.#turns.set(name, turn);
    return turn;
  }

  #find(name: string, id: string) {
    const shown = this.#shown.get(name);
    const post = shown?.space.posts.get(id as DocumentId);
    if (!shown || !post) throw new CodedError('not-found');
    return { shown, space: shown.space, post };
  }

  /** Puts what has come or changed in its place. It is shown at once, and written down that it has come. */
  async #take(shown: Shown, isWhole = false): Promise<void> {
    const { space, order, unread } = shown;
    const isHidden = this.#parts.hiding();
    const { changed, gone } = differences(isWhole ? new Map() : shown.posts, space.posts);
    shown.posts = space.posts;
    if (changed.length + gone.length === 0) return;
    const arrivals = changed.map((post) => ({ id: post.id, mine: this.#isMine(space, post) }));
    const unknown = changed.filter(({ id }) => this.marks.get(space.name, id) === undefined);
    const noted = this.marks.arrived(space.name, arrivals);
    const place = (post: SpacePost) => ({ post, id: post.id, time: this.timeOf(space, post) });
    const hidden = changed.filter((post) => isHidden(space, post));
    const left = [...gone, ...hidden].map(place);
    const come = changed.filter((post) => !isHidden(space, post)).map(place);
    for (const one of left) {
      order.remove(one);
      unread.delete(one.post.id);
    }
    order.put(come);
    lookAtDays(
      shown,
      [...left, ...come].map(({ time }) => time),
      {
        isMine: (post) => this.#isMine(space, post),
        isRead: ({ id }) => this.marks.get(space.name, id)?.read !== false,
      },
    );
    this.#context.changed('feed', 'state');
    await noted;
    const others = unknown.filter((post) => !this.#isMine(space, post) && !isHidden(space, post));
    if (await this.#mentions.look(space, others, changed)) this.#context.changed('feed', 'state');
  }

  /** As it is shown: what it claims, but no later than it was first seen here. */
  timeOf({ name }: OpenSpace, { id, time }: SpacePost): number {
    return Math.min(time, this.marks.get(name, id)?.firstSeen ?? time);
  }

  #see(entries: readonly { readonly post: SpacePost; readonly shown: Shown }[]): void {
    for (const { post, shown } of entries) this.#seen.add(shown.space.name, post.id);
  }

  #view({ post, time, shown }: { post: SpacePost; time: number; shown: Shown }): Promise<PostView> {
    const { space, order } = shown;
    return viewOf(
      { post, space, time },
      {
        ...this.#parts,
        me: this.#context.me.identity.address,
        replies: order.replies(post.name),
        more: shown.crowds.get(dayOf(time))?.more.get(post.id) ?? 0,
        unread: shown.unread.has(post.id),
        reached: this.marks.reachedBy(post.id).length,
      },
    );
  }

  #isMine(space: OpenSpace, post: SpacePost): boolean {
    return space.authorOf(post) === this.#context.me.identity.address;
  }
}
