import type { OnionAddress } from '../../../domain/address.ts';
import { toBase64Url } from '../../../domain/bytes.ts';
import { decodeCharter, encodeCharter } from '../../../domain/space/charter-bytes.ts';
import {
  isSealedCharter,
  type Plan,
  type SealedCharter,
} from '../../../domain/space/charter-content.ts';
import { newSpace, spaceOf, type CharteredSpace } from '../../../domain/space/charter.ts';
import type { SpaceName } from '../../../domain/space/name.ts';
import { publicKeyFromAddress } from '../../../domain/address.ts';
import { CodedError } from '../../../protocol/codes.ts';
import type { StoredDocument, VaultChange } from '../../../store/ports.ts';
import { serial } from '../../../store/serial.ts';
import type { SharedSpace } from '../access.ts';
import type { Context } from '../context.ts';
import type { FriendBook } from '../friends/friend-book.ts';
import { decodeRecord } from '../records.ts';
import { type Asked, Asking, type Letters } from './asking.ts';
import { BeingAsked } from './being-asked.ts';
import { ForumActs } from './forum-acts.ts';
import { ForumMemory } from './forum-memory.ts';
import { bytesIn, foundingRecord, soundly } from './forum-records.ts';
import { newPreKey, Operations } from './operations.ts';
import { SealedSpace } from './sealed-space.ts';
import { digestOf, sharedSpace } from './shared-space.ts';
import { type KeptSpace, Tending } from './tending.ts';

export interface ForumPorts {
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

/** A forum that friends have been asked to found with us. */
export interface Founding {
  readonly space: CharteredSpace<SealedCharter>;
  readonly time: number;
}

/** All sealed spaces that we belong to, belonged to, or are on our way into. */
export class Forums {
  readonly asking: Asking;
  readonly beingAsked: BeingAsked;
  readonly operations: Operations;
  readonly acts: ForumActs;
  readonly #context: Context;
  readonly #ports: ForumPorts;
  readonly #tending: Tending;
  readonly #kept = new Map<string, KeptSpace>();
  /** What is called off when it is no longer to be done. */
  readonly #waiting = new Map<string, () => void>();
  readonly #oneByOne = serial();
  #sharing = '';

  constructor(context: Context, ports: ForumPorts) {
    this.#context = context;
    this.#ports = ports;
    this.operations = new Operations(context);
    this.asking = new Asking(context, ports.letters, (space) => this.#answered(space));
    this.beingAsked = new BeingAsked(context, ports.letters, (space) => this.#invited(space));
    this.acts = new ForumActs(this);
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
    for (const founding of this.foundings()) await this.#sendAsks(founding.space);
    for (const name of this.#kept.keys()) await this.tend(name);
  }

  /** Ours and those that have ended, for reading. */
  get spaces(): readonly SealedSpace[] {
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

  /** Whom we share which of them with. */
  shared(): SharedSpace[] {
    const { book } = this.#ports;
    return this.all().flatMap((kept) => sharedSpace(kept, book) ?? []);
  }

  foundings(): Founding[] {
    return this.#context.vault.entries('founding/').flatMap(([, value]) => {
      const record = decodeRecord(foundingRecord, value);
      if (!record) return [];
      const charter = soundly(decodeCharter(bytesIn(record.charter)));
      return isSealedCharter(charter) ? [{ space: spaceOf(charter), time: record.time }] : [];
    });
  }

  /**
   * A forum is begun when all have answered; a circle at once, and each friend is in when they agree.
   * Throws CodedErrors `unknown-friend`, `name-too-long`.
   */
  async found(plan: Plan, people: readonly OnionAddress[]): Promise<{ space: SpaceName }> {
    for (const address of people) this.friend(address);
    const made = newSpace(plan, this.#context.random);
    if (!made.ok) throw new CodedError('name-too-long');
    const { charter } = made.value;
    if (!isSealedCharter(charter)) throw new CodedError('malformed');
    const space = spaceOf(charter);
    const asking = this.asking.asking(space.name, people);
    if ('writers' in charter) {
      await this.#begin(space, [], asking);
      await this.tend(space.name);
    } else {
      const record = { charter: toBase64Url(encodeCharter(charter)), time: this.#context.now() };
      await this.#context.vault.putMany([[`founding/${space.name}`, record], ...asking]);
      await this.#sendAsks(space);
    }
    this.#context.changed('forums', 'state');
    return { space: space.name };
  }

  /** With those who have said yes until now. Throws CodedErrors `not-found`, `not-ready` if that is nobody. */
  async begin(name: string): Promise<void> {
    await this.#oneByOne(async () => {
      const founding = this.foundings().find(({ space }) => space.name === name);
      if (!founding) throw new CodedError('not-found');
      const agreed = this.#agreed(founding.space.name);
      if (agreed.length === 0) throw new CodedError('not-ready');
      await this.#begin(
        founding.space,
        agreed.map(({ address }) => address),
      );
    });
    await this.tend(name);
  }

  /** Not while it is being tended, which ends what was open with somebody who has left. */
  noteAsking(space: SpaceName, people: readonly OnionAddress[]): Promise<void> {
    return this.#oneByOne(() => this.#context.vault.putMany(this.asking.asking(space, people)));
  }

  /** Gives up a founding or a joining, or drops a space that is over for us, with all keys to it. */
  async drop(name: string): Promise<void> {
    const founding = this.foundings().find(({ space }) => space.name === name)?.space.name;
    if (founding) {
      const changes: VaultChange[] = [[`founding/${founding}`, undefined]];
      await this.#context.vault.putMany([...changes, ...this.asking.forgetting(founding)]);
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
      const { space } = kept;
      await this.asking.send({ space: space.state.space, founders: [] });
      const isLeft = await this.#tending.tend(kept, patient);
      if (!isLeft) this.#callOff(name);
      else if (!this.#waiting.has(name)) this.#waitFor(name);
      await this.#ports.onRead(space.name);
      await this.#tellSharing();
      this.#context.changed('forums', 'state');
    });
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
    const space = new SealedSpace(this.#context, memory, (documents) =>
      this.#ports.push(name, documents),
    );
    const kept = { space, memory };
    this.#kept.set(name, kept);
    return kept;
  }

  async #begin(
    space: CharteredSpace<SealedCharter>,
    others: readonly OnionAddress[],
    asking: readonly VaultChange[] = [],
  ): Promise<void> {
    const { me, random, vault } = this.#context;
    const members = [me.identity.publicKey, ...others.map(publicKeyFromAddress)];
    const memory = new ForumMemory(this.#context, space.name);
    const invitation = { space, logKeys: [random(32)], anchor: null, snapshot: null };
    const preKeys = [newPreKey(this.#context, space.id)];
    await vault.putMany([
      [`founding/${space.name}`, undefined],
      ...memory.joining({ invitation, preKeys, from: null, founds: members }),
      ...asking,
    ]);
    this.#open(space.name);
  }

  async #sendAsks(space: CharteredSpace<SealedCharter>): Promise<void> {
    const asked = this.asking.of(space.name);
    const founders = asked.map(({ address }) => publicKeyFromAddress(address));
    await this.asking.send({ space, founders });
  }

  #agreed(space: SpaceName): Asked[] {
    return this.asking.of(space).filter(({ record }) => record.answer === 'agreed');
  }

  async #answered(name: SpaceName): Promise<void> {
    this.#context.changed('forums');
    if (this.#kept.has(name)) return this.tend(name);
    const asked = this.asking.of(name);
    const isComplete = asked.every(({ record }) => record.answer !== 'waiting');
    const isFounded = this.foundings().some(({ space }) => space.name === name);
    if (isFounded && isComplete && this.#agreed(name).length > 0) await this.begin(name);
    return undefined;
  }

  async #invited(name: SpaceName): Promise<void> {
    const kept = this.#kept.get(name) ?? this.#open(name);
    await kept.space.reload();
    await this.tend(name);
  }

  /** Host and peers are told when members or keys are others than they were. */
  async #tellSharing(): Promise<void> {
    const sharing = digestOf(this.shared());
    if (sharing === this.#sharing) return;
    this.#sharing = sharing;
    await this.#ports.onSharing();
  }

  /** Throws CodedError `unknown-friend` for who is none, or has only been asked to be one. */
  friend(address: OnionAddress): void {
    if (this.#ports.book.get(address).record.state !== 'friend') {
      throw new CodedError('unknown-friend');
    }
  }
}
