import { Chacha20Poly1305 } from '@hpke/chacha20poly1305';
import { CipherSuite, HkdfSha256, type KemInterface } from '@hpke/core';
import { DhkemX25519HkdfSha256 } from '@hpke/dhkem-x25519';
import { chacha20poly1305, xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { ed25519, x25519 as nobleX25519 } from '@noble/curves/ed25519.js';
import { argon2id as nobleArgon2id } from '@noble/hashes/argon2.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 as nobleSha256, sha512 as nobleSha512 } from '@noble/hashes/sha2.js';
import { sha3_256 } from '@noble/hashes/sha3.js';
import { ml_kem768_x25519 } from '@noble/post-quantum/hybrid.js';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromHex, toHex } from '../../src/domain/bytes.ts';
import { hkdfExpand, hkdfExtract } from '../../src/domain/hash.ts';
import {
  openAuth,
  openBase,
  openXWing,
  sealAuth,
  sealBase,
  sealXWing,
} from '../../src/domain/hpke.ts';
import { verifySignature } from '../../src/domain/signature.ts';
import {
  argon2id,
  chachaOpen,
  chachaSeal,
  ed25519KeyPair,
  ed25519Sign,
  hmacSha256,
  randomBytes,
  sha256,
  sha3256,
  sha512,
  x25519,
  x25519PublicKey,
  xchachaOpen,
  xchachaSeal,
  xwingDecapsulate,
  xwingEncapsulate,
  xwingKeyPair,
} from '../../src/domain/sodium.ts';
import { loadVectors } from '../vectors/load.ts';
import { must } from './people.ts';

/** The noble libraries (audited, plain JavaScript) and a WebCrypto HPKE, over random input. */

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const bytes32 = bytes(32);
const message = fc.uint8Array({ maxLength: 600 });

test('hashes, HMAC and HKDF agree with noble', () => {
  fc.assert(
    fc.property(message, message, message, fc.integer({ min: 1, max: 300 }), (a, b, c, length) => {
      expect(sha256(a)).toEqual(nobleSha256(a));
      expect(sha512(a)).toEqual(nobleSha512(a));
      expect(sha3256(a)).toEqual(sha3_256(a));
      expect(hmacSha256(a, b)).toEqual(hmac(nobleSha256, a, b));
      expect(hkdfExpand(hkdfExtract(a, b), c, length)).toEqual(hkdf(nobleSha256, b, a, c, length));
    }),
  );
});

test('Ed25519 agrees with noble, and so does a refusal of one changed bit', () => {
  fc.assert(
    fc.property(bytes32, message, fc.nat(511), (seed, data, bit) => {
      const { publicKey, secretKey } = ed25519KeyPair(seed);
      const signature = ed25519Sign(secretKey, data);
      expect(publicKey).toEqual(ed25519.getPublicKey(seed));
      expect(signature).toEqual(ed25519.sign(data, seed));
      expect(ed25519.verify(signature, data, publicKey)).toBe(true);
      const changed = signature.slice();
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(ed25519.verify(changed, data, publicKey)).toBe(false);
      expect(verifySignature(publicKey, data, changed)).toBe(false);
    }),
  );
});

test('our rule of signatures takes nothing that RFC 8032 as noble reads it would not', () => {
  const some = fc.oneof(bytes32, fc.constantFrom(...lowOrder()));
  fc.assert(
    fc.property(some, some, bytes32, message, (key, r, s, data) => {
      const signature = new Uint8Array([...r, ...s]);
      if (!verifySignature(key, data, signature)) return;
      expect(ed25519.verify(signature, data, key, { zip215: false })).toBe(true);
    }),
    { numRuns: 300 },
  );
});

function lowOrder(): Uint8Array[] {
  const { tests } = loadVectors('cctv-ed25519') as { readonly tests: readonly { key: string }[] };
  return tests.map(({ key }) => must(fromHex(key)));
}

test('X25519 agrees with noble, for any key of theirs', () => {
  fc.assert(
    fc.property(bytes32, bytes32, (mine, theirs) => {
      expect(x25519PublicKey(mine)).toEqual(nobleX25519.getPublicKey(mine));
      expect(x25519(mine, theirs)).toEqual(nobleAgreement(mine, theirs));
    }),
  );
});

/** Noble throws where an agreement would be zeros. */
function nobleAgreement(mine: Uint8Array, theirs: Uint8Array): Uint8Array | undefined {
  try {
    return nobleX25519.getSharedSecret(mine, theirs);
  } catch {
    return undefined;
  }
}

test('both ciphers agree with noble, in both directions', () => {
  fc.assert(
    fc.property(
      fc.record({ key: bytes32, nonce: bytes(24), associated: message }),
      message,
      ({ key, nonce, associated }, plaintext) => {
        const short = { key, nonce: nonce.subarray(0, 12), associated };
        const sealed = chacha20poly1305(key, short.nonce, associated).encrypt(plaintext);
        expect(chachaSeal(short, plaintext)).toEqual(sealed);
        expect(chachaOpen(short, sealed)).toEqual(plaintext);
        const long = { key, nonce, associated };
        const extended = xchacha20poly1305(key, nonce, associated).encrypt(plaintext);
        expect(xchachaSeal(long, plaintext)).toEqual(extended);
        expect(xchachaOpen(long, extended)).toEqual(plaintext);
      },
    ),
  );
});

test('X-Wing agrees with noble, and so does the secret of a damaged ciphertext', () => {
  fc.assert(
    fc.property(bytes32, bytes(64), fc.nat(1_087), (seed, randomness, where) => {
      const { publicKey, secretKey } = xwingKeyPair(seed);
      expect(publicKey).toEqual(ml_kem768_x25519.keygen(seed).publicKey);
      const ours = xwingEncapsulate(publicKey, randomness);
      const theirs = ml_kem768_x25519.encapsulate(publicKey, randomness);
      expect(ours).toEqual({ ciphertext: theirs.cipherText, secret: theirs.sharedSecret });
      const damaged = theirs.cipherText.slice();
      damaged[where] = (damaged[where] ?? 0) ^ 1;
      expect(xwingDecapsulate(secretKey, damaged)).toEqual(
        ml_kem768_x25519.decapsulate(damaged, seed),
      );
    }),
    { numRuns: 25 },
  );
});

test('Argon2id agrees with noble, which agrees with RFC 9106', () => {
  const known = loadVectors('rfc9106-argon2id') as Readonly<
    Record<'password' | 'salt' | 'secret' | 'associated' | 'output', string>
  > &
    Readonly<Record<'passes' | 'kibibytes' | 'lanes', number>>;
  const [password, salt, key, personalization] = [
    known.password,
    known.salt,
    known.secret,
    known.associated,
  ].map((text) => must(fromHex(text)));
  const cost = { t: known.passes, m: known.kibibytes, p: known.lanes };
  expect(
    toHex(
      nobleArgon2id(password ?? '', salt ?? '', {
        ...cost,
        ...(key === undefined ? {} : { key }),
        ...(personalization === undefined ? {} : { personalization }),
      }),
    ),
  ).toBe(known.output);
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 80 }),
      bytes(16),
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 8, max: 64 }),
      (secret, grains, t, m) => {
        const ours = argon2id(secret, grains, { ops: t, memory: m * 1_024 });
        expect(ours).toEqual(nobleArgon2id(secret, grains, { t, m, p: 1, dkLen: 32 }));
      },
    ),
    { numRuns: 30 },
  );
});

test('HPKE agrees with @hpke/core in both modes: what either seals, the other opens', async () => {
  const suite = new CipherSuite({
    kem: new DhkemX25519HkdfSha256(),
    kdf: new HkdfSha256(),
    aead: new Chacha20Poly1305(),
  });
  const sealings = fc.record({ from: bytes32, to: bytes32, info: message, associated: message });
  await fc.assert(
    fc.asyncProperty(sealings, message, async ({ from, to, info, associated }, plaintext) => {
      const sender = { publicKey: x25519PublicKey(from), secretKey: from };
      const recipient = { publicKey: x25519PublicKey(to), secretKey: to };
      const pairOf = async ({ publicKey, secretKey }: typeof sender) => ({
        publicKey: await suite.kem.deserializePublicKey(publicKey),
        privateKey: await suite.kem.deserializePrivateKey(secretKey),
      });
      const [theirSender, theirRecipient] = [await pairOf(sender), await pairOf(recipient)];
      for (const auth of [false, true]) {
        const senderKey = auth ? { senderKey: theirSender } : {};
        const senderPublicKey = auth ? { senderPublicKey: theirSender.publicKey } : {};
        const sealing = { recipient: recipient.publicKey, info, associated };
        const opening = { recipient, info, associated };

        const sealed = must(
          auth
            ? sealAuth({ ...sealing, sender }, plaintext, randomBytes)
            : sealBase(sealing, plaintext, randomBytes),
        );
        const opened = await suite.open(
          { recipientKey: theirRecipient, enc: sealed.slice(0, 32), info, ...senderPublicKey },
          sealed.slice(32),
          associated,
        );
        expect(new Uint8Array(opened)).toEqual(plaintext);

        const { ct, enc } = await suite.seal(
          { recipientPublicKey: theirRecipient.publicKey, info, ...senderKey },
          plaintext,
          associated,
        );
        const theirs = new Uint8Array([...new Uint8Array(enc), ...new Uint8Array(ct)]);
        expect(
          auth
            ? openAuth({ ...opening, sender: sender.publicKey }, theirs)
            : openBase(opening, theirs),
        ).toEqual({ ok: true, value: plaintext });
      }
    }),
    { numRuns: 40 },
  );
});

/** Noble's X-Wing as a KEM of @hpke/core, for one pair of keys; the suite never looks at key objects. */
function nobleXWing(keys: { readonly publicKey: Uint8Array; readonly seed: Uint8Array }) {
  const notAsked = () => Promise.reject(new Error('not asked for'));
  const kem: KemInterface = {
    id: 0x647a,
    secretSize: 32,
    encSize: 1_120,
    publicKeySize: 1_216,
    privateKeySize: 32,
    serializePublicKey: notAsked,
    deserializePublicKey: notAsked,
    serializePrivateKey: notAsked,
    deserializePrivateKey: notAsked,
    importKey: notAsked,
    generateKeyPair: notAsked,
    deriveKeyPair: notAsked,
    async encap() {
      const { cipherText, sharedSecret } = ml_kem768_x25519.encapsulate(keys.publicKey);
      return { enc: cipherText.slice().buffer, sharedSecret: sharedSecret.slice().buffer };
    },
    async decap({ enc }) {
      const cipherText = ArrayBuffer.isView(enc) ? new Uint8Array(enc.buffer) : new Uint8Array(enc);
      return ml_kem768_x25519.decapsulate(cipherText, keys.seed).slice().buffer;
    },
  };
  return kem;
}

test('HPKE over X-Wing agrees with @hpke/core over noble: what either seals, the other opens', async () => {
  const anyKey = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 128 }, true, [
    'encrypt',
  ]);
  const cases = fc.record({ seed: bytes32, info: message, associated: message });
  await fc.assert(
    fc.asyncProperty(cases, message, async ({ seed, info, associated }, plaintext) => {
      const recipient = xwingKeyPair(seed);
      const suite = new CipherSuite({
        kem: nobleXWing({ publicKey: recipient.publicKey, seed }),
        kdf: new HkdfSha256(),
        aead: new Chacha20Poly1305(),
      });
      const sealing = { recipient: recipient.publicKey, info, associated };
      const sealed = must(sealXWing(sealing, plaintext, randomBytes));
      expect(sealed.length).toBe(1_120 + plaintext.length + 16);
      const opened = await suite.open(
        { recipientKey: anyKey, enc: sealed.slice(0, 1_120), info },
        sealed.slice(1_120),
        associated,
      );
      expect(new Uint8Array(opened)).toEqual(plaintext);

      const { ct, enc } = await suite.seal(
        { recipientPublicKey: anyKey, info },
        plaintext,
        associated,
      );
      const theirs = new Uint8Array([...new Uint8Array(enc), ...new Uint8Array(ct)]);
      const opening = { recipient, info, associated };
      expect(openXWing(opening, theirs)).toEqual({ ok: true, value: plaintext });
      theirs[enc.byteLength] = (theirs[enc.byteLength] ?? 0) ^ 1;
      expect(openXWing(opening, theirs)).toEqual({ ok: false, code: 'undecryptable' });
    }),
    { numRuns: 25 },
  );
});
