import { membershipLimits } from './limits.ts';
import { ancestorsOf, type DecisionNode, type EffectSet, type Node } from './node.ts';
import type { PersonKey } from './operation.ts';
import type { MembershipState } from './state.ts';

/** The operations of one person that are in the past asked about. */
export type WordsOf = (person: PersonKey) => readonly Node[];

/**
 * The members who sleep: marked dormant by a decision, several further decisions ago, and silent
 * since. Causality is the only clock, and any operation of theirs wakes them.
 */
export function dormantIn(effects: EffectSet, wordsOf: WordsOf): ReadonlySet<PersonKey> {
  const dormant = new Set<PersonKey>();
  for (const mark of effects) {
    if (mark.kind !== 'decide' || mark.proposal.action !== 'dormant') continue;
    if (decisionsSince(mark, effects) < membershipLimits.dormantAfter) continue;
    for (const person of mark.proposal.subjects) {
      if (isSilentSince(mark, wordsOf(person))) dormant.add(person);
    }
  }
  return dormant;
}

/** Only decisions at the full quorum count, or a third could put the others to sleep alone. */
function decisionsSince(mark: DecisionNode, effects: EffectSet): number {
  let count = 0;
  for (const effect of effects) {
    if (effect.kind !== 'decide' || effect.proposal.action === 'dormant') continue;
    if (effect.effects.has(mark)) count += 1;
  }
  return count;
}

/**
 * The last operations of a person, one for each chain. Who marks somebody dormant names them as parents: what
 * the mark does not build on is a word said since.
 */
export function lastWords(
  person: PersonKey,
  { words, successors }: Pick<MembershipState, 'words' | 'successors'>,
): readonly Node[] {
  return (words.get(person) ?? []).filter((word) => !successors.has(word.name));
}

function isSilentSince(mark: DecisionNode, words: readonly Node[]): boolean {
  return words.every((word) => ancestorsOf(mark).has(word));
}
