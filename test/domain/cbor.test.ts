import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromHex, toHex } from '../../src/domain/bytes.ts';
import { decodeCbor, encodeCbor, type Cbor, type CborMap } from '../../src/domain/cbor.ts';
import { must } from './people.ts';

const leaf = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.maxSafeInteger(),
  fc.string({ unit: 'grapheme' }),
  fc.uint8Array(),
);
const map = fc.letrec<{ value: Cbor; map: CborMap }>((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, leaf, fc.array(tie('value'), { maxLength: 4 }), tie('map')),
  map: fc.dictionary(fc.string({ unit: 'grapheme' }), tie('value'), {
    maxKeys: 5,
    noNullPrototype: true,
  }),
})).map;

test('what is written is read', () => {
  fc.assert(
    fc.property(map, (value) => {
      expect(decodeCbor(encodeCbor(value))).toEqual({ ok: true, value });
    }),
  );
});

test('bytes that are read are the only bytes that are written for them', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const decoded = decodeCbor(bytes);
      if (decoded.ok) expect(encodeCbor(decoded.value as CborMap)).toEqual(bytes);
    }),
    { numRuns: 2_000 },
  );
});

test('keys are in the order of their encoding, whatever order they came in', () => {
  expect(toHex(encodeCbor({ bb: 1, a: 2, c: 3 }))).toBe('a361610261630362626201');
});

test.each([
  ['a longer integer than needed', 'a161611801', 'malformed'],
  ['keys in the wrong order', 'a2616201616101', 'not-canonical'],
  ['a key twice', 'a2616101616102', 'malformed'],
  ['an indefinite map', 'bf616101ff', 'malformed'],
  ['a float that is an integer', 'a16161fb3ff0000000000000', 'not-canonical'],
  ['a float longer than needed', 'a16161fb3ff8000000000000', 'not-canonical'],
  ['not a number', 'a16161f97e00', 'malformed'],
  ['undefined', 'a16161f7', 'malformed'],
  ['a tag', 'a16161c101', 'malformed'],
  ['a number key', 'a10101', 'malformed'],
  ['a byte too many', 'a000', 'malformed'],
  ['a length without its bytes', 'a161615affffffff', 'malformed'],
  ['text that is no UTF-8', 'a1616161ff', 'not-canonical'],
  ['nothing', '', 'malformed'],
])('refuses %s', (_what, hex, code) => {
  expect(decodeCbor(must(fromHex(hex)))).toEqual({ ok: false, code });
});

test('a nest as deep as the largest document is refused, not a stack overflow', () => {
  expect(decodeCbor(new Uint8Array(65_536).fill(0x81)).ok).toBe(false);
});

test('what is encoded is nobody else’s: a slice is a copy, and no other bytes lie beside it', () => {
  const bytes = encodeCbor({ b: new Uint8Array(60).fill(1), s: new Uint8Array(64).fill(2) });
  const before = bytes.join();
  bytes.slice().fill(0);
  expect(bytes.join()).toBe(before);
  expect(bytes.buffer.byteLength).toBe(bytes.length);
});
