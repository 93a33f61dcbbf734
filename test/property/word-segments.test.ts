import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  changeSegment,
  decodeSegment,
  emptySegment,
  encodeSegment,
  findInSegment,
  type Segment,
} from '../../src/domain/search/segment.ts';
import { must } from '../domain/people.ts';

const word = fc.constantFrom('a', 'ab', 'abc', 'b', 'ba', 'garden', 'gard', 'ü', '東京', '京');
const key = fc.integer({ min: 0, max: 300 }).map((number) => `b${number}`);
const change = fc.record({
  removed: fc.uniqueArray(key, { maxLength: 20 }),
  added: fc.dictionary(key, fc.uniqueArray(word), { maxKeys: 200, noNullPrototype: true }),
  restart: fc.boolean(),
});

function fresh(texts: ReadonlyMap<string, ReadonlySet<string>>): Segment {
  return changeSegment(emptySegment, new Set(), texts);
}

it('after any changes and restarts a segment is what it would be if made of what is there now', () => {
  fc.assert(
    fc.property(
      fc.array(change, { maxLength: 8 }),
      fc.array(word, { maxLength: 3 }),
      (changes, wanted) => {
        let segment = emptySegment;
        const model = new Map<string, ReadonlySet<string>>();
        for (const { removed, added, restart } of changes) {
          const adding = new Map(
            Object.entries(added).map(([name, terms]) => [name, new Set(terms)]),
          );
          segment = changeSegment(segment, new Set(removed), adding);
          for (const name of removed) model.delete(name);
          for (const [name, terms] of adding) if (!model.has(name)) model.set(name, terms);
          if (restart) segment = must(decodeSegment(encodeSegment(segment)));
        }
        expect(segment).toEqual(fresh(model));
        const found = [...model].flatMap(([name, terms]) => {
          const all = wanted.every((one) => [...terms].some((term) => term.startsWith(one)));
          return all && wanted.length > 0 ? [name] : [];
        });
        expect(findInSegment(segment, wanted)).toEqual(found);
      },
    ),
  );
});

it('bytes that are no segment are refused, whatever was done to them', () => {
  const whole = encodeSegment(
    fresh(
      new Map([
        ['b1', new Set(['garden', 'noon'])],
        ['b2', new Set(['noon'])],
      ]),
    ),
  );
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => {
      const damaged = whole.slice();
      damaged[at] = byte;
      const decoded = decodeSegment(damaged);
      if (decoded.ok) findInSegment(decoded.value, ['noon']);
      expect(decodeSegment(whole.subarray(0, at)).ok).toBe(false);
    }),
  );
});
