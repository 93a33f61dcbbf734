import type { OnionAddress } from '../../../domain/address.ts';
import { personOf } from '../../../domain/membership/operation.ts';
import type { PartingView } from '../../../protocol/page-calls/friends.ts';
import { keyOf } from './asking.ts';
import type { Forums } from './forums.ts';
import type { MemberSpace } from './member-space.ts';

/** The spaces with members that we share with one person, and the end of that. */
export class SharedCircles {
  readonly #forums: () => Forums;

  constructor(forums: () => Forums) {
    this.#forums = forums;
  }

  sharedWith(address: OnionAddress): Pick<PartingView, 'ourCircles' | 'theirCircles' | 'forums'> {
    const { ours, theirs, byVote } = this.#with(address);
    const titles = (spaces: readonly MemberSpace[]) => spaces.map(({ title }) => title);
    return { ourCircles: titles(ours), theirCircles: titles(theirs), forums: titles(byVote) };
  }

  /** They are put out of our circles, and aren't asked into any; we leave theirs. */
  async part(address: OnionAddress): Promise<void> {
    const { asking, acts } = this.#forums();
    const { ours, theirs } = this.#with(address);
    for (const { space } of this.#forums().all()) await asking.settled(space.name, address);
    for (const { name } of ours) await acts.propose(name, 'remove', [address]);
    for (const { name } of theirs) await acts.leave(name);
  }

  #with(address: OnionAddress) {
    const person = keyOf(address);
    const shared = this.#forums()
      .all()
      .map(({ space }) => space)
      .filter((space) => space.isMember && space.assembly?.membership.members.has(person));
    const circles = shared.filter(({ charter }) => 'writers' in charter);
    return {
      ours: circles.filter(({ isOwner }) => isOwner),
      theirs: circles.filter(({ charter }) => personOf(charter.owner) === person),
      byVote: shared.filter(({ charter }) => 'rule' in charter),
    };
  }
}
