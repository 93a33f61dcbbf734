import { nameOf, type OperationName, type PersonKey } from '../membership/operation.ts';
import type { Departure } from '../membership/evaluate.ts';
import type { ChainLink } from './chains.ts';
import type { EntryName } from './entry.ts';

/** A farewell, by its author. */
export interface Farewell {
  readonly author: PersonKey;
  readonly decision: OperationName;
  readonly last: readonly EntryName[];
}

/**
 * Whether an entry was there before its author's departure. Operations don't build on posts; but who
 * leaves does so in their own chain, and who decides a removal says which documents they had seen.
 * Everything before those in the same chain was there, as each names the one before it by its hash.
 */
export function seenBefore(
  farewells: Iterable<Farewell>,
  links: Iterable<Pick<ChainLink, 'hash' | 'prev'>>,
): (entry: EntryName, departure: Departure) => boolean {
  const known = new Map<Departure, ReadonlySet<EntryName>>();
  const said = [...farewells];
  let before: ReadonlyMap<EntryName, EntryName> | undefined;
  return (entry, departure) => {
    before ??= previous(links);
    const seen = known.get(departure) ?? chainsUpTo(lastOf(departure, said), before);
    known.set(departure, seen);
    return seen.has(entry);
  };
}

function previous(
  links: Iterable<Pick<ChainLink, 'hash' | 'prev'>>,
): ReadonlyMap<EntryName, EntryName> {
  const before = new Map<EntryName, EntryName>();
  for (const { hash, prev } of links) if (prev !== null) before.set(nameOf(hash), nameOf(prev));
  return before;
}

/** Only who decided can say what was there: others could let in what was written since. */
function lastOf(departure: Departure, farewells: readonly Farewell[]): readonly EntryName[] {
  if (departure.kind === 'leave') return [departure.name];
  return farewells
    .filter(({ author, decision }) => author === departure.author && decision === departure.name)
    .flatMap(({ last }) => last);
}

function chainsUpTo(
  last: readonly EntryName[],
  before: ReadonlyMap<EntryName, EntryName>,
): ReadonlySet<EntryName> {
  const seen = new Set<EntryName>();
  for (const end of last) {
    for (let name: EntryName | undefined = end; name !== undefined && !seen.has(name);) {
      seen.add(name);
      name = before.get(name);
    }
  }
  return seen;
}
