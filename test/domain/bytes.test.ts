import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  compareBytes,
  concat,
  equalBytes,
  fromBase32,
  fromBase64,
  fromBase64Url,
  fromHex,
  fromUtf8,
  toBase32,
  toBase64,
  toBase64Url,
  toHex,
  utf8,
} from '../../src/domain/bytes.ts';
import './people.ts';

const bytes = fc.uint8Array({ maxLength: 200 });

test.each([
  ['hex', toHex, fromHex],
  ['base32', toBase32, fromBase32],
  ['base64', toBase64, fromBase64],
  ['base64url', toBase64Url, fromBase64Url],
] as const)('%s: what is written is read, and nothing else is', (_name, write, read) => {
  fc.assert(
    fc.property(bytes, (value) => {
      expect(read(write(value))).toEqual({ ok: true, value });
    }),
  );
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.base64String(), bytes.map(write)), (text) => {
      const decoded = read(text);
      if (decoded.ok) expect(write(decoded.value)).toBe(text);
    }),
  );
});

test('base64 and hex agree with Node', () => {
  fc.assert(
    fc.property(bytes, (value) => {
      expect(toHex(value)).toBe(Buffer.from(value).toString('hex'));
      expect(toBase64(value)).toBe(Buffer.from(value).toString('base64'));
      expect(toBase64Url(value)).toBe(Buffer.from(value).toString('base64url'));
    }),
  );
});

// RFC 4648, section 10, in lower case and without padding.
test.each([
  ['', ''],
  ['f', 'my'],
  ['fo', 'mzxq'],
  ['foo', 'mzxw6'],
  ['foob', 'mzxw6yq'],
  ['fooba', 'mzxw6ytb'],
  ['foobar', 'mzxw6ytboi'],
])('base32 of %j is %j', (text, encoded) => {
  expect(toBase32(utf8(text))).toBe(encoded);
});

test.each([
  ['a character too many', 'AAAAA'],
  ['bits left over', 'AB'],
  ['padding', 'AA=='],
])('base64url refuses %s', (_what, text) => {
  expect(fromBase64Url(text).ok).toBe(false);
});

test('UTF-8 that is none is refused, a byte order mark is kept', () => {
  expect(fromUtf8(Uint8Array.of(0xc3))).toEqual({ ok: false, code: 'malformed' });
  expect(fromUtf8(Uint8Array.of(0xef, 0xbb, 0xbf))).toEqual({ ok: true, value: '\ufeff' });
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(fromUtf8(utf8(text))).toEqual({ ok: true, value: text });
    }),
  );
});

test('equality and order of bytes are those of their hex', () => {
  fc.assert(
    fc.property(bytes, bytes, (a, b) => {
      expect(equalBytes(a, b)).toBe(toHex(a) === toHex(b));
      expect(Math.sign(compareBytes(a, b))).toBe(Math.sign(Buffer.compare(a, b)));
      expect(toHex(concat(a, b))).toBe(toHex(a) + toHex(b));
    }),
  );
});
