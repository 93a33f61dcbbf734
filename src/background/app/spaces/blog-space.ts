import type { OnionAddress } from '../../../domain/address.ts';
import type { BodyContent } from '../../../domain/document/body-content.ts';
import type { DocumentId } from '../../../domain/document/id.ts';
import type { Refusal } from '../../../domain/refusal.ts';
import { addToBlog, blogChains, type BlogState, emptyBlog } from '../../../domain/space/blog.ts';
import { type Gap, gapsIn } from '../../../domain/space/gaps.ts';
import { packBlog, packedBlogFormat, unpackBlog } from '../../../domain/space/packed-blog.ts';
import { spaceIdFromName, type SpaceName } from '../../../domain/space/name.ts';
import { readPostBody } from '../../../domain/types/post.ts';
import type { Saying } from '../../../domain/types/saying.ts';
import { readDocuments } from '../../../store/documents.ts';
import { type FilePlace, plainPlace } from '../files/file-place.ts';
import type { Context } from '../context.ts';
import type { OwnChain } from '../self/own-chain.ts';
import { SpaceReader } from '../stored/space-reader.ts';
import type { OpenSpace, SpacePost, Written } from './open-space.ts';
import { writeSigned } from './signed-writer.ts';

/** A public blog that is read here: our own or somebody else's. */
export interface BlogSource {
  readonly space: SpaceName;
  /** The key that signs it. */
  readonly owner: OnionAddress;
  /** Whose it is: where they are now, also of what they wrote at an address they have left. */
  readonly author: OnionAddress;
  /** As its owner's profile lists it; else its charter's. */
  readonly title?: string | undefined;
  /** Our own chain in it, where it is ours to write in. */
  readonly chain?: OwnChain | undefined;
  /** How many others are to have what we write here. */
  readonly audience?: (() => number) | undefined;
}

/** A public blog. Headers are held in memory; a text is read from the database when it is shown. */
export class BlogSpace implements OpenSpace {
  readonly kind = 'blog';
  readonly name: SpaceName;
  readonly write?: (saying: Saying) => Promise<Written>;
  readonly #context: Context;
  readonly #audience: () => number;
  readonly #author: OnionAddress;
  readonly #reader: SpaceReader<BlogState>;
  readonly #title: string;

  /** @param before the same blog as it was read until now, of which only the source has changed */
  constructor(context: Context, source: BlogSource, before?: BlogSpace) {
    const { space, owner, author, chain, title = '', audience = () => 0 } = source;
    this.#context = context;
    this.name = space;
    this.#author = author;
    this.#title = title;
    this.#audience = audience;
    if (chain) this.write = (saying) => writeSigned(context, chain, saying);
    const place = { spaceName: space, owner };
    this.#reader =
      before?.name === space
        ? before.#reader
        : new SpaceReader(context, space, {
            format: packedBlogFormat,
            first: emptyBlog(place),
            add: addToBlog,
            pack: packBlog,
            begin(packed) {
              if (!packed) return undefined;
              const state = unpackBlog(packed, place);
              return state.ok ? state.value : undefined;
            },
          });
  }

  get title(): string {
    if (this.#title !== '') return this.#title;
    const { charter } = this.#state;
    return charter?.kind === 'blog' ? charter.title : '';
  }

  get posts(): ReadonlyMap<DocumentId, SpacePost> {
    return this.#state.posts;
  }

  get purge(): Iterable<DocumentId> {
    return this.#state.purge;
  }

  get mayWrite(): boolean {
    return this.write !== undefined;
  }

  get refused(): ReadonlyMap<string, Refusal> {
    return this.#state.refused;
  }

  get audience(): number {
    return this.#audience();
  }

  gaps(): ReadonlyMap<DocumentId, Gap> {
    const chains = blogChains(this.#state);
    return gapsIn({ chains, posts: this.#state.posts.values(), fromStart: true });
  }

  authorOf(): OnionAddress {
    return this.#author;
  }

  async read(): Promise<boolean> {
    return this.#reader.read();
  }

  get #state(): BlogState {
    return this.#reader.state;
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
}
