import { describe, expect, it } from 'vitest';
import { addressGroups, shortAddress } from '../../src/ui/format/address.ts';
import { nameFailure } from '../../src/ui/format/name.ts';
import { sliceOf } from '../../src/ui/format/slice.ts';
import { absoluteTime, dayName, relativeTime, staysTrueFor } from '../../src/ui/format/time.ts';
import { byDay } from '../../src/popup/conversation/by-day.ts';

const address = `${'abcdefgh'.repeat(7)}.onion`;
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const noon = new Date(2026, 10, 22, 12, 0).getTime();

describe('an address', () => {
  it('is short where space is, but keeps its beginning and end', () => {
    expect(shortAddress(address)).toBe('abcdefgh…efgh.onion');
  });

  it('is grouped without losing a letter', () => {
    const groups = addressGroups(address);
    expect(groups).toHaveLength(7);
    expect(groups.join('')).toBe(address);
  });
});

describe('a time', () => {
  it('is said as people say it', () => {
    expect(relativeTime(noon - 20_000, noon, 'en')).toBe('now');
    expect(relativeTime(noon - 3 * minute, noon, 'en')).toBe('3 min. ago');
    expect(relativeTime(noon - 90 * minute, noon, 'en')).toBe('1 hr. ago');
    expect(relativeTime(noon - 30 * hour, noon, 'en')).toBe('yesterday');
    expect(relativeTime(noon - 10 * day, noon, 'en')).toBe('Nov 12');
    expect(relativeTime(noon - 400 * day, noon, 'en')).toContain('2025');
    expect(relativeTime(noon - 30 * hour, noon, 'de')).toBe('gestern');
  });

  it('that lies ahead, by another clock, is now', () => {
    expect(relativeTime(noon + hour, noon, 'en')).toBe('now');
  });

  it('is there in full too', () => {
    expect(absoluteTime(noon, 'en')).toMatch(/^Sunday, November 22, 2026 at 12:00/);
  });

  it('is looked at again no later than it changes by much', () => {
    expect(staysTrueFor(noon - minute, noon)).toBe(minute);
    expect(staysTrueFor(noon - 5 * hour, noon)).toBe(10 * minute);
  });

  it('of a day is today, yesterday, or the date', () => {
    expect(dayName(noon - hour, noon, 'en')).toBe('today');
    expect(dayName(noon - 13 * hour, noon, 'en')).toBe('yesterday');
    expect(dayName(noon - 5 * day, noon, 'en')).toBe('November 17, 2026');
  });
});

describe('messages', () => {
  it('are gathered by day in the order given', () => {
    const message = (id: string, time: number) => ({
      id,
      mine: false,
      kind: 'text' as const,
      text: '',
      time,
    });
    const days = byDay([
      message('a', noon - day),
      message('b', noon - day + hour),
      message('c', noon),
    ]);
    expect(days.map(({ messages }) => messages.map(({ id }) => id))).toEqual([['a', 'b'], ['c']]);
  });
});

describe('an avatar', () => {
  it('is the same for the same address and another for another', () => {
    expect(sliceOf(address)).toEqual(sliceOf(address));
    const others = Array.from({ length: 50 }, (_, index) => `${index}${address.slice(2)}`);
    expect(new Set(others.map((one) => JSON.stringify(sliceOf(one)))).size).toBe(50);
  });
});

describe('a name', () => {
  it('has something in it and is no longer than a name', () => {
    expect(nameFailure('Ada')).toBeUndefined();
    expect(nameFailure('  ')?.code).toBe('name-empty');
    expect(nameFailure('x'.repeat(61))?.code).toBe('name-too-long');
    expect(nameFailure(` ${'x'.repeat(60)} `)).toBeUndefined();
  });
});
