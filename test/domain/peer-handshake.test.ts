import { createHash, hkdfSync } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { concat, equalBytes, utf8 } from '../../src/domain/bytes.ts';
import { decodeCbor, encodeCbor } from '../../src/domain/cbor.ts';
import { tokenHash } from '../../src/domain/peer-handshake/token.ts';
import { dial, nameSelf, openGrant } from '../../src/domain/peer-handshake/dialer.ts';
import {
  finalKeys,
  nameKey,
  openingHash,
  transcriptHash,
} from '../../src/domain/peer-handshake/secrets.ts';
import { answer, grant } from '../../src/domain/peer-handshake/server.ts';
import {
  makeTransportKey,
  openTransportKey,
  transportStatementBytes,
} from '../../src/domain/peer-handshake/transport-key.ts';
import { refusals } from '../../src/domain/refusal.ts';
import { makeStatement } from '../../src/domain/statement.ts';
import { must, person, seeded, type Person } from './people.ts';

const now = 1_700_000_000_000;
const hour = 3_600_000;
const random = seeded('peer handshake');
const refused = (code: string) => ({ ok: false, code });

function self(person: Person, madeAt = now) {
  const making = { owner: person.identity.publicKey, signer: person.device.signing, now: madeAt };
  return { publicKey: person.identity.publicKey, transport: makeTransportKey(making, random) };
}

const speaker = ({ identity, bundle }: Person) => ({
  publicKey: identity.publicKey,
  device: bundle.device,
});

const alice = person('Alice');
const bob = person('Bob');
const mallory = person('Mallory');
const asAlice = self(alice);
const asBob = self(bob);
const asMallory = self(mallory);
const people = [alice, bob, mallory];
const deviceOf = (publicKey: Uint8Array) =>
  people.find(({ identity }) => equalBytes(identity.publicKey, publicKey))?.bundle.device;
const granting = { self: asBob, deviceOf, now, until: now + hour };
const toBob = { self: asAlice, server: speaker(bob), now };

function handshake(naming = toBob, serving = granting) {
  const dialing = dial(random);
  const answered = must(answer(serving.self, dialing.message, random));
  const named = must(nameSelf(dialing, answered.message, naming));
  return { dialing, answered, named, granted: grant(answered, named.message, serving, random) };
}

test('Alice dials Bob, each knows who the other is, and she holds a token he knows the hash of', () => {
  const { named, granted } = handshake();
  const { dialer, message, tokenHash: hash, until } = must(granted);
  expect(dialer).toEqual(alice.identity.publicKey);
  const { token, until: mine } = must(openGrant(named, message));
  expect(tokenHash(token)).toBe(hash);
  expect([until, mine]).toEqual([now + hour, now + hour]);
});

test("the server's hash of a token is the plain SHA-256 of its text", () => {
  const digest = createHash('sha256').update('a token').digest('base64url');
  expect(tokenHash('a token')).toBe(digest);
});

test('each token is new', () => {
  const tokens = [handshake(), handshake()].map(
    ({ named, granted }) => must(openGrant(named, must(granted).message)).token,
  );
  expect(new Set(tokens).size).toBe(2);
});

test('Mallory dials in the name of Alice, but has not the transport key of Alice', () => {
  const stolenName = {
    ...asAlice,
    transport: { ...asAlice.transport, keys: asMallory.transport.keys },
  };
  expect(handshake({ ...toBob, self: stolenName }).granted).toEqual(refused('undecryptable'));
  const ownKey = { ...asAlice, transport: asMallory.transport };
  expect(handshake({ ...toBob, self: ownKey }).granted).toEqual(refused('bad-signature'));
});

test('Mallory answers in the name of Bob, but can neither read who dials nor grant anything', () => {
  const pretending = {
    ...asBob,
    transport: { ...asBob.transport, keys: asMallory.transport.keys },
  };
  expect(handshake(toBob, { ...granting, self: pretending }).granted).toEqual(
    refused('undecryptable'),
  );
  const dialing = dial(random);
  const answered = must(answer(asMallory, dialing.message, random));
  expect(nameSelf(dialing, answered.message, toBob)).toEqual(refused('bad-signature'));
});

test("Mallory passes Alice's dialling on to Bob, but it was for Mallory", () => {
  const dialing = dial(random);
  const answered = must(answer(asBob, dialing.message, random));
  // Alice means to have dialled Mallory, who shows Bob's key as her own.
  const naming = { ...toBob, server: speaker(mallory) };
  expect(nameSelf(dialing, answered.message, naming)).toEqual(refused('bad-signature'));
  const certified = makeTransportKey(
    { owner: mallory.identity.publicKey, signer: mallory.device.signing, now },
    () => asBob.transport.keys.secretKey,
  );
  const relayed = must(answer({ ...asMallory, transport: certified }, dialing.message, random));
  const named = must(nameSelf(dialing, relayed.message, naming));
  expect(grant(answered, named.message, granting, random)).toEqual(refused('undecryptable'));
});

test('a recorded name is no use with another answer', () => {
  const { named } = handshake();
  const again = must(answer(asBob, dial(random).message, random));
  expect(grant(again, named.message, granting, random)).toEqual(refused('undecryptable'));
});

test('who is not known, or shows a key of yesterday, is refused', () => {
  const nobody = { ...granting, deviceOf: () => undefined };
  expect(handshake(toBob, nobody).granted).toEqual(refused('unknown-peer'));
  const yesterday = { ...toBob, self: self(alice, now - 25 * hour) };
  expect(handshake(yesterday).granted).toEqual(refused('expired'));
  const { statement } = asAlice.transport;
  expect(openTransportKey(statement, speaker(alice), now - hour)).toEqual(refused('expired'));
  expect(openTransportKey(statement, speaker(alice), now - 60_000).ok).toBe(true);
  expect(statement.length).toBeLessThanOrEqual(transportStatementBytes);
});

test('a statement for another purpose is no transport key, and neither is one of small order', () => {
  const content = { k: new Uint8Array(32), f: now, u: now };
  const { device, identity } = alice;
  const made = (purpose: string) =>
    makeStatement(purpose, identity.publicKey, device.signing, content);
  expect(openTransportKey(made('pre-key'), speaker(alice), now)).toEqual(refused('bad-signature'));
  expect(openTransportKey(made('transport-key'), speaker(alice), now)).toEqual(refused('weak-key'));
});

test('keys of small order are refused on both sides', () => {
  const zeros = new Uint8Array(32);
  expect(answer(asBob, encodeCbor({ v: 1, e: zeros }), random)).toEqual(refused('weak-key'));
  const weak = encodeCbor({ e: zeros, c: asBob.transport.statement });
  expect(nameSelf(dial(random), weak, toBob)).toEqual(refused('weak-key'));
});

test('nobody on the way learns who dials: the messages name only the one who is dialled', () => {
  const { dialing, answered, named, granted } = handshake();
  const all = Buffer.from(
    concat(dialing.message, answered.message, named.message, must(granted).message),
  );
  expect(all.includes(Buffer.from(alice.identity.publicKey))).toBe(false);
  expect(all.includes(Buffer.from(asAlice.transport.keys.publicKey))).toBe(false);
});

test('any byte that is changed on the way ends the handshake', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('hello', 'answer', 'name', 'grant'),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (what, where, flip) => {
        const pass = (which: string, bytes: Uint8Array) => {
          const changed = bytes.slice();
          const place = where % bytes.length;
          if (which === what) changed[place] = (changed[place] ?? 0) ^ flip;
          return changed;
        };
        const dialing = dial(random);
        const answered = answer(asBob, pass('hello', dialing.message), random);
        if (!answered.ok) return;
        const named = nameSelf(dialing, pass('answer', answered.value.message), toBob);
        if (!named.ok) return;
        const granted = grant(answered.value, pass('name', named.value.message), granting, random);
        if (!granted.ok) return;
        expect(what).toBe('grant');
        expect(openGrant(named.value, pass('grant', granted.value.message)).ok).toBe(false);
      },
    ),
  );
});

test('noise is refused with a code at every step', () => {
  const { dialing, answered, named } = handshake();
  const noise = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc
      .dictionary(fc.constantFrom('v', 'e', 'c', 'n', 'p'), fc.uint8Array({ maxLength: 40 }), {
        noNullPrototype: true,
      })
      .map(encodeCbor),
  );
  fc.assert(
    fc.property(noise, (bytes) => {
      for (const result of [
        answer(asBob, bytes, random),
        nameSelf(dialing, bytes, toBob),
        grant(answered, bytes, granting, random),
        openGrant(named, bytes),
        openTransportKey(bytes, speaker(bob), now),
      ]) {
        expect(result.ok || refusals.includes(result.code)).toBe(true);
        expect(result.ok).toBe(false);
      }
    }),
  );
});

test('OpenSSL derives the same keys from the same agreements', () => {
  const part = () => random(32);
  const opening = {
    server: part(),
    dialerEphemeral: part(),
    serverEphemeral: part(),
    serverStatement: random(100),
  };
  const sha = (...parts: Uint8Array[]) =>
    new Uint8Array(
      createHash('sha256')
        .update(concat(...parts))
        .digest(),
    );
  const { server, dialerEphemeral, serverEphemeral, serverStatement } = opening;
  const hash = openingHash(opening);
  expect(hash).toEqual(
    sha(utf8('n25/peer-opening/v1\0'), server, dialerEphemeral, serverEphemeral, serverStatement),
  );
  const transcript = transcriptHash(hash, server, serverStatement);
  expect(transcript).toEqual(sha(utf8('n25/peer-transcript/v1\0'), hash, server, serverStatement));
  const [ee, se, de] = [part(), part(), part()];
  const hkdf = (secret: Uint8Array, info: Uint8Array, length: number) =>
    new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(0), info, length));
  expect(nameKey(hash, ee, se)).toEqual(
    hkdf(concat(ee, se), concat(utf8('n25/peer-name/v1\0'), hash), 32),
  );
  const { toServer, toDialer } = finalKeys(transcript, ee, se, de);
  expect(concat(toServer, toDialer)).toEqual(
    hkdf(concat(ee, se, de), concat(utf8('n25/peer-keys/v1\0'), transcript), 64),
  );
});

test('messages are CBOR that says no more than it must', () => {
  const { dialing, answered, named } = handshake();
  const fieldsOf = (bytes: Uint8Array) => Object.keys(must(decodeCbor(bytes)) as object);
  expect(fieldsOf(dialing.message)).toEqual(['e', 'v']);
  expect(fieldsOf(answered.message)).toEqual(['c', 'e']);
  expect(fieldsOf(named.message)).toEqual(['n', 'p']);
});
