import type { Writer } from '../../../domain/document/chain.ts';
import type { SignedDocument } from '../../../domain/document/signed.ts';
import { type Author, membershipParents } from '../../../domain/forum/author.ts';
import { makeGenesis } from '../../../domain/membership/make.ts';
import { personOf, type PersonKey } from '../../../domain/membership/operation.ts';
import type { Result } from '../../../domain/result.ts';
import type { ProjectBlog } from '../../../domain/space/project-blog.ts';
import { makeCharterDocument } from '../../../domain/types/charter.ts';
import { CodedError } from '../../../protocol/codes.ts';
import { putDocuments } from '../../../store/documents.ts';
import type { StoredDocument } from '../../../store/ports.ts';
import { serial } from '../../../store/serial.ts';
import type { Context } from '../context.ts';
import { OwnChain } from '../self/own-chain.ts';
import { stored } from '../self/own-spaces.ts';
import type { OpenSpace } from '../spaces/open-space.ts';
import { ProjectBlogSpace } from '../spaces/project-blog-space.ts';
import { writeSigned } from '../spaces/signed-writer.ts';
import type { ForumMemory } from './forum-memory.ts';
import { soundStep } from './sound-step.ts';

/** A blog in the clear of which we are an author, or were. One thing happens after the other. */
export class AuthorsBlog extends ProjectBlogSpace {
  readonly #memory: ForumMemory;
  readonly #chain: OwnChain;
  readonly #publish: (documents: readonly StoredDocument[]) => void;
  readonly #oneByOne = serial();

  /** @param publish brings documents that have just been stored to the others, without being waited for */
  constructor(
    context: Context,
    memory: ForumMemory,
    publish: (documents: readonly StoredDocument[]) => void,
  ) {
    const { invitation } = memory;
    if (!invitation) throw new CodedError('not-found');
    super(context, invitation.space, () => this.anchor);
    this.#memory = memory;
    this.#publish = publish;
    this.#chain = new OwnChain(context, memory.space);
  }

  get anchor(): Uint8Array | null {
    return this.#memory.invitation?.anchor ?? null;
  }

  get me(): PersonKey {
    return personOf(this.context.me.identity.publicKey);
  }

  get isOwner(): boolean {
    return personOf(this.charter.owner) === this.me;
  }

  /** Who signs for us here. */
  get writer(): Writer {
    return this.#chain.writer;
  }

  /** Whether we are an author now. */
  get isMember(): boolean {
    return this.assembly?.membership.members.has(this.me) === true;
  }

  override get mayWrite(): boolean {
    return this.isMember;
  }

  override get audience(): number {
    return Math.max(0, this.authors.length - 1);
  }

  override read(): Promise<boolean> {
    return this.#oneByOne(() => super.read());
  }

  readOn(): Promise<void> {
    return this.#oneByOne(() => this.takeIn());
  }

  reload(): Promise<void> {
    return this.#oneByOne(async () => this.look());
  }

  /** Absent for who is no author. Throws CodedError `not-ready` before our device is in the log. */
  get write(): OpenSpace['write'] {
    if (!this.isMember) return undefined;
    return (saying) =>
      this.#oneByOne(async () => {
        await this.takeIn();
        const parents = soundStep(membershipParents(this.#present().membership, this.writer));
        const written = await writeSigned(this.context, this.#chain, saying, parents);
        await this.takeIn();
        return written;
      });
  }

  /** The founder's: charter and genesis, the same each time they are made. */
  begin(authors: readonly Uint8Array[]): Promise<void> {
    const { identity } = this.context.me;
    const space = this.#memory.invitation?.space;
    if (!space) throw new CodedError('not-found');
    return this.#put(() => [
      makeCharterDocument(identity, space),
      makeGenesis(identity, space.id, authors),
    ]);
  }

  /** Makes the next document of our device's chain here, and publishes it. */
  say(
    make: (blog: ProjectBlog, author: Author) => Result<SignedDocument>,
  ): Promise<SignedDocument> {
    return this.#oneByOne(async () => {
      await this.#chain.finish();
      await this.takeIn();
      const blog = this.#present();
      const { signed, documents } = await this.#chain.append((position) => {
        const author = { writer: this.writer, position, time: this.context.now() };
        const made = soundStep(make(blog, author));
        return { signed: made, documents: [stored(made.json)] };
      });
      await this.takeIn();
      this.#publish(documents);
      return signed;
    });
  }

  /** Publishes what is in nobody's chain: signed with the onion key, the same each time it is made. */
  bring(make: (blog: ProjectBlog) => SignedDocument): Promise<void> {
    return this.#put((blog) => (blog ? [make(blog)] : []));
  }

  async settle(anchor: Uint8Array): Promise<void> {
    await this.#memory.setAnchor(anchor);
    await this.reload();
  }

  #put(make: (blog: ProjectBlog | undefined) => readonly SignedDocument[]): Promise<void> {
    return this.#oneByOne(async () => {
      await this.takeIn();
      const documents = make(this.assembly).map(({ json }) => stored(json));
      await putDocuments(await this.context.stores.open(this.name), documents);
      await this.takeIn();
      this.#publish(documents);
    });
  }

  #present(): ProjectBlog {
    if (!this.assembly) throw new CodedError('not-ready');
    return this.assembly;
  }
}
