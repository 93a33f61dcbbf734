import { equalBytes } from '../bytes.ts';
import type { DocumentId } from '../document/id.ts';

/** A document's place in the chain of the key that signed it. */
export interface ChainLink {
  readonly id: DocumentId;
  readonly hash: Uint8Array;
  /** The signing key in hex. */
  readonly key: string;
  readonly seq: number;
  readonly prev: Uint8Array | null;
}

/** What one key's chain in a space looks like from here. */
export interface Chain {
  readonly key: string;
  /** Its last document: the highest number, and of several the lowest id. */
  readonly head: { readonly seq: number; readonly id: DocumentId; readonly hash: Uint8Array };
  /** Numbers below the head that are not here: withheld, or still on their way. */
  readonly holes: readonly { readonly from: number; readonly to: number }[];
  /** Numbers that two documents claim, or where a document denies the one before it: a rewritten past. */
  readonly forks: readonly number[];
}

/** The chains that these documents form, by key. Depends on the set only. */
export function chainsOf(links: Iterable<ChainLink>): readonly Chain[] {
  const byKey = new Map<string, ChainLink[]>();
  for (const link of links) {
    const chain = byKey.get(link.key);
    if (chain === undefined) byKey.set(link.key, [link]);
    else chain.push(link);
  }
  return [...byKey]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, chain]) => describe(key, chain));
}

function describe(key: string, links: readonly ChainLink[]): Chain {
  const bySeq = new Map<number, ChainLink[]>();
  for (const link of links) bySeq.set(link.seq, [...(bySeq.get(link.seq) ?? []), link]);
  const holes: { from: number; to: number }[] = [];
  const forks: number[] = [];
  let before: readonly ChainLink[] = [];
  let next = 0;
  for (const [seq, here] of [...bySeq].toSorted(([a], [b]) => a - b)) {
    if (seq > next) holes.push({ from: next, to: seq - 1 });
    const follows = seq === next;
    if (here.length > 1 || (follows && here.some((link) => !continues(link, before))))
      forks.push(seq);
    before = here;
    next = seq + 1;
  }
  const [head] = [...before].toSorted((a, b) => (a.id < b.id ? -1 : 1));
  if (head === undefined) throw new TypeError('a chain holds at least one document');
  return { key, head: { seq: head.seq, id: head.id, hash: head.hash }, holes, forks };
}

function continues(link: ChainLink, before: readonly ChainLink[]): boolean {
  const { prev } = link;
  return prev === null || before.some((earlier) => equalBytes(earlier.hash, prev));
}
