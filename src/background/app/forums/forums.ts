import { type OnionAddress, parseAddress } from '../../../domain/address.ts';
import { isSealedCharter, type Plan } from '../../../domain/space/charter-content.ts';
import type { SpaceName } from '../../../domain/space/name.ts';
import { CodedError } from '../../../protocol/codes.ts';
import type { StoredDocument } from '../../../store/ports.ts';
import { serial } from '../../../store/serial.ts';
import type { SharedSpace } from '../access.ts';
import type { Context } from '../context.ts';
import type { FriendBook } from '../friends/friend-book.ts';
import { Asking, type Letters } from './asking.ts';
import { AuthorsBlog } from './authors-blog.ts';
import { BeingAsked } from './being-asked.ts';
import { ForumActs } from './forum-acts.ts';
import { ForumMemory } from './forum-memory.ts';
import { Foundings } from './foundings.ts';
import { MemberKeys, type MemberKeysPorts } from './member-keys.ts';
import type { KeptSpace, MemberSpace } from './member-space.ts';
import { Operations } from './operations.ts';
import { SealedSpace } from './sealed-space.ts';
import { digestOf, sharedSpace } from './shared-space.ts';
import { Tending } from './tending.ts';

export interface ForumPorts extends Pick<MemberKeysPorts, 'fetchProfile'> {
  readonly book: FriendBook;
  readonly letters: Letters;
  /** Brings documents that have just been stored to the other members; nobody waits for it. */
  readonly push: (space: SpaceName, documents: readonly StoredDocument[]) => void;
  /** Other spaces, members or keys: host, peers and feed are to be told. */
  readonly onSharing: () => Promise<void>;
  /** Posts may have come to this space while it was tended. */
  readonly onRead: (space: SpaceName) => Promise<void>;
  /** Erases a space here and at the host. */
  readonly forget: (space: SpaceName) => Promise<void>;
  /** Runs after a random while, in which another member may do what any may do; returns what calls it off. */
  readonly later: (run: () => void) => () => void;
}

/** All spaces with members that we belong to, belonged to, or are on our way into. */
export class Forums {
  readonly asking: Asking;
  readonly foundings: Foundings;
  readonly beingAsked: BeingAsked;
  readonly operations: Operations;
  readonly keys: MemberKeys;
  readonly acts: ForumActs;
  readonly #context: Context;
  readonly #ports: ForumPorts;
  readonly #tending: Tending;
  readonly #kept = new Map<string, KeptSpace>();
  /** What is called off when it is no longer to be done. */
  readonly #waiting = new Map<string, () => void>();
  readonly #oneByOne = serial();
  /** What host and peers were last told. */
  #sharing = '';

  constructor(context: Context, ports: ForumPorts) {
    this.#context = context;
    this.#ports = ports;
    this.operations = new Operations(context);
    this.asking = new Asking(context, ports.letters, (space) => this.#answered(space));
    this.foundings = new Foundings(context, this.asking, (space) => this.#open(space));
    this.beingAsked = new BeingAsked(context, ports.letters, (space) => this.#invited(space));
    this.acts = new ForumActs(this);
    const { fetchProfile } = ports;
    this.keys = new MemberKeys(context, { fetchProfile, found: () => this.#tellSharing() });
    const { asking, operations } = this;
    const tellSharing = () => this.#tellSharing();
    this.#tending = new Tending({ context, asking, operations, tellSharing });
  }

  /** Opens all that are kept, from what the vault holds. Their documents are read by `tendAll`. */
  open(): void {
    for (const name of ForumMemory.spaces(this.#context)) this.#open(name);
  }

  /** Goes on with whatever was under way when the browser closed. */
  async tendAll(): Promise<void> {
    await this.foundings.sendAll();
    for (const name of this.#kept.keys()) await this.tend(name);
  }

  /** Ours and those that have ended, for reading. */
  get spaces(): readonly MemberSpace[] {
    return [...this.#kept.values()].map(({ space }) => space);
  }

  /** Throws CodedError `not-found`. */
  get(name: string): KeptSpace {
    const kept = this.#kept.get(name);
    if (!kept) throw new CodedError('not-found');
    return kept;
  }

  all(): readonly KeptSpace[] {
    return [...this.#kept.values()];
  }

  /** Whom we share which of them with: for whoever tells host and peers, who then know. */
  shared(): SharedSpace[] {
    const shared = this.#shared();
    this.#sharing = digestOf(shared);
    return shared;
  }

  #shared(): SharedSpace[] {
    const { book } = this.#ports;
    return this.all().flatMap((kept) => sharedSpace(kept, { book, keys: this.keys }) ?? []);
  }

  /** Throws CodedErrors `unknown-friend`, `name-too-long`. */
  async found(plan: Plan, people: readonly OnionAddress[]): Promise<{ space: SpaceName }> {
    for (const address of people) this.friend(address);
    const { space, begun } = await this.foundings.found(plan, people);
    if (begun) await this.tend(space);
    this.#context.changed('forums', 'state');
    return { space };
  }

  /** With those who have said yes until now. Throws CodedErrors `not-found`, `not-ready` if that is nobody. */
  async begin(name: string): Promise<void> {
    await this.#oneByOne(() => this.foundings.begin(name));
    await this.tend(name);
  }

  /** Not while it is being tended, which ends what was open with somebody who has left. */
  noteAsking(space: SpaceName, people: readonly OnionAddress[]): Promise<void> {
    return this.#oneByOne(() => this.#context.vault.putMany(this.asking.asking(space, people)));
  }

  /** Gives up a founding or a joining, or drops a space that is over for us, with all keys to it. */
  async drop(name: string): Promise<void> {
    const founding = this.foundings.find(name)?.name;
    if (founding) {
      await this.foundings.giveUp(founding);
    } else if (!(await this.beingAsked.forget(name))) {
      const { space, memory } = this.get(name);
      const isCircle = 'writers' in space.charter && space.isOwner;
      if (space.isMember && !isCircle) throw new CodedError('not-allowed');
      await this.#context.vault.putMany(this.asking.forgetting(space.name));
      this.#callOff(name);
      this.#kept.delete(name);
      await memory.forget();
      await this.#ports.onSharing();
      await this.#ports.forget(space.name);
    }
    this.#context.changed('forums', 'state', 'feed');
  }

  /** Reads what has come to a space of this name, if it is one of ours, and does what there is to do. */
  tend(name: string, patient = true): Promise<void> {
    return this.#oneByOne(async () => {
      const kept = this.#kept.get(name);
      if (!kept) return;
      const { space, memory } = kept;
      const { invitation } = memory;
      if (invitation) await this.asking.send({ space: invitation.space, founders: [] });
      const isLeft = await this.#tending.tend(kept, patient);
      if (!isLeft) this.#callOff(name);
      else if (!this.#waiting.has(name)) this.#waitFor(name);
      await this.#ports.onRead(space.name);
      await this.#tellSharing();
      this.#context.changed('forums', 'state');
    });
  }

  /** Somebody's door speaks with another device than we know. */
  memberChanged(text: string): void {
    const address = parseAddress(text);
    if (address.ok) this.keys.lookAt(address.value);
  }

  stop(): void {
    for (const callOff of this.#waiting.values()) callOff();
    this.#waiting.clear();
  }

  #waitFor(name: string): void {
    const callOff = this.#ports.later(() => {
      this.#waiting.delete(name);
      this.tend(name, false).catch(this.#context.failed);
    });
    this.#waiting.set(name, callOff);
  }

  #callOff(name: string): void {
    this.#waiting.get(name)?.();
    this.#waiting.delete(name);
  }

  #open(name: SpaceName): KeptSpace {
    const memory = new ForumMemory(this.#context, name);
    const charter = memory.invitation?.space.charter;
    const Kind = charter && !isSealedCharter(charter) ? AuthorsBlog : SealedSpace;
    const space = new Kind(this.#context, memory, (documents) => this.#ports.push(name, documents));
    const kept = { space, memory };
    this.#kept.set(name, kept);
    return kept;
  }

  async #answered(name: SpaceName): Promise<void> {
    this.#context.changed('forums');
    if (this.#kept.has(name)) return this.tend(name);
    if (this.foundings.isComplete(name)) await this.begin(name);
    return undefined;
  }

  async #invited(name: SpaceName): Promise<void> {
    const kept = this.#kept.get(name) ?? this.#open(name);
    await kept.space.reload();
    await this.tend(name);
  }

  /** Host and peers are told when members or keys are others than they were. */
  async #tellSharing(): Promise<void> {
    if (digestOf(this.#shared()) !== this.#sharing) await this.#ports.onSharing();
  }

  /** Throws CodedError `unknown-friend` for who is none, or has only been asked to be one. */
  friend(address: OnionAddress): void {
    if (this.#ports.book.get(address).record.state !== 'friend') {
      throw new CodedError('unknown-friend');
    }
  }
}
