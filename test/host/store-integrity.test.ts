import { expect, test } from 'vitest';
import { crc32c } from '../../native-host/store/integrity/crc32c.ts';
import { unsnap } from '../../native-host/store/integrity/snappy.ts';

// RFC 3720, appendix B.4, and the check value of the Rocksoft catalogue.
test.each([
  [new Uint8Array(32), 0x8a9136aa],
  [new Uint8Array(32).fill(0xff), 0x62a8ab43],
  [Uint8Array.from({ length: 32 }, (_, index) => index), 0x46dd794e],
  [Uint8Array.from({ length: 32 }, (_, index) => 31 - index), 0x113fdb5c],
  [new TextEncoder().encode('123456789'), 0xe3069283],
])('CRC-32C of known bytes', (bytes, expected) => {
  expect(crc32c(bytes)).toBe(expected);
});

test.each([
  ['a literal', '0308616263', 'abc'],
  ['a literal of a long length', `46f045${'61'.repeat(70)}`, 'a'.repeat(70)],
  ['bytes that lead nowhere', '08046162090200', undefined],
  ['a copy of one byte on', '0800610d01', 'a'.repeat(8)],
  ['a copy of two bytes of offset', '0800611a0100', 'a'.repeat(8)],
  ['too short', '0908616263', undefined],
  ['a copy from before the beginning', '0800610d05', undefined],
  ['nothing', '', undefined],
])('Snappy: %s', (_, packed, expected) => {
  const out = unsnap(new Uint8Array(Buffer.from(packed, 'hex')));
  expect(out && Buffer.from(out).toString()).toBe(expected);
});
