import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyBytes, anyJson, anyText, isAnswer, readEverything } from './outside-input.ts';

/** 50,000 cases by more than 20 ways in: over a million readings of something from outside. */
test('a million readings of outside input: no throw, no code outside the list', () => {
  fc.assert(
    fc.property(anyBytes, anyJson, anyText, (bytes, json, text) => {
      expect(readEverything(bytes, json, text).every(isAnswer)).toBe(true);
    }),
    { numRuns: 50_000 },
  );
});
