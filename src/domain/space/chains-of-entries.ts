import type { PersonKey } from '../membership/operation.ts';
import { chainsOf, type Chain, type ChainLink } from './chains.ts';
import type { Entry } from './entry.ts';

/** One device's chain, where many people write. */
export interface EntryChain extends Chain {
  readonly author: PersonKey;
}

/** The chains of all authors: two who claim one device have two. */
export function entryChains(
  links: Iterable<ChainLink & Pick<Entry, 'author'>>,
): readonly EntryChain[] {
  const byAuthor = new Map<PersonKey, ChainLink[]>();
  for (const link of links) {
    const theirs = byAuthor.get(link.author);
    if (theirs === undefined) byAuthor.set(link.author, [link]);
    else theirs.push(link);
  }
  return [...byAuthor]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([author, theirs]) => chainsOf(theirs).map((chain) => ({ ...chain, author })));
}
