import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { hkdfExpand, hkdfExtract } from '../../src/domain/hash.ts';
import { deriveKeyPair, sealAuth, sealBase } from '../../src/domain/hpke.ts';
import {
  chachaSeal,
  ed25519KeyPair,
  ed25519Sign,
  hmacSha256,
  sha256,
  sha3256,
  sha512,
  x25519,
  x25519PublicKey,
} from '../../src/domain/sodium.ts';
import {
  nodeChachaSeal,
  nodeEd25519PublicKey,
  nodeEd25519Sign,
  nodeHkdf,
  nodeHmac,
  nodeHpkeSeal,
  nodeX25519,
  nodeX25519PublicKey,
} from './node-crypto.ts';
import { must } from './people.ts';

const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const bytes12 = fc.uint8Array({ minLength: 12, maxLength: 12 });
const message = fc.uint8Array({ maxLength: 600 });

const nodeHash = (name: string, data: Uint8Array) =>
  new Uint8Array(createHash(name).update(data).digest());

test('hashes agree with OpenSSL', () => {
  fc.assert(
    fc.property(message, (data) => {
      expect(sha256(data)).toEqual(nodeHash('sha256', data));
      expect(sha512(data)).toEqual(nodeHash('sha512', data));
      expect(sha3256(data)).toEqual(nodeHash('sha3-256', data));
    }),
  );
});

test('HMAC and HKDF agree with OpenSSL, for keys, salts and outputs of any length', () => {
  fc.assert(
    fc.property(message, message, message, fc.integer({ min: 1, max: 300 }), (a, b, c, length) => {
      expect(hmacSha256(a, b)).toEqual(nodeHmac(a, b));
      expect(hkdfExpand(hkdfExtract(a, b), c, length)).toEqual(nodeHkdf(b, a, c, length));
    }),
  );
});

test('Ed25519 agrees with OpenSSL', () => {
  fc.assert(
    fc.property(bytes32, message, (seed, data) => {
      const { publicKey, secretKey } = ed25519KeyPair(seed);
      expect(publicKey).toEqual(nodeEd25519PublicKey(seed));
      expect(ed25519Sign(secretKey, data)).toEqual(nodeEd25519Sign(seed, data));
    }),
  );
});

test('X25519 agrees with OpenSSL', () => {
  fc.assert(
    fc.property(bytes32, bytes32, (mine, theirs) => {
      expect(x25519PublicKey(mine)).toEqual(nodeX25519PublicKey(mine));
      const theirPublic = x25519PublicKey(theirs);
      expect(x25519(mine, theirPublic)).toEqual(nodeX25519(mine, theirPublic));
    }),
  );
});

test('ChaCha20-Poly1305 agrees with OpenSSL', () => {
  fc.assert(
    fc.property(bytes32, bytes12, message, message, (key, nonce, associated, plaintext) => {
      expect(chachaSeal({ key, nonce, associated }, plaintext)).toEqual(
        nodeChachaSeal(key, nonce, associated, plaintext),
      );
    }),
  );
});

test('HPKE agrees with another writing of the RFC, in both modes', () => {
  fc.assert(
    fc.property(
      fc.record({ seed: bytes32, from: bytes32, to: bytes32, info: message, associated: message }),
      message,
      ({ seed, from, to, info, associated }, plaintext) => {
        const ephemeral = deriveKeyPair(seed).secretKey;
        const recipient = x25519PublicKey(to);
        const sender = { publicKey: x25519PublicKey(from), secretKey: from };
        const common = { recipient, info, associated };
        const random = () => seed;
        expect(must(sealBase(common, plaintext, random))).toEqual(
          nodeHpkeSeal({ ...common, ephemeral, plaintext }),
        );
        expect(must(sealAuth({ ...common, sender }, plaintext, random))).toEqual(
          nodeHpkeSeal({ ...common, ephemeral, plaintext, sender: from }),
        );
      },
    ),
  );
});
