import type { DocumentId } from '../document/id.ts';
import type { PersonKey } from '../membership/operation.ts';
import type { Chain, ChainLink } from './chains.ts';

/** What is wrong with its author's chain at a post. */
export interface Gap {
  /** How many documents of theirs are not here: withheld, or still on their way. */
  readonly missing: number;
  /** Two documents claim this place, or one denies the one before it: a rewritten past. */
  readonly forked: boolean;
}

export interface GapQuestion {
  /** `author` where several people write. */
  readonly chains: readonly (Chain & { readonly author?: PersonKey })[];
  readonly posts: Iterable<ChainLink & { readonly author: PersonKey }>;
  /**
   * Whether all of each chain should be here. Where newcomers can't read the past, only what follows the first post of
   * theirs that is here: the same chain has what they did as members, which newcomers can read from the beginning.
   */
  readonly fromStart: boolean;
}

/**
 * The posts at which something is wrong: what is missing is told at the author's next post that is here, or else
 * at their last. Depends on the set of documents only.
 */
export function gapsIn({ chains, posts, fromStart }: GapQuestion): ReadonlyMap<DocumentId, Gap> {
  const gaps = new Map<DocumentId, Gap>();
  const broken = chains.filter(({ holes, forks }) => holes.length > 0 || forks.length > 0);
  if (broken.length === 0) return gaps;
  const all = [...posts];
  for (const { author, key, holes, forks } of broken) {
    const theirs = all
      .filter((post) => post.key === key && (author === undefined || post.author === author))
      .toSorted((a, b) => a.seq - b.seq || (a.id < b.id ? -1 : 1));
    const at = (seq: number) => theirs.find((post) => post.seq >= seq) ?? theirs.at(-1);
    const note = (post: ChainLink | undefined, { missing, forked }: Gap) => {
      if (post === undefined) return;
      const known = gaps.get(post.id) ?? { missing: 0, forked: false };
      gaps.set(post.id, { missing: known.missing + missing, forked: known.forked || forked });
    };
    for (const { from, to } of holes) {
      if (fromStart || theirs.some((post) => post.seq < from))
        note(at(to), { missing: to - from + 1, forked: false });
    }
    for (const seq of forks) {
      const here = theirs.filter((post) => post.seq === seq);
      for (const post of here.length > 0 ? here : [at(seq)])
        note(post, { missing: 0, forked: true });
    }
  }
  return gaps;
}
