import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dateOf, withToday } from '../../src/background/app/storage/growth.ts';
import { levelOf } from '../../src/background/app/storage/storage-level.ts';
import { sizeInWords } from '../../src/ui/format/bytes.ts';

describe('how full it is', () => {
  const gigabyte = 1_000_000_000;
  it.each([
    ['fine', gigabyte, 0.79 * gigabyte, 10 * gigabyte],
    ['near', gigabyte, 0.8 * gigabyte, 10 * gigabyte],
    ['full', gigabyte, gigabyte, 10 * gigabyte],
    ['full', gigabyte, gigabyte, 1],
    ['disk-low', gigabyte, 0.9 * gigabyte, 1],
    ['disk-low', null, 5, 499_999_999],
    ['fine', null, 100 * gigabyte, undefined],
    ['fine', gigabyte, undefined, undefined],
  ] as const)('is %s', (level, limit, total, free) => {
    expect(levelOf(limit, { total, free })).toBe(level);
  });
});

describe('the days', () => {
  const moment = fc.integer({ min: 0, max: 2_000_000_000_000 });
  it('are in order, one each, the last now, and not more than 400, whatever the clock does', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(moment, fc.nat()), { minLength: 1 }), (looks) => {
        let days: [number, number][] = [];
        for (const [now, bytes] of looks) days = withToday(days, now, bytes);
        const numbers = days.map(([day]) => day);
        expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
        const [now = 0, bytes = 0] = looks.at(-1) ?? [];
        expect(days.at(-1)).toEqual([Math.floor(now / 86_400_000), bytes]);
        expect(days.length).toBeLessThanOrEqual(400);
      }),
    );
  });

  it('are dates', () => {
    expect(dateOf(Math.floor(Date.UTC(2026, 10, 23, 12) / 86_400_000))).toBe('2026-11-23');
  });
});

describe('a size', () => {
  it.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [1_000, '1 kB'],
    [1_540, '1.5 kB'],
    [250_000_000, '250 MB'],
    [5_000_000_000, '5 GB'],
    [7e18, '7,000,000 TB'],
  ])('of %i is %s', (bytes, words) => {
    expect(sizeInWords(bytes, 'en')).toBe(words);
  });
});
