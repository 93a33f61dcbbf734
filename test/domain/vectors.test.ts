import { expect, test } from 'vitest';
import {
  addressFromPublicKey,
  parseAddress,
  publicKeyFromAddress,
} from '../../src/domain/address.ts';
import { concat, fromHex, toBase64, toHex } from '../../src/domain/bytes.ts';
import { hkdfExpand, hkdfExtract } from '../../src/domain/hash.ts';
import { deriveKeyPair, openAuth, openBase, sealAuth, sealBase } from '../../src/domain/hpke.ts';
import { expandSeed } from '../../src/domain/identity.ts';
import { verifySignature } from '../../src/domain/signature.ts';
import {
  chachaOpen,
  chachaSeal,
  ed25519KeyPair,
  ed25519Sign,
  x25519,
  x25519PublicKey,
} from '../../src/domain/sodium.ts';
import { loadVectors } from '../vectors/load.ts';
import { must } from './people.ts';

interface Tests<Field extends string> {
  readonly tests: readonly Readonly<Record<Field, string>>[];
}
type Fields<Field extends string> = Readonly<Record<Field, string>>;
type HpkeFields = 'ikmE' | 'pkE' | 'skE' | 'ikmR' | 'pkR' | 'skR' | 'ciphertext';

const ed25519Vectors = loadVectors('rfc8032-ed25519') as Tests<
  'seed' | 'publicKey' | 'message' | 'signature'
>;
const x25519Vectors = loadVectors('rfc7748-x25519') as {
  readonly multiplications: readonly Fields<'scalar' | 'u' | 'result'>[];
  readonly iterated: Fields<'once' | 'thousandTimes'>;
  readonly agreement: Fields<'aliceSecret' | 'alicePublic' | 'bobSecret' | 'bobPublic' | 'shared'>;
};
const hkdfVectors = loadVectors('rfc5869-hkdf-sha256') as Tests<
  'secret' | 'salt' | 'info' | 'extracted' | 'output'
>;
const hpkeVectors = loadVectors('rfc9180-x25519-chacha20poly1305') as Fields<
  'info' | 'plaintext' | 'associated'
> & {
  readonly base: Fields<HpkeFields>;
  readonly auth: Fields<HpkeFields | 'ikmS' | 'pkS' | 'skS'>;
};
const onionVectors = loadVectors('tor-v3-onion') as Tests<
  'seed' | 'publicKey' | 'address' | 'expandedKey'
>;

const bytes = (hex: string) => must(fromHex(hex));

test.each(ed25519Vectors.tests)('RFC 8032: seed $seed', (vector) => {
  const { publicKey, secretKey } = ed25519KeyPair(bytes(vector.seed));
  const message = bytes(vector.message);
  expect(toHex(publicKey)).toBe(vector.publicKey);
  expect(toHex(ed25519Sign(secretKey, message))).toBe(vector.signature);
  expect(verifySignature(publicKey, message, bytes(vector.signature))).toBe(true);
});

test('RFC 7748: X25519', () => {
  const { multiplications, agreement } = x25519Vectors;
  for (const { scalar, u, result } of multiplications) {
    expect(x25519(bytes(scalar), bytes(u))).toEqual(bytes(result));
  }
  expect(toHex(x25519PublicKey(bytes(agreement.aliceSecret)))).toBe(agreement.alicePublic);
  expect(toHex(x25519PublicKey(bytes(agreement.bobSecret)))).toBe(agreement.bobPublic);
  const shared = bytes(agreement.shared);
  expect(x25519(bytes(agreement.aliceSecret), bytes(agreement.bobPublic))).toEqual(shared);
  expect(x25519(bytes(agreement.bobSecret), bytes(agreement.alicePublic))).toEqual(shared);
});

test('RFC 7748: X25519, a thousand times over', () => {
  let u: Uint8Array = new Uint8Array(32);
  u[0] = 9;
  let k = u;
  for (let count = 1; count <= 1_000; count += 1) {
    [k, u] = [x25519(k, u) ?? new Uint8Array(0), k];
    if (count === 1) expect(toHex(k)).toBe(x25519Vectors.iterated.once);
  }
  expect(toHex(k)).toBe(x25519Vectors.iterated.thousandTimes);
});

test('RFC 8439: ChaCha20-Poly1305 opens', () => {
  const { key, nonce, associated, ciphertext, tag, begins } = loadVectors(
    'rfc8439-chacha20-poly1305',
  ) as Fields<'key' | 'nonce' | 'associated' | 'ciphertext' | 'tag' | 'begins'>;
  const input = { key: bytes(key), nonce: bytes(nonce), associated: bytes(associated) };
  const opened = chachaOpen(input, bytes(ciphertext + tag));
  expect(new TextDecoder().decode(opened).startsWith(begins)).toBe(true);
  expect(toHex(chachaSeal(input, opened ?? new Uint8Array(0)))).toBe(ciphertext + tag);
});

test.each(hkdfVectors.tests)('RFC 5869: HKDF to $output', (vector) => {
  const extracted = hkdfExtract(bytes(vector.salt), bytes(vector.secret));
  const output = bytes(vector.output);
  expect(toHex(extracted)).toBe(vector.extracted);
  expect(hkdfExpand(extracted, bytes(vector.info), output.length)).toEqual(output);
});

test('RFC 9180: base mode', () => {
  const { base } = hpkeVectors;
  const common = { info: bytes(hpkeVectors.info), associated: bytes(hpkeVectors.associated) };
  const recipient = deriveKeyPair(bytes(base.ikmR));
  expect(recipient).toEqual({ publicKey: bytes(base.pkR), secretKey: bytes(base.skR) });
  expect(toHex(deriveKeyPair(bytes(base.ikmE)).secretKey)).toBe(base.skE);

  const plaintext = bytes(hpkeVectors.plaintext);
  const sealing = { ...common, recipient: recipient.publicKey };
  const sealed = must(sealBase(sealing, plaintext, () => bytes(base.ikmE)));
  expect(sealed).toEqual(concat(bytes(base.pkE), bytes(base.ciphertext)));
  expect(openBase({ ...common, recipient }, sealed)).toEqual({ ok: true, value: plaintext });
});

test('RFC 9180: auth mode', () => {
  const { auth } = hpkeVectors;
  const common = { info: bytes(hpkeVectors.info), associated: bytes(hpkeVectors.associated) };
  const recipient = deriveKeyPair(bytes(auth.ikmR));
  const sender = deriveKeyPair(bytes(auth.ikmS));
  expect(recipient).toEqual({ publicKey: bytes(auth.pkR), secretKey: bytes(auth.skR) });
  expect(sender).toEqual({ publicKey: bytes(auth.pkS), secretKey: bytes(auth.skS) });

  const plaintext = bytes(hpkeVectors.plaintext);
  const sealing = { ...common, sender, recipient: recipient.publicKey };
  const sealed = must(sealAuth(sealing, plaintext, () => bytes(auth.ikmE)));
  expect(sealed).toEqual(concat(bytes(auth.pkE), bytes(auth.ciphertext)));
  expect(openAuth({ ...common, recipient, sender: sender.publicKey }, sealed)).toEqual({
    ok: true,
    value: plaintext,
  });
});

test.each(onionVectors.tests)('Tor: $address', (vector) => {
  const publicKey = bytes(vector.publicKey);
  const address = addressFromPublicKey(publicKey);
  expect(address).toBe(vector.address);
  expect(parseAddress(vector.address)).toEqual({ ok: true, value: address });
  expect(publicKeyFromAddress(address)).toEqual(publicKey);
  expect(toBase64(expandSeed(bytes(vector.seed)))).toBe(vector.expandedKey);
});
