import { addressFromPublicKey, type OnionAddress } from '../../../domain/address.ts';
import { toHex } from '../../../domain/bytes.ts';
import type { BodyContent } from '../../../domain/document/body-content.ts';
import { bodyId } from '../../../domain/document/body.ts';
import type { DocumentId } from '../../../domain/document/id.ts';
import { bytesOfName, type PersonKey } from '../../../domain/membership/operation.ts';
import type { Refusal } from '../../../domain/refusal.ts';
import type { Entry } from '../../../domain/space/entry.ts';
import { type Gap, gapsIn } from '../../../domain/space/gaps.ts';
import { spaceIdFromName, type SpaceName } from '../../../domain/space/name.ts';
import {
  packedPublicForumFormat,
  packPublicForum,
  unpackPublicForum,
} from '../../../domain/space/packed-public-forum.ts';
import {
  addToPublicForum,
  emptyPublicForum,
  type PublicForumState,
  viewPublicForum,
} from '../../../domain/space/public-forum.ts';
import { makeKeyDocument } from '../../../domain/types/key.ts';
import { readPostBody } from '../../../domain/types/post.ts';
import type { Saying } from '../../../domain/types/saying.ts';
import { putDocuments, readDocuments } from '../../../store/documents.ts';
import type { StoredDocument } from '../../../store/ports.ts';
import { type FilePlace, plainPlace } from '../files/file-place.ts';
import type { Context } from '../context.ts';
import type { OwnChain } from '../self/own-chain.ts';
import { stored } from '../self/own-spaces.ts';
import type { OpenSpace, SpacePost, Written } from './open-space.ts';
import { SpaceReader } from '../stored/space-reader.ts';
import { ShownPosts } from './shown-posts.ts';
import { writeSigned } from './signed-writer.ts';

export interface ForumParts {
  readonly space: SpaceName;
  /** Our own in this forum. */
  readonly chain: OwnChain;
  /** Whose posts aren't shown; asked again by `hide`. */
  readonly hidden: () => ReadonlySet<PersonKey>;
  /** How many friends carry it. */
  readonly audience: () => number;
}

/** A public forum: everybody who has an identity writes here, and whoever joined carries all of it. */
export class PublicForumSpace implements OpenSpace {
  readonly kind = 'public-forum';
  readonly name: SpaceName;
  readonly #context: Context;
  readonly #parts: ForumParts;
  readonly #reader: SpaceReader<PublicForumState>;
  readonly #shown = new ShownPosts();
  #refused: ReadonlyMap<string, Refusal> = new Map();
  #purge: Iterable<DocumentId> = [];

  constructor(context: Context, parts: ForumParts) {
    this.#context = context;
    this.#parts = parts;
    this.name = parts.space;
    this.#reader = new SpaceReader(context, parts.space, {
      format: packedPublicForumFormat,
      first: emptyPublicForum(parts.space),
      add: addToPublicForum,
      pack: packPublicForum,
      begin(packed) {
        if (!packed) return undefined;
        const state = unpackPublicForum(packed, parts.space);
        return state.ok ? state.value : undefined;
      },
    });
    this.hide();
  }

  /** What is known of it, for judging what newcomers bring. */
  get state(): PublicForumState {
    return this.#state;
  }

  get title(): string {
    const { charter } = this.#state;
    return charter?.kind === 'public-forum' ? charter.title : '';
  }

  get posts(): ReadonlyMap<DocumentId, SpacePost> {
    return this.#shown.posts;
  }

  get purge(): Iterable<DocumentId> {
    return this.#purge;
  }

  get mayWrite(): boolean {
    return this.title !== '';
  }

  get refused(): ReadonlyMap<string, Refusal> {
    return this.#refused;
  }

  /** Who writes much brings the last of it to strangers, so the beginning may be elsewhere. */
  gaps(): ReadonlyMap<DocumentId, Gap> {
    const { chains } = viewPublicForum(this.#state);
    return gapsIn({ chains, posts: this.posts.values(), fromStart: false });
  }

  get audience(): number {
    return this.#parts.audience();
  }

  /** Those who have written here, whoever wrote last first; each of them carries the forum, or did. */
  get authors(): OnionAddress[] {
    const lately = new Map<PersonKey, number>();
    for (const { author, time } of this.#state.discussion.posts.values()) {
      if (time > (lately.get(author) ?? -Infinity)) lately.set(author, time);
    }
    return [...lately].toSorted(([, a], [, b]) => b - a).map(([author]) => addressOf(author));
  }

  authorOf(post: SpacePost): OnionAddress {
    return addressOf(post.author);
  }

  async read(): Promise<boolean> {
    if (!(await this.#reader.read())) return false;
    this.#view();
    return true;
  }

  /** Documents were erased that counted: it is what is left. */
  async rebuild(): Promise<void> {
    await this.#reader.restart(emptyPublicForum(this.name));
    await this.#reader.read();
    this.#view();
  }

  get #state(): PublicForumState {
    return this.#reader.state;
  }

  /** Somebody is muted now, or not any more. */
  hide(): void {
    this.#shown.hide(this.#parts.hidden());
  }

  get filePlace(): FilePlace {
    return plainPlace(this.name);
  }

  bodyDocuments({ wording }: SpacePost): readonly DocumentId[] {
    return [wording.id];
  }

  async body({ wording }: SpacePost): Promise<BodyContent | undefined> {
    const database = await this.#context.stores.open(this.name);
    const [document] = await readDocuments(database, [wording.id]);
    if (!document) return undefined;
    const body = readPostBody(wording.hash, document, spaceIdFromName(this.name));
    return body.ok ? body.value : undefined;
  }

  /** The first time with the certificate of our device, which is all that joining is. */
  readonly write = async (saying: Saying): Promise<Written> => {
    // Without it nothing that our device signs counts.
    const certificate = this.#certificate();
    await putDocuments(await this.#context.stores.open(this.name), [certificate]);
    const { id, documents } = await writeSigned(this.#context, this.#parts.chain, saying);
    return { id, documents: [certificate, ...documents] };
  };

  #certificate(): StoredDocument {
    const { me } = this.#context;
    const id = spaceIdFromName(this.name);
    return stored(makeKeyDocument(me.identity, id, me.device.signing.publicKey).json);
  }

  /** What we have written here, with our certificate, oldest first: whoever carries the forum should have it. */
  async own(most: number): Promise<StoredDocument[]> {
    const me = toHex(this.#context.me.identity.publicKey);
    const mine = [...this.#state.entries.values()]
      .filter(({ author }) => author === me)
      .toSorted((a, b) => a.seq - b.seq)
      .slice(-most);
    if (mine.length === 0) return [];
    const database = await this.#context.stores.open(this.name);
    const ids = mine.flatMap((entry) => [...bodyOf(entry), entry.id]);
    return [this.#certificate(), ...(await readDocuments(database, ids))];
  }

  /** What is stored of these people: ids and revisions, for erasing. */
  async writtenBy(people: ReadonlySet<PersonKey>): Promise<StoredDocument[]> {
    const theirs = [...this.#state.entries.values()].filter(({ author }) => people.has(author));
    if (theirs.length === 0) return [];
    const database = await this.#context.stores.open(this.name);
    const found = await readDocuments(
      database,
      theirs.flatMap((entry) => [...bodyOf(entry), entry.id]),
    );
    return found.map(({ _id, _rev }) => ({ _id, _rev }));
  }

  #view(): void {
    const forum = viewPublicForum(this.#state);
    this.#purge = forum.purge;
    this.#refused = new Map([...this.#state.refused, ...forum.refused]);
    this.#shown.look(forum);
  }
}

function bodyOf(entry: Entry): DocumentId[] {
  return 'bodyHash' in entry ? [bodyId(entry.bodyHash)] : [];
}

function addressOf(author: PersonKey): OnionAddress {
  return addressFromPublicKey(bytesOfName(author));
}
