import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyBytes, anyJson, anyText, isAnswer, readEverything } from './outside-input.ts';

test(
  'nothing from outside makes the domain throw or answer outside its list of codes',
  { timeout: 60_000 },
  () => {
    fc.assert(
      fc.property(anyBytes, anyJson, anyText, (bytes, json, text) => {
        expect(readEverything(bytes, json, text).every(isAnswer)).toBe(true);
      }),
      { numRuns: 500 },
    );
  },
);
