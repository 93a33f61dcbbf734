import { addressFromPublicKey, type OnionAddress } from '../../../domain/address.ts';
import type { BodyContent } from '../../../domain/document/body-content.ts';
import type { DocumentId } from '../../../domain/document/id.ts';
import { bytesOfName } from '../../../domain/membership/operation.ts';
import type { Refusal } from '../../../domain/refusal.ts';
import type { CharteredSpace } from '../../../domain/space/charter.ts';
import type { SpaceName } from '../../../domain/space/name.ts';
import {
  packedProjectBlogFormat,
  packProjectBlog,
  unpackProjectBlog,
} from '../../../domain/space/packed-project-blog.ts';
import {
  addToProjectBlog,
  emptyProjectBlog,
  type ProjectBlog,
  type ProjectBlogState,
  viewProjectBlog,
} from '../../../domain/space/project-blog.ts';
import { readPostBody } from '../../../domain/types/post.ts';
import { CodedError } from '../../../protocol/codes.ts';
import { readDocuments } from '../../../store/documents.ts';
import type { SpaceDatabase } from '../../../store/ports.ts';
import { type FilePlace, plainPlace } from '../files/file-place.ts';
import type { Context } from '../context.ts';
import { SpaceReader } from '../stored/space-reader.ts';
import type { OpenSpace, SpacePost } from './open-space.ts';

/** A blog in the clear by several authors, as whoever follows it reads it. `AuthorsBlog` also writes. */
export class ProjectBlogSpace implements OpenSpace {
  readonly kind = 'project-blog';
  readonly name: SpaceName;
  protected readonly context: Context;
  readonly #anchor: () => Uint8Array | null;
  readonly #reader: SpaceReader<ProjectBlogState>;
  #blog: ProjectBlog | undefined;
  #posts: ReadonlyMap<DocumentId, SpacePost> = new Map();
  /** The posts that `read` has spoken of. */
  #told = this.#posts;

  /**
   * @param anchor the decision that is held as final; `null` for the genesis, which whoever only has the link begins with
   */
  constructor(
    context: Context,
    space: CharteredSpace,
    anchor: () => Uint8Array | null = () => null,
  ) {
    const empty = emptyProjectBlog(space);
    if (!empty.ok) throw new CodedError('data-damaged', space.name);
    this.context = context;
    this.name = space.name;
    this.#anchor = anchor;
    this.#reader = new SpaceReader(context, this.name, {
      format: packedProjectBlogFormat,
      first: empty.value,
      begin: (packed, database) => packed && beginProjectBlog(packed, empty.value, database),
      add: addToProjectBlog,
      pack: packProjectBlog,
    });
  }

  get #state(): ProjectBlogState {
    return this.#reader.state;
  }

  get title(): string {
    return this.charter.title;
  }

  get charter(): ProjectBlogState['space']['charter'] {
    return this.#state.space.charter;
  }

  /** What its documents amount to; `undefined` until its beginning is here. */
  get assembly(): ProjectBlog | undefined {
    return this.#blog;
  }

  get posts(): ReadonlyMap<DocumentId, SpacePost> {
    return this.#posts;
  }

  get purge(): Iterable<DocumentId> {
    return this.#blog?.purge ?? [];
  }

  get mayWrite(): boolean {
    return false;
  }

  /** Documents and, by their hash, operations of membership. */
  get refused(): ReadonlyMap<string, Refusal> {
    const { membership, refused } = this.#state;
    return new Map([...(this.#blog?.refused ?? refused), ...membership.invalid]);
  }

  get audience(): number {
    return 0;
  }

  /** The authors of now: each of them serves the blog to anybody. */
  get authors(): OnionAddress[] {
    const members = this.#blog?.membership.members ?? [];
    return [...members].map((author) => addressFromPublicKey(bytesOfName(author)));
  }

  authorOf({ author }: SpacePost): OnionAddress {
    return addressFromPublicKey(bytesOfName(author));
  }

  async read(): Promise<boolean> {
    await this.takeIn();
    const isNew = this.#posts !== this.#told;
    this.#told = this.#posts;
    return isNew;
  }

  get filePlace(): FilePlace {
    return plainPlace(this.name);
  }

  bodyDocuments({ wording }: SpacePost): readonly DocumentId[] {
    return [wording.id];
  }

  async body({ wording }: SpacePost): Promise<BodyContent | undefined> {
    const database = await this.context.stores.open(this.name);
    const [document] = await readDocuments(database, [wording.id]);
    if (!document) return undefined;
    const body = readPostBody(wording.hash, document, this.#state.space.id);
    return body.ok ? body.value : undefined;
  }

  /** Takes what has come, and leaves it to `read` to say so. */
  protected async takeIn(): Promise<void> {
    if (await this.#reader.read()) this.look();
  }

  /** What it all amounts to now: documents have come, or the anchor has moved on. */
  protected look(): void {
    const viewed = viewProjectBlog(this.#state, this.#anchor());
    this.#blog = viewed.ok ? viewed.value : undefined;
    const posts = new Map<DocumentId, SpacePost>();
    for (const post of this.#blog?.posts.values() ?? []) {
      const { wording } = post;
      if (wording !== undefined) posts.set(post.id, { ...post, wording });
    }
    this.#posts = posts;
  }
}

/** What was packed, with the log read and judged again; `undefined` where a document of the log is not here any more. */
async function beginProjectBlog(
  packed: Uint8Array,
  empty: ProjectBlogState,
  database: SpaceDatabase,
): Promise<ProjectBlogState | undefined> {
  const form = unpackProjectBlog(packed);
  if (!form.ok) return undefined;
  const { log, restore } = form.value;
  const documents = await readDocuments(database, log);
  if (documents.length !== log.length) return undefined;
  return restore(addToProjectBlog(empty, documents));
}
