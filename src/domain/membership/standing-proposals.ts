import { requiredVotes } from './charter.ts';
import { decidedIn } from './evaluate.ts';
import { ancestorsOf, type ProposalNode, type VoteNode } from './node.ts';
import type { PersonKey } from './operation.ts';
import { applicable, followsDepartures } from './proposal.ts';
import type { MembershipView } from './view.ts';

/** A proposal that has not been decided, and how it stands. */
export interface OpenProposal {
  readonly proposal: ProposalNode;
  /** The last word of each member who may vote on it. */
  readonly yes: ReadonlyMap<PersonKey, VoteNode>;
  readonly no: ReadonlySet<PersonKey>;
  /** The yes votes that a decision takes. */
  readonly required: number;
}

/** The proposals that could still be decided, in the order in which they came here. */
export function standingProposals(view: MembershipView): readonly OpenProposal[] {
  const { state, effects, membership } = view;
  const decided = decidedIn(effects);
  const votes = [...state.nodes.values()].filter((node): node is VoteNode => node.kind === 'vote');
  const open: OpenProposal[] = [];
  for (const node of state.nodes.values()) {
    if (node.kind !== 'propose' || node.root !== view.anchor.root || decided.has(node)) continue;
    if (!membership.members.has(node.author)) continue;
    const here = { membership };
    if (!applicable(node, here, state.charter) || !followsDepartures(node, here)) continue;
    const about = votes.filter(({ proposal }) => proposal === node);
    open.push({ proposal: node, ...counted(node, about, view) });
  }
  return open;
}

function counted(
  { action, subjects }: ProposalNode,
  votes: readonly VoteNode[],
  { electorate, state: { charter } }: MembershipView,
): Omit<OpenProposal, 'proposal'> {
  const yes = new Map<PersonKey, VoteNode>();
  const no = new Set<PersonKey>();
  for (const voter of electorate) {
    if (action !== 'admit' && subjects.includes(voter)) continue;
    const theirs = votes.filter(({ author }) => author === voter);
    const last = theirs.filter(
      (vote) => !theirs.some((other) => other !== vote && ancestorsOf(other).has(vote)),
    );
    const [word] = last;
    if (word === undefined) continue;
    // A yes beside a no of another device is none, whichever was meant.
    if (last.every((vote) => vote.yes)) yes.set(voter, word);
    else no.add(voter);
  }
  return { yes, no, required: requiredVotes(charter.rule, action, electorate.size) };
}
