import { addressFromPublicKey, type OnionAddress } from '../../../domain/address.ts';
import { toHex } from '../../../domain/bytes.ts';
import type { BodyContent } from '../../../domain/document/body-content.ts';
import type { DocumentId } from '../../../domain/document/id.ts';
import { documentId } from '../../../domain/document/id.ts';
import type { GatedDocument } from '../../../domain/document/gated.ts';
import type { SignedDocument } from '../../../domain/document/signed.ts';
import { addToForum } from '../../../domain/forum/add.ts';
import type { Author } from '../../../domain/forum/author.ts';
import { withoutJournal } from '../../../domain/forum/restore.ts';
import { openSealedBody } from '../../../domain/forum/sealed-body.ts';
import type { ForumState } from '../../../domain/forum/state.ts';
import { viewForum, type PrivateForum } from '../../../domain/forum/view.ts';
import { writeInForum } from '../../../domain/forum/write.ts';
import { bytesOfName, personOf, type PersonKey } from '../../../domain/membership/operation.ts';
import type { Refusal } from '../../../domain/refusal.ts';
import type { Result } from '../../../domain/result.ts';
import type { SpaceName } from '../../../domain/space/name.ts';
import type { Saying } from '../../../domain/types/saying.ts';
import { CodedError } from '../../../protocol/codes.ts';
import type { SpaceKind } from '../../../protocol/page-calls/feed.ts';
import { putDocuments, readChanges, readDocuments, type Since } from '../../../store/documents.ts';
import type { StoredDocument } from '../../../store/ports.ts';
import { serial } from '../../../store/serial.ts';
import type { Context } from '../context.ts';
import { OwnChain } from '../self/own-chain.ts';
import { stored } from '../self/own-spaces.ts';
import type { OpenSpace, SpacePost, Written } from '../spaces/open-space.ts';
import type { ForumMemory } from './forum-memory.ts';

/** What one step makes: a signed document next in our chain, sealed as it is published. */
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
  readonly #publish: (written: Pick<Written, 'documents'>) => void;
  #state: ForumState;
  #view: PrivateForum | undefined;
  #posts: ReadonlyMap<DocumentId, SpacePost> = new Map();
  #since: Since = 0;
  readonly #oneByOne = serial();

  /** @param publish brings documents that have just been stored to the others, without being waited for */
  constructor(
    context: Context,
    memory: ForumMemory,
    publish: (written: Pick<Written, 'documents'>) => void,
  ) {
    const state = memory.load();
    if (!state) throw new CodedError('not-found');
    this.#context = context;
    this.#memory = memory;
    this.#publish = publish;
    this.#state = state;
    this.name = memory.space;
    this.#chain = new OwnChain(context, memory.space);
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

  /** What its documents amount to; `undefined` until its beginning is here. */
  get forum(): PrivateForum | undefined {
    return this.#view;
  }

  get me(): PersonKey {
    return personOf(this.#context.me.identity.publicKey);
  }

  /** Whether we are a member now. */
  get isMember(): boolean {
    return this.#view?.membership.members.has(this.me) === true;
  }

  get posts(): ReadonlyMap<DocumentId, SpacePost> {
    return this.#posts;
  }

  get refused(): ReadonlyMap<string, Refusal> {
    return this.#view?.refused ?? this.#state.refused;
  }

  get audience(): number {
    return Math.max(0, (this.#view?.membership.members.size ?? 1) - 1);
  }

  authorOf({ author }: SpacePost): OnionAddress {
    return addressFromPublicKey(bytesOfName(author));
  }

  read(): Promise<boolean> {
    return this.#oneByOne(() => this.#readOn());
  }

  async body({ wording }: SpacePost): Promise<BodyContent | undefined> {
    const place = this.#state.bodies.get(wording.of);
    if (place === undefined) return undefined;
    const database = await this.#context.stores.open(this.name);
    const [document] = await readDocuments(database, [documentId('e', place.hash)]);
    if (!document) return undefined;
    const spaceId = this.#state.space.id;
    const body = openSealedBody(document, { spaceId, place, bodyHash: wording.hash });
    return body.ok ? body.value : undefined;
  }

  /** Throws CodedError `not-ready` while there is no key for the members of now, `not-allowed` to who is none. */
  write(saying: Saying): Promise<Written> {
    return this.step((forum, author) => {
      const written = writeInForum(forum, author, saying, this.#context.random);
      return written;
    });
  }

  /**
   * Makes the next document of our chain here. The vault has it, with the keys that come after it, before
   * anybody else can.
   */
  step(make: (forum: PrivateForum, author: Author) => Result<SealedStep>): Promise<Written> {
    return this.#oneByOne(async () => {
      await this.#readOn();
      const before = this.#state;
      const made: { state?: ForumState | undefined } = {};
      const link = await this.#chain.append((position) => {
        const author = { writer: this.#chain.writer, position, time: this.#context.now() };
        const step = sound(make(this.#present(), author));
        made.state = step.state;
        return {
          signed: step.signed,
          documents: step.documents.map(({ json }) => stored(json)),
          changes: step.state ? this.#memory.changes(before, step.state) : [],
        };
      });
      if (made.state) this.#state = withoutJournal(made.state);
      await this.#readOn();
      this.#look();
      this.#publish(link);
      return { id: link.signed.id, documents: link.documents };
    });
  }

  /** Publishes documents that are in nobody's chain: signed with the onion key, the same each time they are made. */
  publish(make: (forum: PrivateForum) => readonly GatedDocument[]): Promise<void> {
    return this.#oneByOne(async () => {
      await this.#readOn();
      await this.#store(make(this.#present()).map(({ json }) => stored(json)));
    });
  }

  /** Replaces what we hold beside the documents: a new pre-key, an anchor that has moved on. */
  change(next: (state: ForumState) => ForumState): Promise<void> {
    return this.#oneByOne(async () => {
      await this.#keep(next(this.#state));
      this.#look();
    });
  }

  async #store(documents: readonly StoredDocument[]): Promise<void> {
    await putDocuments(await this.#context.stores.open(this.name), documents);
    await this.#readOn();
    this.#publish({ documents });
  }

  /** Whether anything came. */
  async #readOn(): Promise<boolean> {
    const database = await this.#context.stores.open(this.name);
    let [more, isNew] = [true, false];
    while (more) {
      const page = await readChanges(database, this.#since);
      if (page.documents.length > 0) {
        await this.#keep(addToForum(this.#state, page.documents));
        isNew = true;
      }
      this.#since = page.since;
      more = page.more;
    }
    if (isNew) this.#look();
    return isNew;
  }

  async #keep(next: ForumState): Promise<void> {
    const changes = this.#memory.changes(this.#state, next);
    if (changes.length > 0) await this.#context.vault.putMany(changes);
    this.#state = withoutJournal(next);
  }

  #look(): void {
    const viewed = viewForum(this.#state);
    this.#view = viewed.ok ? viewed.value : undefined;
    const posts = new Map<DocumentId, SpacePost>();
    for (const post of this.#view?.posts.values() ?? []) {
      const { wording } = post;
      if (wording !== undefined) posts.set(post.id, { ...post, wording });
    }
    this.#posts = posts;
  }

  #present(): PrivateForum {
    if (!this.#view) throw new CodedError('not-ready');
    return this.#view;
  }

  /** The device that signs for us, as the log names it. */
  get device(): string {
    return toHex(this.#context.me.device.signing.publicKey);
  }
}

function sound<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  switch (result.code) {
    case 'too-large':
      throw new CodedError('text-too-long');
    case 'unknown-epoch':
    case 'unknown-pre-key':
    case 'uncertified-key':
      throw new CodedError('not-ready');
    case 'not-the-owner':
    case 'not-a-member':
      throw new CodedError('not-allowed');
    default:
      throw new CodedError('internal', result.code);
  }
}
