import { dormantIn } from './dormancy.ts';
import { membershipIn, type Membership } from './evaluate.ts';
import { effectsAfter, type EffectSet, type Node, type VoteNode } from './node.ts';
import type { OperationName, PersonKey } from './operation.ts';

/** What is known of the log so far; it only grows, and only the part in an operation's past is asked about. */
export interface Index {
  readonly nodes: ReadonlyMap<OperationName, Node>;
  readonly wordsOf: (person: PersonKey) => readonly Node[];
  readonly votesOn: (proposal: OperationName, voter: PersonKey) => readonly VoteNode[];
}

/** An operation's own past: all that its validity may depend on. */
export interface Past {
  readonly effects: EffectSet;
  readonly membership: Membership;
  /** Whether a node is in this past. */
  readonly holds: (node: Node) => boolean;
  /** The members who are counted: all but those who sleep. */
  readonly electorate: () => ReadonlySet<PersonKey>;
}

export function pastOf(causes: readonly Node[], index: Index): Past {
  const effects = effectsAfter(causes);
  const membership = membershipIn(effects);
  let all: ReadonlySet<Node> | undefined;
  const holds = (node: Node) => {
    all ??= unionOfPasts(causes);
    return all.has(node);
  };
  const electorate = () => {
    const dormant = dormantIn(effects, (person) => index.wordsOf(person).filter(holds));
    return awake(membership.members, dormant);
  };
  return { effects, membership, holds, electorate };
}

export function awake(
  members: ReadonlySet<PersonKey>,
  dormant: ReadonlySet<PersonKey>,
): ReadonlySet<PersonKey> {
  return dormant.size === 0
    ? members
    : new Set([...members].filter((person) => !dormant.has(person)));
}

function unionOfPasts(causes: readonly Node[]): ReadonlySet<Node> {
  const all = new Set<Node>();
  const open = [...causes];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (all.has(next)) continue;
    all.add(next);
    open.push(...next.causes);
  }
  return all;
}
