import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { somePositions, wordsBeginning } from '../../src/ui/recovery/choose.ts';

describe('which words are asked for', () => {
  it('are as many as wanted, each once, in their order', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 24 }), (of) => {
        const positions = somePositions(of, 3);
        expect(new Set(positions).size).toBe(3);
        expect(positions).toEqual(positions.toSorted((a, b) => a - b));
        for (const position of positions) {
          expect(position).toBeGreaterThanOrEqual(1);
          expect(position).toBeLessThanOrEqual(of);
        }
      }),
    );
  });
});

describe('what may be meant', () => {
  const words = ['able', 'about', 'above', 'absent', 'zoo'];

  it('begins with what was typed, however it is written', () => {
    expect(wordsBeginning(words, ' ABO')).toEqual(['about', 'above']);
  });

  it('is nothing for a single letter, a whole word, or none of the list', () => {
    for (const typed of ['', 'a', 'about', 'xy']) expect(wordsBeginning(words, typed)).toEqual([]);
  });

  it('is never a long list', () => {
    const many = Array.from({ length: 40 }, (_, index) => `word${index}`);
    expect(wordsBeginning(many, 'wo')).toHaveLength(6);
  });
});
