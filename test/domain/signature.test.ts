import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromHex, toHex } from '../../src/domain/bytes.ts';
import { verifySignature } from '../../src/domain/signature.ts';
import { ed25519KeyPair, ed25519Sign } from '../../src/domain/sodium.ts';
import { must } from './people.ts';

const message = new TextEncoder().encode('a message');
const { publicKey, secretKey } = ed25519KeyPair(new Uint8Array(32).fill(3));
const signature = ed25519Sign(secretKey, message);

/** The order of the prime-order subgroup, 2²⁵² + 27742317777372353535851937790883648493. */
const order = 2n ** 252n + 27742317777372353535851937790883648493n;

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(bytes.toReversed())}`);
}

function toLittleEndian(value: bigint): Uint8Array {
  return must(fromHex(value.toString(16).padStart(64, '0'))).toReversed();
}

test('any changed bit of key, message or signature is noticed', () => {
  const flip = (bytes: Uint8Array, bit: number) => {
    const changed = bytes.slice();
    const index = (bit >> 3) % changed.length;
    changed[index] = (changed[index] ?? 0) ^ (1 << (bit & 7));
    return changed;
  };
  fc.assert(
    fc.property(fc.nat(511), (bit) => {
      expect(verifySignature(flip(publicKey, bit), message, signature)).toBe(false);
      expect(verifySignature(publicKey, flip(message, bit), signature)).toBe(false);
      expect(verifySignature(publicKey, message, flip(signature, bit))).toBe(false);
    }),
  );
});

test('the same signature with S + L is refused, or a copy would have another id', () => {
  const s = littleEndian(signature.subarray(32)) + order;
  const malleated = new Uint8Array([...signature.subarray(0, 32), ...toLittleEndian(s)]);
  expect(verifySignature(publicKey, message, malleated)).toBe(false);
});

// The eight points of small order and the non-canonical ways to write them; every signature would hold for some of them.
test.each([
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0000000000000000000000000000000000000000000000000000000000000080',
  '0000000000000000000000000000000000000000000000000000000000000000',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '0100000000000000000000000000000000000000000000000000000000000080',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
])('a key of small order is no key: %s', (key) => {
  const neutral = new Uint8Array(64);
  neutral[0] = 1;
  expect(verifySignature(must(fromHex(key)), message, neutral)).toBe(false);
  expect(verifySignature(must(fromHex(key)), message, signature)).toBe(false);
});

test('wrong lengths are refused, not thrown', () => {
  expect(verifySignature(publicKey.subarray(1), message, signature)).toBe(false);
  expect(verifySignature(publicKey, message, signature.subarray(1))).toBe(false);
  expect(verifySignature(new Uint8Array(0), message, new Uint8Array(0))).toBe(false);
});

test('a key that was proper once is proper again, however many others came between', () => {
  for (let index = 0; index < 1_100; index += 1) {
    const other = ed25519KeyPair(toLittleEndian(BigInt(index + 1)));
    verifySignature(other.publicKey, message, signature);
  }
  expect(verifySignature(publicKey, message, signature)).toBe(true);
});
