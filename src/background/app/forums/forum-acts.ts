import type { OnionAddress } from '../../../domain/address.ts';
import type { Action } from '../../../domain/membership/charter.ts';
import { standingProposals } from '../../../domain/membership/standing-proposals.ts';
import { nameOf } from '../../../domain/membership/operation.ts';
import { CodedError } from '../../../protocol/codes.ts';
import { keyOf } from './asking.ts';
import type { Forums } from './forums.ts';
import { propose } from './tending.ts';

/** What a person does in a forum of theirs beside writing. */
export class ForumActs {
  readonly #forums: Forums;

  constructor(forums: Forums) {
    this.#forums = forums;
  }

  /**
   * To admit friends, they are asked first; the rest is put to the vote at once. Throws CodedErrors
   * `unknown-friend`, `not-found`, `not-allowed`.
   */
  async propose(name: string, action: Action, people: readonly OnionAddress[]): Promise<void> {
    const { space } = this.#forums.get(name);
    if (!space.isMember || ('writers' in space.charter && !space.isOwner)) {
      throw new CodedError('not-allowed');
    }
    if (action === 'admit') {
      for (const address of people) this.#forums.friend(address);
      const others = people.filter((one) => !space.assembly?.membership.members.has(keyOf(one)));
      await this.#forums.noteAsking(space.name, others);
    } else {
      await propose(this.#forums.operations, space, { action, people });
    }
    await this.#forums.tend(name);
  }

  /** Throws CodedError `not-found` for what isn't put to the vote, or not any more. */
  async vote(name: string, proposal: Uint8Array, yes: boolean): Promise<void> {
    const { space } = this.#forums.get(name);
    const open = space.assembly ? standingProposals(space.assembly.membership) : [];
    if (!open.some((one) => one.proposal.name === nameOf(proposal))) {
      throw new CodedError('not-found');
    }
    await this.#forums.operations.operate(space, { type: 'vote', proposal, yes });
    await this.#forums.tend(name);
  }

  /** Throws CodedError `not-found` for what isn't held back, or not any more. */
  async accept(name: string, decision: Uint8Array): Promise<void> {
    const { space } = this.#forums.get(name);
    const held = [...(space.assembly?.membership.quarantine.reasons.keys() ?? [])];
    if (!held.some((one) => one.name === nameOf(decision))) throw new CodedError('not-found');
    await this.#forums.operations.operate(space, { type: 'accept', decision });
    await this.#forums.tend(name);
  }

  /** Throws CodedError `not-allowed` to the owner of a circle, without whom it couldn't go on. */
  async leave(name: string): Promise<void> {
    const { space } = this.#forums.get(name);
    if ('writers' in space.charter && space.isOwner) throw new CodedError('not-allowed');
    await this.#forums.operations.operate(space, { type: 'leave' });
    await this.#forums.tend(name);
  }
}
