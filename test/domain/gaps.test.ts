import { describe, expect, it } from 'vitest';
import { documentId, type DocumentId } from '../../src/domain/document/id.ts';
import { hashFor } from '../../src/domain/hash.ts';
import type { PersonKey } from '../../src/domain/membership/operation.ts';
import { utf8 } from '../../src/domain/bytes.ts';
import { entryChains } from '../../src/domain/space/chains-of-entries.ts';
import type { ChainLink } from '../../src/domain/space/chains.ts';
import { type Gap, gapsIn } from '../../src/domain/space/gaps.ts';
import { sodiumReady } from '../../src/domain/sodium.ts';

await sodiumReady();

interface Link extends ChainLink {
  readonly author: PersonKey;
}

const hashOf = (name: string) => hashFor('gap-test', utf8(name));
const idOf = (name: string): DocumentId => documentId('d', hashOf(name));

/** A chain as it was written: each after the one before. */
function chain(author: string, names: readonly string[]): Link[] {
  return names.map((name, seq) => ({
    id: idOf(name),
    hash: hashOf(name),
    author: author as PersonKey,
    key: `${author}-device`,
    seq,
    prev: seq === 0 ? null : hashOf(names[seq - 1] ?? ''),
  }));
}

const ben = chain('ben', ['b0', 'b1', 'b2', 'b3', 'b4', 'b5']);
const cleo = chain('cleo', ['c0', 'c1', 'c2']);

function gaps(links: readonly Link[], posts = links, fromStart = true) {
  const found = gapsIn({ chains: entryChains(links), posts, fromStart });
  return [...found].toSorted(([a], [b]) => (a < b ? -1 : 1));
}
const at = (links: readonly Link[], ...seqs: number[]) =>
  links.filter(({ seq }) => seqs.includes(seq));
const missing = (name: string, count: number): [DocumentId, Gap] => [
  idOf(name),
  { missing: count, forked: false },
];

describe('what is missing of an author', () => {
  it('is nothing where all is here, and in whatever order', () => {
    expect(gaps([...ben, ...cleo])).toEqual([]);
    expect(gaps([...cleo, ...ben].toReversed())).toEqual([]);
  });

  it('is told at the next post of theirs that is here', () => {
    const all = [...at(ben, 0, 3, 5), ...at(cleo, 0, 2)];
    const told = [missing('b3', 2), missing('b5', 1), missing('c2', 1)];
    expect(new Map(gaps(all))).toEqual(new Map(told));
    expect(gaps(all.toReversed())).toEqual(gaps(all));
  });

  it('is told at their last post where what follows is no post, and nowhere if none of theirs is here', () => {
    const links = at(ben, 0, 1, 4);
    expect(gaps(links, at(ben, 0, 1))).toEqual([missing('b1', 2)]);
    expect(gaps(links, [])).toEqual([]);
  });

  it('may be the beginning, where that should be here', () => {
    const links = at(ben, 2, 3);
    expect(gaps(links)).toEqual([missing('b2', 2)]);
    expect(gaps(links, links, false)).toEqual([]);
  });

  it('is not what was written before a newcomer came, although they know what its author did as a member', () => {
    const links = at(ben, 0, 1, 3, 4);
    expect(gaps(links, at(ben, 3, 4), false)).toEqual([]);
    expect(gaps(at(ben, 0, 3, 5), at(ben, 3, 5), false)).toEqual([missing('b5', 1)]);
  });

  it('is their own hole: somebody else who claims their device has another chain', () => {
    const mallory = at(ben, 2).map((link) => ({ ...link, author: 'mallory' as PersonKey }));
    expect(gaps([...at(ben, 0, 1), ...mallory], at(ben, 0, 1))).toEqual([]);
  });
});

describe('a rewritten past', () => {
  it('shows at both that claim one place', () => {
    const other: Link = { ...ben[2]!, id: idOf('other'), hash: hashOf('other') };
    const found = gaps([...at(ben, 0, 1, 2), other]);
    expect(new Map(found)).toEqual(
      new Map([idOf('b2'), idOf('other')].map((id) => [id, { missing: 0, forked: true }])),
    );
  });

  it('shows at the one that denies the one before, and at the next post where that is none', () => {
    const denies: Link = {
      ...ben[3]!,
      id: idOf('denies'),
      hash: hashOf('denies'),
      prev: hashOf('x'),
    };
    const links = [...at(ben, 0, 1, 2), denies];
    expect(gaps(links)).toEqual([[idOf('denies'), { missing: 0, forked: true }]]);
    const after: Link = { ...ben[4]!, prev: denies.hash };
    expect(gaps([...links, after], [...at(ben, 0), after])).toEqual([
      [after.id, { missing: 0, forked: true }],
    ]);
  });
});
