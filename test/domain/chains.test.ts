import { expect, test } from 'vitest';
import { sha256 } from '../../src/domain/sodium.ts';
import { documentId } from '../../src/domain/document/id.ts';
import { chainsOf, type ChainLink } from '../../src/domain/space/chains.ts';
import { utf8 } from '../../src/domain/bytes.ts';
import './people.ts';

/** `a3` is the fourth document of key a, after `a2`; `a3'2x` comes after something called 2x. */
function link(name: string, before?: string): ChainLink {
  const key = name.charAt(0);
  const seq = Number(name.charAt(1));
  const hash = sha256(utf8(name));
  const prev = seq === 0 ? null : sha256(utf8(before ?? `${key}${seq - 1}`));
  return { id: documentId('d', hash), hash, key, seq, prev };
}

const shape = (links: readonly ChainLink[]) =>
  chainsOf(links).map(({ key, head, holes, forks }) => ({ key, head: head.seq, holes, forks }));

test('chains of two keys are two chains', () => {
  expect(shape([link('b0'), link('a1'), link('a0')])).toEqual([
    { key: 'a', head: 1, holes: [], forks: [] },
    { key: 'b', head: 0, holes: [], forks: [] },
  ]);
});

test('holes at the beginning and in the middle are counted, however wide', () => {
  expect(shape([link('a2'), link('a3'), link('a9')])).toEqual([
    {
      key: 'a',
      head: 9,
      holes: [
        { from: 0, to: 1 },
        { from: 4, to: 8 },
      ],
      forks: [],
    },
  ]);
  const far = { ...link('a0'), seq: Number.MAX_SAFE_INTEGER, prev: sha256(utf8('x')) };
  expect(shape([far])[0]?.holes).toEqual([{ from: 0, to: Number.MAX_SAFE_INTEGER - 1 }]);
});

test('two documents of one number are a fork, and so is one that follows neither', () => {
  expect(shape([link('a0'), link('a1'), link('a1x')])[0]?.forks).toEqual([1]);
  expect(shape([link('a0'), link('a1', 'elsewhere')])[0]?.forks).toEqual([1]);
  expect(shape([link('a0'), link('a1'), link('a1x'), link('a2', 'a1x')])[0]?.forks).toEqual([1]);
});

test('of two heads the one with the lower id is taken, in whatever order they come', () => {
  const rivals = [link('a0'), link('a0x')];
  const [lowest] = rivals.map(({ id }) => id).toSorted();
  expect(chainsOf(rivals)[0]?.head.id).toBe(lowest);
  expect(chainsOf(rivals.toReversed())[0]?.head.id).toBe(lowest);
});

test('no documents, no chains', () => {
  expect(chainsOf([])).toEqual([]);
});
