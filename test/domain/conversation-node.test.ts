import { createDecipheriv, createHmac, hkdfSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { concat, equalBytes, utf8 } from '../../src/domain/bytes.ts';
import { nextKey, rootStep } from '../../src/domain/conversation/chain-keys.ts';
import { ratchetOfInitiator, ratchetSeal } from '../../src/domain/conversation/ratchet.ts';
import { encodeStart, initiate } from '../../src/domain/conversation/start.ts';
import { sha256, x25519PublicKey, xwingDecapsulate } from '../../src/domain/sodium.ts';
import { preKeyOf } from './conversation-people.ts';
import { nodeX25519 } from './node-crypto.ts';
import { must, person, seeded } from './people.ts';

/** The start and the ratchet once more, by Node's OpenSSL, from the text of the specification. */

const alice = person('Alice');
const bob = person('Bob');
const random = seeded('second implementation');
const hmac = (key: Uint8Array, message: Uint8Array) =>
  new Uint8Array(createHmac('sha256', key).update(message).digest());
const hkdf = (secret: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number) =>
  new Uint8Array(hkdfSync('sha256', secret, salt, info, length));
const expand = (key: Uint8Array, info: Uint8Array) => {
  const first = hmac(key, concat(info, Uint8Array.of(1)));
  return concat(first, hmac(key, concat(first, info, Uint8Array.of(2))));
};

test('Bob with OpenSSL works out the secrets that Alice started with', () => {
  const preKey = preKeyOf(bob);
  const offer = {
    id: preKey.id,
    agreement: preKey.agreement.publicKey,
    encapsulation: preKey.encapsulation.publicKey,
    from: 0,
    until: 1,
  };
  const [spaceId, a, b] = [random(32), alice.identity.publicKey, bob.identity.publicKey];
  const mine = alice.device.encryption;
  const theirs = bob.device.encryption;
  const route = { spaceId, initiator: a, responder: b };
  const { block, started } = must(
    initiate({ route, mine, theirs: theirs.publicKey, offer }, random),
  );
  const agreed = concat(
    new Uint8Array(32).fill(0xff),
    nodeX25519(preKey.agreement.secretKey, mine.publicKey),
    nodeX25519(theirs.secretKey, block.ephemeral),
    nodeX25519(preKey.agreement.secretKey, block.ephemeral),
    xwingDecapsulate(preKey.encapsulation.secretKey, block.ciphertext) ?? random(0),
  );
  const people = concat(spaceId, a, b, mine.publicKey, theirs.publicKey);
  const id = sha256(concat(utf8('n25/session-id/v1\0'), people, encodeStart(block)));
  expect(started.sessionId).toEqual(id);
  const derived = hkdf(agreed, random(0), concat(utf8('n25/session/v1\0'), id), 96);
  const { root, initiatorHeaderKey, responderHeaderKey } = started;
  expect(concat(root, initiatorHeaderKey, responderHeaderKey)).toEqual(derived);
});

test('OpenSSL takes the same steps in both chains and opens the first message', () => {
  const started = {
    sessionId: random(32),
    root: random(32),
    initiatorHeaderKey: random(32),
    responderHeaderKey: random(32),
  };
  const secret = random(32);
  const ratchet = must(ratchetOfInitiator(started, x25519PublicKey(secret), random));
  const agreed = nodeX25519(secret, ratchet.own.publicKey);
  const step = hkdf(agreed, started.root, utf8('n25/ratchet-root/v1\0'), 96);
  const { root, chain, nextHeader } = rootStep(started.root, agreed);
  expect(concat(root, chain, nextHeader)).toEqual(step);
  const first = nextKey({ headerKey: root, key: chain, next: 0 });
  expect(first.messageKey).toEqual(hmac(chain, Uint8Array.of(1)));
  expect(first.chain.key).toEqual(hmac(chain, Uint8Array.of(2)));
  const associated = utf8('bound');
  const { sealed } = must(ratchetSeal(ratchet, associated, utf8('hello'), random));
  const keys = expand(first.messageKey, utf8('n25/ratchet-message/v1\0'));
  const decipher = createDecipheriv(
    'chacha20-poly1305',
    keys.subarray(0, 32),
    keys.subarray(32, 44),
    {
      authTagLength: 16,
    },
  );
  decipher.setAAD(concat(associated, sealed.subarray(0, 80)), { plaintextLength: 5 });
  decipher.setAuthTag(sealed.subarray(-16));
  const plaintext = new Uint8Array([
    ...decipher.update(sealed.subarray(80, -16)),
    ...decipher.final(),
  ]);
  expect(equalBytes(plaintext, utf8('hello'))).toBe(true);
});
