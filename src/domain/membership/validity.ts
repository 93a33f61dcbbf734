import { accept, refuse, type Result } from '../result.ts';
import type { Refusal } from '../refusal.ts';
import { personOf, type Operation } from './operation.ts';
import type { MembershipCharter } from './charter.ts';
import { judgeDecision } from './decision.ts';
import { knows } from './evaluate.ts';
import type { ChainedNode, GenesisNode, KeyNode, Node } from './node.ts';
import { pastOf, type Index, type Past } from './past.ts';
import type {
  AcceptOperation,
  DecideOperation,
  GenesisOperation,
  LeaveOperation,
  OperationName,
  ProposeOperation,
  VoteOperation,
} from './operation.ts';
import { applicable } from './proposal.ts';

type ChainedOperation =
  AcceptOperation | DecideOperation | LeaveOperation | ProposeOperation | VoteOperation;

/**
 * The node that an operation becomes, or why it never will be one. `causes` are the nodes of all that
 * it builds on. Nothing else is asked of the index than what lies in that past, so the verdict is the
 * same whatever else is known, and never changes.
 */
export function judge(
  operation: Operation,
  causes: readonly Node[],
  index: Index,
  charter: MembershipCharter,
): Result<Node> {
  if (operation.kind === 'genesis') return judgeGenesis(operation, causes, charter);
  const root = commonRoot(causes);
  if (root === undefined) return refuse('bad-ancestry');
  const past = pastOf(causes, index);
  if (!past.membership.members.has(operation.author)) return refuse('not-a-member');
  const placed = {
    name: operation.name,
    author: operation.author,
    root,
    causes,
    effects: past.effects,
  };
  if (operation.kind === 'key') {
    return accept<KeyNode>({ ...placed, kind: 'key', device: operation.device });
  }
  const chain = chainOf(operation, past, index);
  if (!chain.ok) return chain;
  return judgeChained(operation, { ...placed, ...chain.value }, past, index, charter);
}

type Placing = Pick<
  ChainedNode,
  'name' | 'author' | 'root' | 'causes' | 'effects' | 'own' | 'certificate'
>;

function judgeChained(
  operation: ChainedOperation,
  placing: Placing,
  past: Past,
  index: Index,
  charter: MembershipCharter,
): Result<Node> {
  switch (operation.kind) {
    case 'leave':
      return accept<Node>({ ...placing, kind: 'leave' });
    case 'accept':
      return accept<Node>({ ...placing, kind: 'accept', decision: operation.decision });
    case 'propose': {
      const refusal = proposalRefusal(operation, past, charter);
      if (refusal !== undefined) return refuse(refusal);
      const { action, subjects } = operation;
      return accept<Node>({ ...placing, kind: 'propose', action, subjects });
    }
    case 'vote': {
      const proposal = index.nodes.get(operation.proposal);
      if (proposal?.kind !== 'propose') return refuse('bad-ancestry');
      if (charter.rule === 'owner') return refuse('not-the-owner');
      return accept<Node>({ ...placing, kind: 'vote', proposal, yes: operation.yes });
    }
    case 'decide': {
      const decision = judgeDecision(operation, past, index, charter);
      return decision.ok
        ? accept<Node>({ ...placing, kind: 'decide', ...decision.value })
        : decision;
    }
  }
}

/** A log begins with what the founder signs, who is one of the first members. */
function judgeGenesis(
  { name, author, members }: GenesisOperation,
  causes: readonly Node[],
  { founder }: MembershipCharter,
): Result<GenesisNode> {
  if (author !== personOf(founder)) return refuse('wrong-author');
  if (causes.length > 0 || !members.includes(author)) return refuse('bad-ancestry');
  return accept({
    kind: 'genesis',
    name,
    author,
    root: name,
    causes,
    effects: new Set(),
    members,
  });
}

/** Everything in a log goes back to one genesis. */
function commonRoot(causes: readonly Node[]): OperationName | undefined {
  const roots = new Set(causes.map(rootOf));
  const [root] = roots;
  return roots.size === 1 ? root : undefined;
}

function rootOf(node: Node): OperationName {
  return node.root;
}

/**
 * Every device writes one chain of operations, which begins at the `key` operation that certifies it.
 * So a rewritten past shows as two operations that name the same one before them.
 */
function chainOf(
  operation: ChainedOperation,
  past: Past,
  index: Index,
): Result<Pick<ChainedNode, 'own' | 'certificate'>> {
  const own = index.nodes.get(operation.own);
  if (own === undefined || own.kind === 'genesis' || own.author !== operation.author) {
    return refuse('bad-ancestry');
  }
  const certificate = own.kind === 'key' ? own : own.certificate;
  if (certificate.device !== operation.key) return refuse('uncertified-key');
  return isCurrent(certificate, past) ? accept({ own, certificate }) : refuse('uncertified-key');
}

/** Who comes back certifies their device anew: a key ends with the membership it was brought into. */
function isCurrent(certificate: KeyNode, past: Past): boolean {
  const departures = past.membership.departures.get(certificate.author) ?? [];
  return departures.every((departure) => knows(certificate.effects, departure));
}

function proposalRefusal(
  operation: ProposeOperation,
  past: Past,
  charter: MembershipCharter,
): Refusal | undefined {
  if (charter.rule === 'owner' && operation.author !== personOf(charter.founder)) {
    return 'not-the-owner';
  }
  return applicable(operation, past, charter) ? undefined : 'not-applicable';
}
