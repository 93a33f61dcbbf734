import { addressFromPublicKey, type OnionAddress } from '../../../domain/address.ts';
import { toHex } from '../../../domain/bytes.ts';
import type { BodyContent } from '../../../domain/document/body-content.ts';
import { bodyId } from '../../../domain/document/body.ts';
import type { DocumentId } from '../../../domain/document/id.ts';
import { bytesOfName, type PersonKey } from '../../../domain/membership/operation.ts';
import type { Refusal } from '../../../domain/refusal.ts';
import type { ShownPost } from '../../../domain/space/discussion.ts';
import type { EntryChain } from '../../../domain/space/chains-of-entries.ts';
import type { Entry } from '../../../domain/space/entry.ts';
import { type Gap, gapsIn } from '../../../domain/space/gaps.ts';
import { spaceIdFromName, type SpaceName } from '../../../domain/space/name.ts';
import {
  addToPublicForum,
  emptyPublicForum,
  type PublicForumState,
  viewPublicForum,
} from '../../../domain/space/public-forum.ts';
import { makeKeyDocument } from '../../../domain/types/key.ts';
import { readPostBody } from '../../../domain/types/post.ts';
import type { Saying } from '../../../domain/types/saying.ts';
import { putDocuments, readChanges, readDocuments, type Since } from '../../../store/documents.ts';
import type { StoredDocument } from '../../../store/ports.ts';
import { type FilePlace, plainPlace } from '../files/file-place.ts';
import type { Context } from '../context.ts';
import type { OwnChain } from '../self/own-chain.ts';
import { stored } from '../self/own-spaces.ts';
import type { OpenSpace, SpacePost, Written } from './open-space.ts';
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
  #state: PublicForumState;
  #since: Since = 0;
  #all: ReadonlyMap<DocumentId, SpacePost> = new Map();
  #posts: ReadonlyMap<DocumentId, SpacePost> = new Map();
  #refused: ReadonlyMap<string, Refusal> = new Map();
  #purge: readonly DocumentId[] = [];
  #chains: readonly EntryChain[] = [];

  constructor(context: Context, parts: ForumParts) {
    this.#context = context;
    this.#parts = parts;
    this.name = parts.space;
    this.#state = emptyPublicForum(parts.space);
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
    return this.#posts;
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
    return gapsIn({ chains: this.#chains, posts: this.#posts.values(), fromStart: false });
  }

  get audience(): number {
    return this.#parts.audience();
  }

  /** Those who have written here, whoever wrote last first; each of them carries the forum, or did. */
  get authors(): OnionAddress[] {
    const byTime = [...this.#all.values()].toSorted((a, b) => b.time - a.time);
    return [...new Set(byTime.map((post) => post.author))].map(addressOf);
  }

  authorOf(post: SpacePost): OnionAddress {
    return addressOf(post.author);
  }

  async read(): Promise<boolean> {
    const database = await this.#context.stores.open(this.name);
    const before = this.#state;
    let more = true;
    while (more) {
      const page = await readChanges(database, this.#since);
      if (page.documents.length > 0) this.#state = addToPublicForum(this.#state, page.documents);
      this.#since = page.since;
      more = page.more;
    }
    if (this.#state === before) return false;
    this.#view();
    return true;
  }

  /** Somebody is muted now, or not any more. */
  hide(): void {
    const hidden = this.#parts.hidden();
    this.#posts = new Map([...this.#all].filter(([, { author }]) => !hidden.has(author)));
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
    const all = new Map<DocumentId, SpacePost>();
    for (const post of forum.posts.values()) {
      if (!isShown(post)) continue;
      const known = this.#all.get(post.id);
      all.set(post.id, known && saysTheSame(known, post) ? known : post);
    }
    this.#all = all;
    this.#purge = forum.purge;
    this.#chains = forum.chains;
    this.#refused = new Map([...this.#state.refused, ...forum.refused]);
    this.hide();
  }
}

function isShown(post: ShownPost): post is SpacePost {
  return post.wording !== undefined;
}

function saysTheSame(a: SpacePost, b: SpacePost): boolean {
  return (
    a.wording.id === b.wording.id &&
    a.answers.length === b.answers.length &&
    a.reactions.size === b.reactions.size &&
    [...b.reactions].every(([person, sign]) => a.reactions.get(person) === sign)
  );
}

function bodyOf(entry: Entry): DocumentId[] {
  return 'bodyHash' in entry ? [bodyId(entry.bodyHash)] : [];
}

function addressOf(author: PersonKey): OnionAddress {
  return addressFromPublicKey(bytesOfName(author));
}
