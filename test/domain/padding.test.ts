import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { pad, paddedLength, padTo, unpad, unpadFrom } from '../../src/domain/padding.ts';
import './people.ts';

test('what is padded is unpadded, to lengths that say little', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 5_000 }), (content) => {
      const padded = pad(content);
      expect(padded.length).toBe(paddedLength(content.length + 4));
      expect(unpad(padded)).toEqual({ ok: true, value: content });
    }),
  );
});

test('the length is never shorter, at most 12 % longer above 256, and its own padded length', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000_000 }), (length) => {
      const padded = paddedLength(length);
      expect(padded).toBeGreaterThanOrEqual(Math.max(length, 256));
      expect(paddedLength(padded)).toBe(padded);
      if (length > 256) expect(padded / length).toBeLessThanOrEqual(1.12);
    }),
  );
});

test('10,000 lengths become 85', () => {
  const lengths = new Set(Array.from({ length: 10_000 }, (_, length) => paddedLength(length)));
  expect(lengths.size).toBe(85);
});

test('anything else is refused: another length, a byte that is not zero, a lie about the end', () => {
  const padded = pad(new Uint8Array(290).fill(7));
  expect(unpad(padded.subarray(0, -1)).ok).toBe(false);
  expect(unpad(new Uint8Array(255)).ok).toBe(false);
  const dirty = padded.slice();
  dirty[dirty.length - 1] = 1;
  expect(unpad(dirty)).toEqual({ ok: false, code: 'not-canonical' });
  const lie = padded.slice();
  lie[0] = 0xff;
  expect(unpad(lie)).toEqual({ ok: false, code: 'not-canonical' });
});

test('padded to one size, everything up to four bytes less has that size', () => {
  for (const length of [0, 1, 96]) {
    const content = new Uint8Array(length).fill(7);
    expect(padTo(100, content).length).toBe(100);
    expect(unpadFrom(100, padTo(100, content))).toEqual({ ok: true, value: content });
  }
  expect(unpadFrom(100, padTo(101, new Uint8Array(0))).ok).toBe(false);
  expect(unpadFrom(100, new Uint8Array(100).fill(0xff)).ok).toBe(false);
  expect(unpadFrom(100, padTo(100, new Uint8Array(0)).fill(1, 99)).ok).toBe(false);
});
