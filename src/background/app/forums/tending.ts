import type { OnionAddress } from '../../../domain/address.ts';
import { equalBytes } from '../../../domain/bytes.ts';
import { nextAuthorDuty } from '../../../domain/forum/author-duty.ts';
import { beginningOf, inviteTo } from '../../../domain/forum/found.ts';
import { nextDuty, type Duty, type Dutiful } from '../../../domain/forum/duty.ts';
import { offersIn } from '../../../domain/forum/key-words.ts';
import type { Invitation } from '../../../domain/space/invitation.ts';
import type { ForumPreKeyOffer } from '../../../domain/forum-keys/pre-key.ts';
import { standingProposals } from '../../../domain/membership/standing-proposals.ts';
import { bytesOfName, type PersonKey } from '../../../domain/membership/operation.ts';
import { CodedError } from '../../../protocol/codes.ts';
import type { Context } from '../context.ts';
import { type Asked, type Asking, keyOf } from './asking.ts';
import { bytesIn } from './forum-records.ts';
import type { Operations } from './operations.ts';
import type { KeptSpace, MemberSpace } from './member-space.ts';
import { SealedSpace } from './sealed-space.ts';

export interface TendingParts {
  readonly context: Context;
  readonly asking: Asking;
  readonly operations: Operations;
  /** Tells host and peers whom we share with now. */
  readonly tellSharing: () => Promise<void>;
}

/** No space asks for so much at once; if one does, the rest is done at the next occasion. */
const mostSteps = 64;

/**
 * Does what a member's add-on does without being asked, one step after the other; what there is to do shows
 * in the documents and the vault, so whatever dies in between is gone on with at the next call.
 */
export class Tending {
  readonly #context: Context;
  readonly #asking: Asking;
  readonly #operations: Operations;
  readonly #tellSharing: () => Promise<void>;

  constructor({ context, asking, operations, tellSharing }: TendingParts) {
    this.#context = context;
    this.#asking = asking;
    this.#operations = operations;
    this.#tellSharing = tellSharing;
  }

  /**
   * @param patient leaves to others what any member may do as well
   * @returns whether something of that kind is left
   */
  async tend(kept: KeptSpace, patient: boolean): Promise<boolean> {
    const { space, memory } = kept;
    await space.readOn();
    await this.#begin(kept);
    for (let step = 0; step < mostSteps; step += 1) {
      await this.#note(kept);
      if (!space.assembly || !space.isMember) return false;
      const told = this.#asking.told(space.name);
      const self = { writer: space.writer, now: this.#context.now(), told: new Set(told.keys()) };
      const duty = dutyIn(space, self);
      if (duty && 'ours' in duty && !duty.ours && patient) return true;
      if (duty) {
        if (!(await this.#do(duty, space, told))) return false;
        continue;
      }
      if (!(await this.#letIn(kept))) return false;
    }
    this.#context.failed(new CodedError('internal', memory.space));
    return false;
  }

  /** The founder's: charter and genesis, the same again if a crash came in between. */
  async #begin({ space, memory }: KeptSpace): Promise<void> {
    const { record } = memory;
    const { invitation } = memory;
    if (!record?.founds || !invitation || space.assembly) return;
    const members = record.founds.map(bytesIn);
    const { me, random } = this.#context;
    if (!(space instanceof SealedSpace)) return space.begin(members);
    await space.put((forum) =>
      forum ? [] : beginningOf(me.identity, { invitation, members }, random).documents,
    );
  }

  /** Whether we belong, and what is final by now. */
  async #note({ space, memory }: KeptSpace): Promise<void> {
    const { assembly, anchor } = space;
    const { record } = memory;
    if (!assembly || !record) return;
    if (space.isMember) {
      if (record.state === 'catching-up') await memory.setState('member');
    } else if (record.state === 'member') {
      const departures = assembly.membership.membership.departures.get(space.me) ?? [];
      const left = departures.some((one) => one.kind === 'leave');
      await memory.setState(left ? 'left' : 'removed');
    }
    const { final } = assembly.membership;
    if (final.kind === 'genesis') return;
    const name = bytesOfName(final.name);
    if (anchor === null || !equalBytes(anchor, name)) {
      await space.settle(name);
    }
  }

  /** Whether it could be done. */
  async #do(
    duty: Duty,
    space: MemberSpace,
    told: ReadonlyMap<PersonKey, ForumPreKeyOffer>,
  ): Promise<boolean> {
    const operations = this.#operations;
    try {
      if (duty.what === 'bring-device') await operations.bringDevice(space);
      else if (duty.what === 'decide') await operations.decide(space, duty.proposal);
      else if (duty.what === 'say-farewell') await operations.sayFarewell(space, duty.decision);
      else if (space instanceof SealedSpace) await this.#renewKeys(duty, space, told);
      return true;
    } catch (error) {
      // Something came in between that makes it somebody else's, or waits for more: it shows at the next look.
      if (error instanceof CodedError && ['not-ready', 'not-allowed'].includes(error.code)) {
        return false;
      }
      throw error;
    }
  }

  async #renewKeys(
    duty: Extract<Duty, { what: 'offer-pre-key' | 'complain' | 'issue-epoch' }>,
    space: SealedSpace,
    told: ReadonlyMap<PersonKey, ForumPreKeyOffer>,
  ): Promise<void> {
    if (duty.what === 'offer-pre-key') await this.#operations.offerPreKey(space);
    else if (duty.what === 'complain') await this.#operations.complain(space, duty.epoch);
    else await this.#operations.issueEpoch(space, told);
  }

  /** The next step for somebody whom we have asked, if there is one. */
  async #letIn({ space }: KeptSpace): Promise<boolean> {
    const members = space.assembly?.membership.members ?? new Set();
    for (const asked of this.#asking.of(space.name)) {
      const { address, record } = asked;
      const key = keyOf(address);
      if (record.answer !== 'agreed') continue;
      if (members.has(key)) {
        if (!record.invited) {
          const invitation = invitationTo(space);
          if (!invitation) continue;
          // Or they come to a door that doesn't know them yet.
          await this.#tellSharing();
          await this.#asking.invite(space.name, asked, invitation);
          return true;
        }
        if (isPreKeyMissing(space, key)) continue;
        await this.#asking.settled(space.name, address);
        return true;
      }
      // They were in by our invitation, and are no longer: coming back begins with another question.
      if (record.invited) {
        await this.#asking.settled(space.name, address);
        return true;
      }
      if (await this.#propose(asked, space)) return true;
    }
    return false;
  }

  async #propose({ address }: Asked, space: MemberSpace): Promise<boolean> {
    const key = keyOf(address);
    const membership = space.assembly?.membership;
    if (!membership) return false;
    const isProposed = standingProposals(membership).some(
      ({ proposal: { action, subjects } }) =>
        action === 'admit' && subjects.length === 1 && subjects[0] === key,
    );
    if (isProposed) return false;
    if (membership.state.charter.rule === 'owner' && !space.isOwner) return false;
    await propose(this.#operations, space, { action: 'admit', people: [address] });
    return true;
  }
}

function dutyIn(space: MemberSpace, self: Dutiful): Duty | undefined {
  if (space instanceof SealedSpace) return space.assembly && nextDuty(space.assembly, self);
  return space.assembly && nextAuthorDuty(space.assembly, self);
}

/** What newcomers are told; of a sealed space once there is a key for them. */
function invitationTo(space: MemberSpace): Invitation | undefined {
  const { assembly } = space;
  if (!assembly) return undefined;
  if (space instanceof SealedSpace) return space.assembly?.epoch && inviteTo(space.assembly);
  const { final } = assembly.membership;
  const anchor = final.kind === 'genesis' ? null : bytesOfName(final.name);
  return { space: assembly.state.space, logKeys: [], anchor, snapshot: null };
}

/** What they told us of it is kept until the log has one of theirs. */
function isPreKeyMissing(space: MemberSpace, person: PersonKey): boolean {
  if (!(space instanceof SealedSpace) || !space.assembly) return false;
  return !offersIn(space.assembly.state, space.assembly.membership).has(person);
}

/** Puts it to the vote, with ours; where the owner admits there is none. */
export async function propose(
  operations: Operations,
  space: MemberSpace,
  { action, people }: { action: 'admit' | 'remove' | 'dormant'; people: readonly OnionAddress[] },
): Promise<void> {
  const keys = people.map(keyOf);
  const subjects = keys.map(bytesOfName);
  const proposal = await operations.operate(space, { type: 'propose', action, subjects });
  const mayVote = action === 'admit' || !keys.includes(space.me);
  if (!mayVote || space.assembly?.membership.state.charter.rule === 'owner') return;
  await operations.operate(space, { type: 'vote', proposal, yes: true });
}
