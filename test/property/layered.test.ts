import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { LayeredMap, LayeredSet, settled } from '../../src/domain/layered.ts';

type Step =
  { readonly what: 'set' | 'delete'; readonly key: number } | { readonly what: 'clear' | 'draft' };

const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ what: fc.constant('set' as const), key: fc.nat(90) }) },
  { weight: 4, arbitrary: fc.record({ what: fc.constant('delete' as const), key: fc.nat(90) }) },
  { weight: 4, arbitrary: fc.constant({ what: 'draft' as const }) },
  { weight: 1, arbitrary: fc.constant({ what: 'clear' as const }) },
);
const steps = fc.array(step, { maxLength: 300, size: 'max' });

const sorted = <T>(list: Iterable<T>): string[] =>
  [...list].map((one) => JSON.stringify(one)).toSorted();

it('a layered map is what a map would be, and none that was drafted ever changes', () => {
  fc.assert(
    fc.property(steps, (all: Step[]) => {
      let model = new Map<number, number | undefined>();
      let map = LayeredMap.draftOf<number, number | undefined>(new Map());
      const before: [Map<number, number | undefined>, Map<number, number | undefined>][] = [];
      for (const [at, one] of all.entries()) {
        if (one.what === 'set') {
          // Nothing is a value, too.
          const value = at % 5 === 0 ? undefined : at;
          expect(map.set(one.key, value)).toBe(map);
          model.set(one.key, value);
        } else if (one.what === 'delete') expect(map.delete(one.key)).toBe(model.delete(one.key));
        else if (one.what === 'clear') {
          map.clear();
          model.clear();
        } else {
          before.push([map, model]);
          map = LayeredMap.draftOf(map);
          expect(map.isChanged).toBe(false);
          model = new Map(model);
        }
        expect(map.size).toBe(model.size);
      }
      before.push([map, model]);
      for (const [made, expected] of before) {
        expect(sorted(made)).toEqual(sorted(expected));
        expect(sorted(made.keys())).toEqual(sorted(expected.keys()));
        expect(sorted(made.values())).toEqual(sorted(expected.values()));
        made.forEach((value, key) => {
          expect(made.has(key) && expected.has(key)).toBe(true);
          expect(made.get(key)).toBe(expected.get(key));
          expect(value).toBe(expected.get(key));
        });
        for (let key = 0; key <= 90; key += 1) expect(made.get(key)).toBe(expected.get(key));
        expect(new Map(made)).toEqual(expected);
      }
    }),
  );
});

it('a layered set is what a set would be', () => {
  fc.assert(
    fc.property(steps, (all: Step[]) => {
      let model = new Set([1, 2, 3]);
      let set = LayeredSet.draftOf(model);
      model = new Set(model);
      const before: [Set<number>, Set<number>][] = [];
      for (const one of all) {
        if (one.what === 'set') expect(set.add(one.key)).toBe(set);
        if (one.what === 'set') model.add(one.key);
        else if (one.what === 'delete') expect(set.delete(one.key)).toBe(model.delete(one.key));
        else if (one.what === 'clear') {
          set.clear();
          model.clear();
        } else {
          before.push([set, model]);
          set = LayeredSet.draftOf(set);
          model = new Set(model);
        }
      }
      before.push([set, model]);
      for (const [made, expected] of before) {
        expect(made.size).toBe(expected.size);
        expect(sorted(made)).toEqual(sorted(expected));
        expect(sorted(made.values())).toEqual(sorted(expected.values()));
        expect(sorted(made.entries())).toEqual(sorted(expected.entries()));
        expect(sorted(made.keys())).toEqual(sorted(expected.keys()));
        made.forEach((member) => expect(expected.has(member) && made.has(member)).toBe(true));
      }
    }),
  );
});

it('a draft that was not changed is not kept', () => {
  const map = new Map([[1, 2]]);
  expect(settled<ReadonlyMap<number, number>>(map, LayeredMap.draftOf(map))).toBe(map);
  const changed = LayeredMap.draftOf(map).set(2, 3);
  expect(settled<ReadonlyMap<number, number>>(map, changed)).toBe(changed);
  const set = new Set([1]);
  expect(settled<ReadonlySet<number>>(set, LayeredSet.draftOf(set).add(1))).toBe(set);
});
