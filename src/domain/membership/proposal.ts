import type { Action, MembershipCharter } from './charter.ts';
import { knows } from './evaluate.ts';
import type { ProposalNode } from './node.ts';
import { personOf, type PersonKey } from './operation.ts';
import type { Past } from './past.ts';

interface Proposed {
  readonly action: Action;
  readonly subjects: readonly PersonKey[];
}

/** Whether a proposal makes sense in a past: for every one of its subjects, or for none. */
export function applicable(
  proposed: Proposed,
  past: Pick<Past, 'membership'>,
  charter: MembershipCharter,
): boolean {
  const { members } = past.membership;
  const { action, subjects } = proposed;
  if (action === 'admit') return subjects.every((subject) => !members.has(subject));
  if (!subjects.every((subject) => members.has(subject))) return false;
  if (action === 'dormant') return charter.dormancy && charter.rule !== 'owner';
  return !isBetweenTwo(members, charter) && !removesOwner(subjects, charter);
}

/** Between two who vote there is no removal, only leaving; whose space it is needs no vote. */
function isBetweenTwo(members: ReadonlySet<PersonKey>, { rule }: MembershipCharter): boolean {
  return rule !== 'owner' && members.size <= 2;
}

/** Where the owner admits, nobody could go on without them. */
function removesOwner(subjects: readonly PersonKey[], charter: MembershipCharter): boolean {
  return charter.rule === 'owner' && subjects.includes(personOf(charter.founder));
}

/** Coming back takes a proposal that follows the departure: what was proposed before it is spent. */
export function followsDepartures(proposal: ProposalNode, past: Pick<Past, 'membership'>): boolean {
  return proposal.subjects.every((subject) =>
    (past.membership.departures.get(subject) ?? []).every((departure) =>
      knows(proposal.effects, departure),
    ),
  );
}
