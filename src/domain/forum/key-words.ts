import { compareBytes } from '../bytes.ts';
import type { Complaint } from '../forum-keys/choose.ts';
import type { ForumPreKeyOffer } from '../forum-keys/pre-key.ts';
import { bytesOfName, type PersonKey } from '../membership/operation.ts';
import type { MembershipView } from '../membership/view.ts';
import { pastOfWriter, judgeWriter, type Writer } from '../membership/writing.ts';
import type { Farewell } from '../space/farewells.ts';
import type { ForumState } from './state.ts';

/** Whether what somebody says of keys counts: they are a member, and nothing concurrent ended that. */
export function isHeard(writer: Writer, { membership }: ForumState, view: MembershipView): boolean {
  const operations = writer.parents.filter((name) => membership.nodes.has(name));
  return judgeWriter({ ...writer, parents: operations }, view).ok;
}

export function complaintsIn(state: ForumState, view: MembershipView): readonly Complaint[] {
  const complaints: Complaint[] = [];
  for (const word of state.words.values()) {
    if (word.kind !== 'complaint' || !isHeard(word, state, view)) continue;
    complaints.push({ epoch: word.epoch, by: bytesOfName(word.author) });
  }
  return complaints;
}

/** What those who decided removals had seen. It stays true when they leave. */
export function farewellsIn({ words, membership }: ForumState): readonly Farewell[] {
  const farewells: Farewell[] = [];
  for (const word of words.values()) {
    if (word.kind !== 'farewell') continue;
    const parents = word.parents.filter((name) => membership.nodes.has(name));
    if (pastOfWriter({ ...word, parents }, membership).ok) farewells.push(word.farewell);
  }
  return farewells;
}

/** The pre-key that each member has offered last, in the log, by the times that they claim themselves. */
export function offersIn(
  state: ForumState,
  view: MembershipView,
): ReadonlyMap<PersonKey, ForumPreKeyOffer> {
  const offers = new Map<PersonKey, ForumPreKeyOffer>();
  for (const word of state.words.values()) {
    if (word.kind !== 'pre-key' || !isHeard(word, state, view)) continue;
    const known = offers.get(word.author);
    if (known === undefined || isNewer(word.offer, known)) offers.set(word.author, word.offer);
  }
  return offers;
}

function isNewer(one: ForumPreKeyOffer, other: ForumPreKeyOffer): boolean {
  if (one.from !== other.from) return one.from > other.from;
  return compareBytes(one.id, other.id) < 0;
}
