import { accept, refuse, type Result } from '../result.ts';
import { requiredVotes, type MembershipCharter } from './charter.ts';
import { decidedIn, knows } from './evaluate.ts';
import { ancestorsOf, type DecisionNode, type ProposalNode, type VoteNode } from './node.ts';
import { personOf, type DecideOperation, type PersonKey } from './operation.ts';
import type { Index, Past } from './past.ts';
import { applicable, followsDepartures } from './proposal.ts';

type Decided = Pick<DecisionNode, 'proposal' | 'votes' | 'quorum'>;

/** A decision counts for ever or never, by what its own past holds. */
export function judgeDecision(
  operation: DecideOperation,
  past: Past,
  index: Index,
  charter: MembershipCharter,
): Result<Decided> {
  const proposal = index.nodes.get(operation.proposal);
  if (proposal?.kind !== 'propose') return refuse('bad-ancestry');
  if (charter.rule === 'owner' && operation.author !== personOf(charter.founder)) {
    return refuse('not-the-owner');
  }
  if (!stands(proposal, past) || !applicable(proposal, past, charter)) {
    return refuse('not-applicable');
  }
  const electorate = past.electorate();
  if (operation.quorum !== requiredVotes(charter.rule, proposal.action, electorate.size)) {
    return refuse('no-quorum');
  }
  const votes = votesOf(operation, index);
  if (!votes.every((vote) => isUsable(vote, proposal, electorate, past, index))) {
    return refuse('unusable-vote');
  }
  const voters = new Set(votes.map(({ author }) => author));
  if (voters.size !== operation.votes.length) return refuse('unusable-vote');
  if (voters.size < operation.quorum) return refuse('no-quorum');
  return accept({ proposal, votes, quorum: operation.quorum });
}

function votesOf(operation: DecideOperation, index: Index): readonly VoteNode[] {
  return operation.votes
    .map((name) => index.nodes.get(name))
    .filter((node): node is VoteNode => node?.kind === 'vote');
}

/** A proposal stands until it is decided, and none of its subjects has left since it was made. */
function stands(proposal: ProposalNode, past: Past): boolean {
  return !decidedIn(past.effects).has(proposal) && followsDepartures(proposal, past);
}

function isUsable(
  vote: VoteNode,
  proposal: ProposalNode,
  electorate: ReadonlySet<PersonKey>,
  past: Past,
  index: Index,
): boolean {
  return (
    vote.proposal === proposal &&
    vote.yes &&
    electorate.has(vote.author) &&
    mayVote(vote.author, proposal) &&
    isOfThisMembership(vote, past) &&
    !isSuperseded(vote, past, index)
  );
}

/** Who is to be removed, or marked dormant, has no vote in it, but still counts. */
function mayVote(voter: PersonKey, { action, subjects }: ProposalNode): boolean {
  return action === 'admit' || !subjects.includes(voter);
}

/** Who left and came back votes anew. */
function isOfThisMembership(vote: VoteNode, past: Past): boolean {
  const departures = past.membership.departures.get(vote.author) ?? [];
  return departures.every((departure) => knows(vote.effects, departure));
}

/**
 * A vote is spent when the same voter has voted again after it; and a yes is unusable beside a no of
 * another device, whichever was meant.
 */
function isSuperseded(vote: VoteNode, past: Past, index: Index): boolean {
  return index
    .votesOn(vote.proposal.name, vote.author)
    .some(
      (other) =>
        other !== vote &&
        past.holds(other) &&
        !ancestorsOf(vote).has(other) &&
        (!other.yes || ancestorsOf(other).has(vote)),
    );
}
