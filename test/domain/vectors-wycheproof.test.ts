import { ed25519 } from '@noble/curves/ed25519.js';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex, utf8 } from '../../src/domain/bytes.ts';
import { hkdfExpand, hkdfExtract } from '../../src/domain/hash.ts';
import { verifySignature } from '../../src/domain/signature.ts';
import {
  chachaOpen,
  chachaSeal,
  equalBytes,
  hmacSha256,
  x25519,
  xchachaOpen,
  xchachaSeal,
} from '../../src/domain/sodium.ts';
import { loadVectors } from '../vectors/load.ts';
import { must } from './people.ts';

/**
 * The edge cases that others have gone wrong in. Each file says which of the published vectors it holds.
 * Where a vector calls something acceptable, the tests say what we do with it.
 */

type Fields<Field extends string> = Readonly<Record<Field, string>>;

interface Flagged {
  readonly flags: readonly string[];
}

interface Numbered {
  readonly tcId: number;
}

interface Tests<T> {
  readonly tests: readonly T[];
}

const bytes = (hex: string) => must(fromHex(hex));

describe('Wycheproof, Ed25519', () => {
  type Vector = Numbered & Fields<'flag' | 'publicKey' | 'message' | 'signature' | 'result'>;
  test.each((loadVectors('wycheproof-ed25519') as Tests<Vector>).tests)(
    '$tcId: $flag is $result',
    (vector) => {
      const { publicKey, message, signature, result } = vector;
      const holds = verifySignature(bytes(publicKey), bytes(message), bytes(signature));
      expect(holds).toBe(result === 'valid');
    },
  );
});

describe('CCTV, Ed25519', () => {
  type Vector = Flagged & { number: number } & Fields<'key' | 'signature' | 'message'>;
  const vectors = (loadVectors('cctv-ed25519') as Tests<Vector>).tests;

  // The deliberate difference: RFC 8032 leaves low-order points to the verifier, ZIP 215 takes all of these.
  test.each(vectors)('$number is refused: $flags', ({ key, signature, message }) => {
    const signed = [bytes(signature), utf8(message), bytes(key)] as const;
    expect(verifySignature(signed[2], signed[1], signed[0])).toBe(false);
  });

  test('another rule takes them, so it is our rule that refuses and no slip in the copies', () => {
    const plain = vectors.filter(({ flags }) => !flags.includes('reencoded_k'));
    const taken = plain.filter(({ key, signature, message }) =>
      ed25519.verify(bytes(signature), utf8(message), bytes(key), { zip215: true }),
    );
    expect(taken.map(({ number }) => number)).toEqual(plain.map(({ number }) => number));
  });

  test('every flag is there, and keys that only a rule about R can refuse', () => {
    const flags = new Set(vectors.flatMap((vector) => vector.flags));
    expect(flags.size).toBe(8);
    const proper = vectors.filter((vector) => !vector.flags.some((flag) => flag.endsWith('_A')));
    expect(proper.map(({ number }) => number)).toEqual([266, 267]);
  });
});

describe('Wycheproof, X25519', () => {
  type Vector = Numbered & Flagged & Fields<'public' | 'private' | 'shared' | 'result'>;
  const vectors = (loadVectors('wycheproof-x25519') as Tests<Vector>).tests;
  const isPredictable = ({ flags }: Flagged) => flags.includes('ZeroSharedSecret');

  // The deliberate difference: an agreement that gives zeros, which RFC 7748 lets pass, is none.
  test.each(vectors.filter(isPredictable))('$tcId is refused: $flags', (vector) => {
    expect(x25519(bytes(vector.private), bytes(vector.public))).toBeUndefined();
  });

  // Points on the twist and other ways of writing a key agree as RFC 7748 says.
  test.each(vectors.filter((vector) => !isPredictable(vector)))(
    '$tcId agrees: $flags',
    (vector) => {
      expect(x25519(bytes(vector.private), bytes(vector.public))).toEqual(bytes(vector.shared));
    },
  );
});

describe.each([
  ['chacha20', chachaSeal, chachaOpen],
  ['xchacha20', xchachaSeal, xchachaOpen],
] as const)('Wycheproof, %s-poly1305', (name, seal, open) => {
  type Vector = Numbered &
    Fields<'flag' | 'key' | 'nonce' | 'associated' | 'message' | 'ciphertext' | 'tag' | 'result'>;
  test.each((loadVectors(`wycheproof-${name}-poly1305`) as Tests<Vector>).tests)(
    '$tcId: $flag is $result',
    (vector) => {
      const input = {
        key: bytes(vector.key),
        nonce: bytes(vector.nonce),
        associated: bytes(vector.associated),
      };
      const sealed = bytes(vector.ciphertext + vector.tag);
      const valid = vector.result === 'valid';
      expect(open(input, sealed)).toEqual(valid ? bytes(vector.message) : undefined);
      expect(toHex(seal(input, bytes(vector.message))) === toHex(sealed)).toBe(valid);
    },
  );
});

type HkdfVector = Numbered & Fields<'secret' | 'salt' | 'info' | 'output'>;
test.each((loadVectors('wycheproof-hkdf-sha256') as Tests<HkdfVector>).tests)(
  'Wycheproof, HKDF: $tcId',
  (vector) => {
    const key = hkdfExtract(bytes(vector.salt), bytes(vector.secret));
    const output = bytes(vector.output);
    expect(hkdfExpand(key, bytes(vector.info), output.length)).toEqual(output);
  },
);

type HmacVector = Numbered & Fields<'key' | 'message' | 'tag' | 'result'>;
test.each((loadVectors('wycheproof-hmac-sha256') as Tests<HmacVector>).tests)(
  'Wycheproof, HMAC: $tcId',
  (vector) => {
    const mac = hmacSha256(bytes(vector.key), bytes(vector.message));
    expect(equalBytes(mac, bytes(vector.tag))).toBe(vector.result === 'valid');
  },
);
