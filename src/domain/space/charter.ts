import { hashFor } from '../hash.ts';
import { limits } from '../limits.ts';
import type { MembershipCharter } from '../membership/charter.ts';
import { accept, refuse, type Result } from '../result.ts';
import type { Random } from '../sodium.ts';
import { encodeCharter, saltBytes, sealedSaltBytes } from './charter-bytes.ts';
import type { Charter, Plan } from './charter-content.ts';
import { spaceNameOf, type SpaceName } from './name.ts';

/**
 * A space is named after the hash of its charter's bytes, so it certifies itself, and everybody who
 * holds the charter can work the name out.
 */
export interface Space {
  readonly id: Uint8Array;
  readonly name: SpaceName;
}

export interface CharteredSpace<C extends Charter = Charter> extends Space {
  readonly charter: C;
}

/** Where a person's key bundle and profile are: anyone who knows the address can work it out. */
export function profileSpace(owner: Uint8Array): CharteredSpace {
  return spaceOf({ kind: 'profile', owner });
}

/** Where strangers leave what is sealed to this person. */
export function inboxSpace(owner: Uint8Array): CharteredSpace {
  return spaceOf({ kind: 'inbox', owner });
}

/** A new public blog of this owner; the same title twice gives two spaces. */
export function blogSpace(owner: Uint8Array, title: string, random: Random): CharteredSpace {
  return spaceOf({ kind: 'blog', owner, title, salt: random(saltBytes) });
}

/** A new space of any kind that has a title. Refuses a title over the limit (`too-large`). */
export function newSpace(plan: Plan, random: Random): Result<CharteredSpace> {
  if (plan.title.length > limits.titleCharacters) return refuse('too-large');
  // Where the name is all that outsiders see, no guess of the title may be confirmed by it.
  const salt = random('mode' in plan ? sealedSaltBytes : saltBytes);
  return accept(spaceOf({ ...plan, salt }));
}

export function spaceOf<C extends Charter>(charter: C): CharteredSpace<C> {
  const id = hashFor('charter', encodeCharter(charter));
  return { id, name: spaceNameOf(id), charter };
}

/** How a space decides who belongs; `undefined` where nobody does, or everybody. */
export function membershipCharterOf({
  id,
  charter,
}: Pick<CharteredSpace, 'id' | 'charter'>): MembershipCharter | undefined {
  const founder = charter.owner;
  if ('rule' in charter) {
    return { spaceId: id, founder, rule: charter.rule, dormancy: charter.dormancy };
  }
  return 'writers' in charter
    ? { spaceId: id, founder, rule: 'owner', dormancy: false }
    : undefined;
}

/** Whether this author may write posts here, if they belong at all. */
export function mayWrite(charter: Charter, isOwner: boolean): boolean {
  return !('writers' in charter) || charter.writers === 'members' || isOwner;
}
