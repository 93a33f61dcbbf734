import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { concat, toBase64Url, utf8 } from '../../src/domain/bytes.ts';
import { encodeCbor, type CborMap } from '../../src/domain/cbor.ts';
import { wrapSealed } from '../../src/domain/document/sealed.ts';
import { assembleSigned, signedBytesOf } from '../../src/domain/document/signed.ts';
import { openRequest } from '../../src/domain/friend/request.ts';
import { deriveKey, domainString } from '../../src/domain/hash.ts';
import { sealAuth, sealXWing } from '../../src/domain/hpke.ts';
import { pad, padTo } from '../../src/domain/padding.ts';
import { refusals } from '../../src/domain/refusal.ts';
import { xchachaSeal } from '../../src/domain/sodium.ts';
import { inboxSpace } from '../../src/domain/space/charter.ts';
import { openVaultEntry, vaultEntryId } from '../../src/domain/vault/seal.ts';
import { blogOf, must, person, seeded } from './people.ts';

/** Someone who holds the right keys seals what this version would never write. */

const alice = person('Alice');
const bob = person('Bob');
const random = seeded('inside');
const from = alice.identity.publicKey;
const to = bob.identity.publicKey;
const refused = (code: string) => ({ ok: false, code });

const { id: inbox } = inboxSpace(to);
const signed = must(signedBytesOf(alice.bundle.document));
const recipient = bob.bundle.encryption;

function innerSeal(content: Uint8Array): Uint8Array {
  const info = concat(domainString('request-inner'), inbox, from, to, assembleSigned(signed).hash);
  return must(sealAuth({ sender: alice.device.encryption, recipient, info }, content, random));
}

function openedRequest(plaintext: Uint8Array) {
  const info = concat(domainString('request'), inbox);
  const { json } = wrapSealed(
    inbox,
    must(sealXWing({ recipient: bob.bundle.sealing, info }, plaintext, random)),
  );
  return openRequest(json, { ...bob.device, address: bob.identity.address });
}

const request: CborMap = { k: 'request', n: 'Alice', o: '', m: 5 };
const move: CborMap = { k: 'moved', n: 'Alice', m: 5, w: to, p: new Uint8Array(64) };
const outer = (inner: Uint8Array, more: CborMap = {}) =>
  padTo(6_144, encodeCbor({ d: signed.header, s: signed.signature, i: inner, ...more }));

test('a request put together by hand opens', () => {
  expect(openedRequest(outer(innerSeal(encodeCbor(request)))).ok).toBe(true);
});

test.each<[string, () => Uint8Array, string]>([
  ['another size', () => padTo(3_000, Uint8Array.of(1)), 'malformed'],
  ['no CBOR outside', () => padTo(6_144, Uint8Array.of(0xff)), 'malformed'],
  ['a field more outside', () => outer(innerSeal(encodeCbor(request)), { z: 1 }), 'unknown-field'],
  ['no header', () => outer(innerSeal(encodeCbor(request)), { d: utf8('no') }), 'malformed'],
  [
    'a bundle whose signature is not right',
    () => outer(innerSeal(encodeCbor(request)), { s: new Uint8Array(64) }),
    'bad-signature',
  ],
  [
    'a document that is no bundle',
    () => {
      const [post] = blogOf(alice, ['hello']).posts;
      const bytes = must(signedBytesOf(post?.header.json ?? alice.bundle.document));
      return outer(innerSeal(encodeCbor(request)), { d: bytes.header, s: bytes.signature });
    },
    'bad-signature',
  ],
  ['an inner seal that is none', () => outer(new Uint8Array(10)), 'malformed'],
  ['no CBOR inside', () => outer(innerSeal(Uint8Array.of(0xff))), 'malformed'],
  [
    'a kind from the future',
    () => outer(innerSeal(encodeCbor({ ...request, k: 'poke' }))),
    'malformed',
  ],
  ['an empty name', () => outer(innerSeal(encodeCbor({ ...request, n: '' }))), 'malformed'],
  [
    'a move without a proof',
    () => outer(innerSeal(encodeCbor({ k: 'moved', n: 'Alice', m: 5 }))),
    'malformed',
  ],
  [
    'a move with a note beside it',
    () => outer(innerSeal(encodeCbor({ ...request, ...move }))),
    'malformed',
  ],
  [
    'a move from a key that is none',
    () => outer(innerSeal(encodeCbor({ ...move, w: new Uint8Array(32).fill(0xff) }))),
    'bad-signature',
  ],
  ['a move that nobody signed', () => outer(innerSeal(encodeCbor(move))), 'bad-signature'],
])('a request with %s is refused', (_what, plaintext, code) => {
  expect(openedRequest(plaintext())).toEqual(refused(code));
});

test('whatever stands in a letter that is sealed as it should be, it opens or is refused', () => {
  const value = fc.oneof(
    fc.constantFrom<CborMap[string]>('request', 'accept', 'moved', 5, 'Alice', '', null),
    fc.uint8Array({ maxLength: 70 }),
    fc.uint8Array({ minLength: 32, maxLength: 32 }),
    fc.uint8Array({ minLength: 64, maxLength: 64 }),
  );
  const key = fc.constantFrom(...'knomwpz'.split(''));
  const changes = fc.dictionary(key, value, { noNullPrototype: true });
  fc.assert(
    fc.property(fc.constantFrom(request, move, {}), changes, (genuine, changed) => {
      const opened = openedRequest(outer(innerSeal(encodeCbor({ ...genuine, ...changed }))));
      expect(opened.ok || refusals.includes(opened.code)).toBe(true);
    }),
  );
});

test.each<[string, Uint8Array, string]>([
  ['no padding', Uint8Array.of(1), 'malformed'],
  ['no CBOR', pad(Uint8Array.of(0xff)), 'malformed'],
  ['no value', pad(encodeCbor({ n: 'x' })), 'malformed'],
])('a vault entry with %s is refused', (_what, padded, code) => {
  const key = random(32);
  const id = vaultEntryId(key, 'x');
  const nonce = random(24);
  const associated = concat(domainString('vault'), utf8(id));
  const cipher = { key: deriveKey(key, 'vault-entry'), nonce, associated };
  const c = toBase64Url(concat(nonce, xchachaSeal(cipher, padded)));
  expect(openVaultEntry(key, { id, c })).toEqual(refused(code));
});
