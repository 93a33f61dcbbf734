import { type OnionAddress, publicKeyFromAddress } from '../../../domain/address.ts';
import { toBase64Url } from '../../../domain/bytes.ts';
import { encodeCharter } from '../../../domain/space/charter-bytes.ts';
import { isSealedCharter, type Plan } from '../../../domain/space/charter-content.ts';
import { newSpace, spaceOf, type CharteredSpace } from '../../../domain/space/charter.ts';
import type { SpaceName } from '../../../domain/space/name.ts';
import { CodedError } from '../../../protocol/codes.ts';
import type { VaultChange } from '../../../store/ports.ts';
import type { Context } from '../context.ts';
import { decodeRecord } from '../records.ts';
import type { Asked, Asking } from './asking.ts';
import { ForumMemory } from './forum-memory.ts';
import { bytesIn, foundingRecord } from './forum-records.ts';
import { hasMembers, type MemberCharter, memberSpaceIn } from './member-space.ts';
import { newPreKey } from './operations.ts';

/** A space that friends have been asked to found with us. */
export interface Founding {
  readonly space: CharteredSpace<MemberCharter>;
  readonly time: number;
}

/** How a space of several people comes to be: friends are asked, and when they have answered it begins. */
export class Foundings {
  readonly #context: Context;
  readonly #asking: Asking;
  readonly #begun: (name: SpaceName) => void;

  /** @param begun the vault has it from now on, and its beginning is to be published */
  constructor(context: Context, asking: Asking, begun: (name: SpaceName) => void) {
    this.#context = context;
    this.#asking = asking;
    this.#begun = begun;
  }

  all(): Founding[] {
    return this.#context.vault.entries('founding/').flatMap(([, value]) => {
      const record = decodeRecord(foundingRecord, value);
      const space = record && memberSpaceIn(bytesIn(record.charter));
      return space ? [{ space, time: record.time }] : [];
    });
  }

  find(name: string): Founding['space'] | undefined {
    return this.all().find(({ space }) => space.name === name)?.space;
  }

  /**
   * Where members vote, it begins when all have answered; a circle at once, and each friend is in when they agree.
   * Throws CodedError `name-too-long`.
   */
  async found(
    plan: Plan,
    people: readonly OnionAddress[],
  ): Promise<{ space: SpaceName; begun: boolean }> {
    const made = newSpace(plan, this.#context.random);
    if (!made.ok) throw new CodedError('name-too-long');
    const { charter } = made.value;
    if (!hasMembers(charter)) throw new CodedError('malformed');
    const space = spaceOf(charter);
    const asking = this.#asking.asking(space.name, people);
    const begun = 'writers' in charter;
    if (begun) await this.#begin(space, [], asking);
    else {
      const record = { charter: toBase64Url(encodeCharter(charter)), time: this.#context.now() };
      await this.#context.vault.putMany([[`founding/${space.name}`, record], ...asking]);
      await this.#send(space);
    }
    return { space: space.name, begun };
  }

  /** With those who have said yes until now. Throws CodedErrors `not-found`, `not-ready` if that is nobody. */
  async begin(name: string): Promise<void> {
    const space = this.find(name);
    if (!space) throw new CodedError('not-found');
    const agreed = this.#agreed(space.name);
    if (agreed.length === 0) throw new CodedError('not-ready');
    await this.#begin(
      space,
      agreed.map(({ address }) => address),
    );
  }

  /** Whether everybody has answered, and somebody with yes. */
  isComplete(name: SpaceName): boolean {
    const isWaiting = this.#asking.of(name).some(({ record }) => record.answer === 'waiting');
    return !isWaiting && this.find(name) !== undefined && this.#agreed(name).length > 0;
  }

  /** Asks those who haven't been, as it may be after a start. */
  async sendAll(): Promise<void> {
    for (const { space } of this.all()) await this.#send(space);
  }

  async giveUp(space: SpaceName): Promise<void> {
    const changes: VaultChange[] = [[`founding/${space}`, undefined]];
    await this.#context.vault.putMany([...changes, ...this.#asking.forgetting(space)]);
  }

  async #begin(
    space: Founding['space'],
    others: readonly OnionAddress[],
    asking: readonly VaultChange[] = [],
  ): Promise<void> {
    const { me, random, vault } = this.#context;
    const members = [me.identity.publicKey, ...others.map(publicKeyFromAddress)];
    const memory = new ForumMemory(this.#context, space.name);
    const isSealed = isSealedCharter(space.charter);
    const logKeys = isSealed ? [random(32)] : [];
    const invitation = { space, logKeys, anchor: null, snapshot: null };
    const preKeys = isSealed ? [newPreKey(this.#context, space.id)] : [];
    await vault.putMany([
      [`founding/${space.name}`, undefined],
      ...memory.joining({ invitation, preKeys, from: null, founds: members }),
      ...asking,
    ]);
    this.#begun(space.name);
  }

  async #send(space: Founding['space']): Promise<void> {
    const founders = this.#asking
      .of(space.name)
      .map(({ address }) => publicKeyFromAddress(address));
    await this.#asking.send({ space, founders });
  }

  #agreed(space: SpaceName): Asked[] {
    return this.#asking.of(space).filter(({ record }) => record.answer === 'agreed');
  }
}
