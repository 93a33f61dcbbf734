import { toHex } from '../bytes.ts';
import { accept, refuse, type Result } from '../result.ts';
import { knows } from './evaluate.ts';
import type { KeyNode, Node } from './node.ts';
import { nameOf, personOf } from './operation.ts';
import { pastOf, type Past } from './past.ts';
import type { MembershipView } from './view.ts';

/** Any signed document of the space: a post, for instance. */
export interface Writing {
  readonly author: Uint8Array;
  readonly key: Uint8Array;
  /** The operations of membership that it names. */
  readonly parents: readonly Uint8Array[];
}

/**
 * Whether a document is a member's: its author belonged in the past that it names, by admissions that
 * are not void, its device was certified there, and nothing concurrent with it ended that. The last
 * can change while operations arrive (`departed-meanwhile`): who is out can't write as of yesterday.
 * Refuses with `bad-ancestry` while what it names is not here.
 */
export function checkWriting(writing: Writing, view: MembershipView): Result<true> {
  const { state } = view;
  const causes: Node[] = [];
  for (const parent of writing.parents) {
    const node = state.nodes.get(nameOf(parent));
    if (node === undefined || node.root !== view.anchor.root) return refuse('bad-ancestry');
    causes.push(node);
  }
  const author = personOf(writing.author);
  const words = state.words.get(author) ?? [];
  const past = pastOf(causes, { nodes: state.nodes, wordsOf: () => words, votesOn: () => [] });
  const admissions = view.membership.admissions.get(author) ?? [];
  if (!past.membership.members.has(author) || !admissions.some((one) => past.effects.has(one))) {
    return refuse('not-a-member');
  }
  const keys = words.filter((word): word is KeyNode => word.kind === 'key' && past.holds(word));
  const device = toHex(writing.key);
  if (!keys.some((key) => key.device === device && isOfThisMembership(key, past))) {
    return refuse('uncertified-key');
  }
  const departures = view.membership.departures.get(author) ?? [];
  return departures.every((departure) => knows(past.effects, departure))
    ? accept(true)
    : refuse('departed-meanwhile');
}

function isOfThisMembership(key: KeyNode, past: Past): boolean {
  const departures = past.membership.departures.get(key.author) ?? [];
  return departures.every((departure) => knows(key.effects, departure));
}
