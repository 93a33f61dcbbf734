import { addressFromPublicKey, type OnionAddress } from '../../../domain/address.ts';
import type { BodyContent } from '../../../domain/document/body-content.ts';
import type { DocumentId } from '../../../domain/document/id.ts';
import type { Writer } from '../../../domain/document/chain.ts';
import type { GatedDocument } from '../../../domain/document/gated.ts';
import type { SignedDocument } from '../../../domain/document/signed.ts';
import { addToForum } from '../../../domain/forum/add.ts';
import { type Author, sealLogDocument } from '../../../domain/forum/author.ts';
import { packedForumFormat, packForum } from '../../../domain/forum/packed-forum.ts';
import { withoutJournal } from '../../../domain/forum/restore.ts';
import type { ForumState } from '../../../domain/forum/state.ts';
import { viewForum, type PrivateForum } from '../../../domain/forum/view.ts';
import { writeInForum } from '../../../domain/forum/write.ts';
import { bytesOfName, personOf, type PersonKey } from '../../../domain/membership/operation.ts';
import type { Refusal } from '../../../domain/refusal.ts';
import { accept, type Result } from '../../../domain/result.ts';
import { mayWrite } from '../../../domain/space/charter.ts';
import { type Gap, gapsIn } from '../../../domain/space/gaps.ts';
import type { SpaceName } from '../../../domain/space/name.ts';
import type { Saying } from '../../../domain/types/saying.ts';
import { CodedError } from '../../../protocol/codes.ts';
import type { SpaceKind } from '../../../protocol/page-calls/feed.ts';
import { putDocuments } from '../../../store/documents.ts';
import type { StoredDocument } from '../../../store/ports.ts';
import { serial } from '../../../store/serial.ts';
import { type FilePlace, sealedPlace } from '../files/file-place.ts';
import type { Context } from '../context.ts';
import { OwnChain } from '../self/own-chain.ts';
import { stored } from '../self/own-spaces.ts';
import type { OpenSpace, SpacePost, Written } from '../spaces/open-space.ts';
import { ShownPosts } from '../spaces/shown-posts.ts';
import { SpaceReader } from '../stored/space-reader.ts';
import { beginSealed } from './begin-sealed.ts';
import type { ForumMemory } from './forum-memory.ts';
import { bodyDocument, bodyOf } from './sealed-posts.ts';
import { soundStep } from './sound-step.ts';

/** What one step makes: a signed document next in our device's chain, sealed as it is published. */
export interface SealedStep {
  readonly signed: SignedDocument;
  readonly documents: readonly GatedDocument[];
  /** Where the step itself changes what we hold; else reading it back does. */
  readonly state?: ForumState;
}

/**
 * A sealed space that we belong to, or did: its documents opened, evaluated and kept in step with its
 * database, and our own signed, journalled and published. One thing happens after the other.
 */
export class SealedSpace implements OpenSpace {
  readonly name: SpaceName;
  readonly #context: Context;
  readonly #memory: ForumMemory;
  readonly #chain: OwnChain;
  readonly #publish: (documents: readonly StoredDocument[]) => void;
  readonly #reader: SpaceReader<ForumState>;
  #view: PrivateForum | undefined;
  readonly #shown = new ShownPosts();
  /** The posts that `read` has spoken of. */
  #told = this.#shown.posts;
  readonly #oneByOne = serial();

  /** @param publish brings documents that have just been stored to the others, without being waited for */
  constructor(
    context: Context,
    memory: ForumMemory,
    publish: (documents: readonly StoredDocument[]) => void,
  ) {
    const first = memory.joined();
    if (!first) throw new CodedError('not-found');
    this.#context = context;
    this.#memory = memory;
    this.#publish = publish;
    this.name = memory.space;
    this.#reader = new SpaceReader(context, this.name, {
      format: packedForumFormat,
      first,
      begin: (packed, database) => beginSealed(packed, { memory, database }),
      add: (state, documents) => memory.keep(state, addToForum(state, documents)),
      pack: packForum,
    });
    this.#chain = new OwnChain(context, memory.space);
  }

  get #state(): ForumState {
    return this.#reader.state;
  }

  get kind(): SpaceKind {
    return this.#state.space.charter.kind;
  }

  get title(): string {
    return this.#state.space.charter.title;
  }

  get charter(): ForumState['space']['charter'] {
    return this.#state.space.charter;
  }

  get state(): ForumState {
    return this.#state;
  }

  /** The decision that is held as final; `null` for the genesis. */
  get anchor(): Uint8Array | null {
    return this.#state.anchor;
  }

  /** What its documents amount to; `undefined` until its beginning is here. */
  get assembly(): PrivateForum | undefined {
    return this.#view;
  }

  get me(): PersonKey {
    return personOf(this.#context.me.identity.publicKey);
  }

  get isOwner(): boolean {
    return personOf(this.charter.owner) === this.me;
  }

  /** Who signs for us here. */
  get writer(): Writer {
    return this.#chain.writer;
  }

  /** Whether we are a member now. */
  get isMember(): boolean {
    return this.#view?.membership.members.has(this.me) === true;
  }

  get posts(): ReadonlyMap<DocumentId, SpacePost> {
    return this.#shown.posts;
  }

  get purge(): Iterable<DocumentId> {
    return this.#view?.purge ?? [];
  }

  get mayWrite(): boolean {
    return this.write !== undefined;
  }

  /** Documents and, by their hash, operations of membership. */
  get refused(): ReadonlyMap<string, Refusal> {
    const { membership, refused } = this.#state;
    return new Map([...(this.#view?.refused ?? refused), ...membership.invalid]);
  }

  gaps(): ReadonlyMap<DocumentId, Gap> {
    const { chains = [] } = this.#view ?? {};
    const fromStart = this.charter.mode === 'history';
    return gapsIn({ chains, posts: this.posts.values(), fromStart });
  }

  get audience(): number {
    return Math.max(0, (this.#view?.membership.members.size ?? 1) - 1);
  }

  authorOf({ author }: SpacePost): OnionAddress {
    return addressFromPublicKey(bytesOfName(author));
  }

  /** Takes what has come, and leaves it to `read` to say so. */
  readOn(): Promise<void> {
    return this.#oneByOne(async () => {
      await this.#readOn();
    });
  }

  /** Whether posts have come, changed or gone since this was last asked. */
  read(): Promise<boolean> {
    return this.#oneByOne(async () => {
      await this.#readOn();
      const isNew = this.posts !== this.#told;
      this.#told = this.#shown.posts;
      return isNew;
    });
  }

  get filePlace(): FilePlace {
    return sealedPlace(this.name, () => this.#present());
  }

  bodyDocuments({ wording }: SpacePost): readonly DocumentId[] {
    return bodyDocument(this.#state, wording);
  }

  async body({ wording }: SpacePost): Promise<BodyContent | undefined> {
    return bodyOf(this.#state, wording, await this.#context.stores.open(this.name));
  }

  /** Absent where the charter or our leaving doesn't let us. */
  get write(): OpenSpace['write'] {
    if (!this.isMember || !mayWrite(this.charter, this.isOwner)) return undefined;
    return (saying) => this.#write(saying);
  }

  /** Throws CodedError `not-ready` while there is no key for the members of now, `not-allowed` to who is none. */
  #write(saying: Saying): Promise<Written> {
    const { random } = this.#context;
    return this.#oneByOne(async () => {
      const { signed, documents } = await this.#append((forum, author) =>
        writeInForum(forum, author, saying, random),
      );
      return { id: signed.id, documents };
    });
  }

  /**
   * Makes the next document of our device's chain here, and publishes it. The vault has it before anybody
   * else can. Throws CodedErrors as writing does.
   */
  step(make: (forum: PrivateForum, author: Author) => Result<SealedStep>): Promise<SignedDocument> {
    return this.#oneByOne(async () => {
      const { signed, documents } = await this.#append(make);
      this.#publish(documents);
      return signed;
    });
  }

  /** The same for what goes into the log as it is. */
  say(
    make: (forum: PrivateForum, author: Author) => Result<SignedDocument>,
  ): Promise<SignedDocument> {
    return this.step((forum, author) => {
      const made = make(forum, author);
      if (!made.ok) return made;
      const documents = [sealLogDocument(forum, made.value, this.#context.random)];
      return accept({ signed: made.value, documents });
    });
  }

  /** Publishes what is in nobody's chain: signed with the onion key, the same each time it is made. */
  bring(make: (forum: PrivateForum) => SignedDocument): Promise<void> {
    const { random } = this.#context;
    return this.put((forum) => (forum ? [sealLogDocument(forum, make(forum), random)] : []));
  }

  /** Publishes documents that are in nobody's chain: signed with the onion key, the same each time they are made. */
  put(make: (forum: PrivateForum | undefined) => readonly GatedDocument[]): Promise<void> {
    return this.#oneByOne(async () => {
      await this.#readOn();
      const documents = make(this.#view).map(({ json }) => stored(json));
      await putDocuments(await this.#context.stores.open(this.name), documents);
      await this.#readOn();
      this.#publish(documents);
    });
  }

  /** Replaces what we hold beside the documents: a new pre-key, an anchor that has moved on. */
  change(next: (state: ForumState) => ForumState): Promise<void> {
    return this.#oneByOne(async () => {
      const state = this.#state;
      this.#reader.state = await this.#memory.keep(state, next(state));
      this.#look();
    });
  }

  settle(anchor: Uint8Array): Promise<void> {
    return this.change((state) => ({ ...state, anchor }));
  }

  /** Begins anew with what the vault holds: we have come back by another invitation. */
  reload(): Promise<void> {
    return this.#oneByOne(() => this.#reload());
  }

  /**
   * What was made is in the vault first, together with the keys that come after it. Where that fails, or
   * storing what it has fails, the vault says where we are: a key must not serve twice.
   */
  async #append(
    make: (forum: PrivateForum, author: Author) => Result<SealedStep>,
  ): Promise<Omit<Written, 'id'> & { readonly signed: SignedDocument }> {
    await this.#chain.finish();
    await this.#readOn();
    const forum = this.#present();
    const made: { state?: ForumState | undefined } = {};
    try {
      const { signed, documents } = await this.#chain.append((position) => {
        const author = { writer: this.#chain.writer, position, time: this.#context.now() };
        const step = soundStep(make(forum, author));
        made.state = step.state;
        return {
          signed: step.signed,
          documents: step.documents.map(({ json }) => stored(json)),
          changes: step.state ? this.#memory.changes(forum.state, step.state) : [],
        };
      });
      if (made.state) this.#reader.state = withoutJournal(made.state);
      await this.#readOn();
      this.#look();
      return { signed, documents };
    } catch (error) {
      if (!(error instanceof CodedError) || made.state) await this.#reload();
      throw error;
    }
  }

  async #reload(): Promise<void> {
    const state = this.#memory.load();
    if (!state) return;
    this.#view = undefined;
    await this.#reader.restart(state);
  }

  async #readOn(): Promise<void> {
    if (await this.#reader.read()) this.#look();
  }

  #look(): void {
    const viewed = viewForum(this.#state, this.#view);
    this.#view = viewed.ok ? viewed.value : undefined;
    this.#shown.look(this.#view);
  }

  #present(): PrivateForum {
    if (!this.#view) throw new CodedError('not-ready');
    return this.#view;
  }
}
