import { toHex } from '../bytes.ts';
import { accept, refuse, type Result } from '../result.ts';
import { knows, type Departure } from './evaluate.ts';
import type { KeyNode, Node } from './node.ts';
import { nameOf, personOf, type OperationName, type PersonKey } from './operation.ts';
import { pastOf, type Past } from './past.ts';
import type { MembershipState } from './state.ts';
import type { MembershipView } from './view.ts';

/** Any signed document of the space: a post, for instance. */
export interface Writing {
  readonly author: Uint8Array;
  readonly key: Uint8Array;
  /** The operations of membership that it names. */
  readonly parents: readonly Uint8Array[];
}

/** The same by name, as the log's index has it. */
export interface Writer {
  readonly author: PersonKey;
  /** The signing key, in hex. */
  readonly key: string;
  readonly parents: readonly OperationName[];
}

/**
 * Whether a document is a member's: its author belonged in the past that it names, by admissions that
 * are not void, its device was certified there, and nothing concurrent with it ended that. The last
 * can change while operations arrive (`departed-meanwhile`): who is out can't write as of yesterday.
 * Refuses with `bad-ancestry` while what it names is not here.
 */
export function checkWriting(
  { author, key, parents }: Writing,
  view: MembershipView,
): Result<true> {
  const writer = { author: personOf(author), key: toHex(key), parents: parents.map(nameOf) };
  return judgeWriter(writer, view);
}

export function judgeWriter(writer: Writer, view: MembershipView): Result<true> {
  const { state, membership, anchor } = view;
  const past = pastOfWriter(writer, state);
  if (!past.ok) return past;
  const isOfThisLog = writer.parents.every((name) => state.nodes.get(name)?.root === anchor.root);
  if (!isOfThisLog) return refuse('bad-ancestry');
  const admissions = membership.admissions.get(writer.author) ?? [];
  if (!admissions.some((one) => past.value.effects.has(one))) return refuse('not-a-member');
  return besideIn(past.value, writer.author, view).length === 0
    ? accept(true)
    : refuse('departed-meanwhile');
}

/** The departures of a document's author that the document does not build on. */
export function departuresBeside(writer: Writer, view: MembershipView): readonly Departure[] {
  const past = pastOfWriter(writer, view.state);
  return past.ok ? besideIn(past.value, writer.author, view) : [];
}

function besideIn(
  past: Past,
  author: PersonKey,
  { membership }: MembershipView,
): readonly Departure[] {
  const departures = membership.departures.get(author) ?? [];
  return departures.filter((departure) => !knows(past.effects, departure));
}

/** The past that a document names, if its author belonged there. What this says never changes. */
export function pastOfWriter(
  { author, key: device, parents }: Writer,
  state: MembershipState,
): Result<Past> {
  const causes: Node[] = [];
  for (const parent of parents) {
    const node = state.nodes.get(parent);
    if (node === undefined) return refuse('bad-ancestry');
    causes.push(node);
  }
  const words = state.words.get(author) ?? [];
  const past = pastOf(causes, { nodes: state.nodes, wordsOf: () => words, votesOn: () => [] });
  if (!past.membership.members.has(author)) return refuse('not-a-member');
  const keys = words.filter((word): word is KeyNode => word.kind === 'key' && past.holds(word));
  return keys.some((key) => key.device === device && isOfThisMembership(key, past))
    ? accept(past)
    : refuse('uncertified-key');
}

function isOfThisMembership(key: KeyNode, past: Past): boolean {
  const departures = past.membership.departures.get(key.author) ?? [];
  return departures.every((departure) => knows(key.effects, departure));
}
