import { standingProposals } from '../../../domain/membership/standing-proposals.ts';
import type { PersonKey } from '../../../domain/membership/operation.ts';
import type { Assembly } from '../../../domain/space/assembly.ts';
import type { HeldBackView, ProposalView } from '../../../protocol/page-calls/forums.ts';
import type { Naming } from './naming.ts';
import { timeOf } from './member-views.ts';
import { idOf } from './operations.ts';

/** What is put to the vote, and how it stands. */
export function proposalViews(forum: Assembly, me: PersonKey, naming: Naming): ProposalView[] {
  const { membership } = forum;
  if (membership.state.charter.rule === 'owner') return [];
  return standingProposals(membership).map(({ proposal, yes, no, required }) => {
    const { action, subjects, author } = proposal;
    const mine = yes.has(me) ? 'yes' : no.has(me) ? 'no' : undefined;
    return {
      id: idOf(proposal),
      action,
      people: subjects.map(naming),
      by: naming(author),
      time: timeOf(proposal, forum),
      yes: [...yes.keys()].map(naming),
      no: [...no].map(naming),
      needed: required,
      ...(mine === undefined ? {} : { mine }),
      mayVote: membership.members.has(me) && (action === 'admit' || !subjects.includes(me)),
    };
  });
}

/** Decisions in quarantine: everybody's own anchor says which. */
export function heldBackView(forum: Assembly, me: PersonKey, naming: Naming): HeldBackView[] {
  const { membership } = forum;
  const accepts = [...membership.state.nodes.values()].filter((node) => node.kind === 'accept');
  return [...membership.quarantine.reasons].map(([decision, reason]) => {
    const voices = accepts.filter((one) => one.decision === decision.name);
    const who = [...new Set(voices.map(({ author }) => author))];
    return {
      id: idOf(decision),
      reason,
      action: decision.proposal.action,
      people: decision.proposal.subjects.map(naming),
      decidedBy: naming(decision.author),
      time: timeOf(decision, forum),
      acceptedBy: who.map(naming),
      mine: who.includes(me),
    };
  });
}
