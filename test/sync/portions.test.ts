import { describe, expect, it } from 'vitest';
import { createPortions } from '../../src/sync/portions.ts';

const rows = (kind: string, count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: `${kind}${index}`, seq: index }));

describe('what is fetched at once', () => {
  it('is a thousand posts, and a few dozen pieces of files', () => {
    const portions = createPortions();
    expect(portions.first(rows('d', 1_000))).toHaveLength(1_000);
    expect(portions.first(rows('f', 1_000))).toHaveLength(47);
    expect(portions.first([...rows('d', 500), ...rows('f', 500)]).length).toBeLessThan(600);
  });

  it('begins small where nothing tells what is sealed, and learns', () => {
    const portions = createPortions();
    expect(portions.first(rows('e', 1_000))).toHaveLength(64);
    portions.weigh([{ _id: 'e0', _rev: '1-0', c: 'x'.repeat(900) } as never]);
    expect(portions.first(rows('e', 1_000))).toHaveLength(1_000);
    portions.weigh([{ _id: 'e1', _rev: '1-0', c: 'x'.repeat(88_000) } as never]);
    expect(portions.first(rows('e', 1_000))).toHaveLength(47);
  });

  it('is never nothing', () => {
    expect(createPortions().first(rows('f', 1))).toHaveLength(1);
    expect(createPortions().first([])).toEqual([]);
  });
});
