import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { concat } from '../../src/domain/bytes.ts';
import { checkAtDoor } from '../../src/domain/document/door.ts';
import { wrapSealed } from '../../src/domain/document/sealed.ts';
import { conversationSpace, pairSecret } from '../../src/domain/friend/pair.ts';
import {
  checkMove,
  destinationOf,
  proveMove,
  type MoveProof,
} from '../../src/domain/friend/move.ts';
import { openRequest, sealRequest } from '../../src/domain/friend/request.ts';
import { safetyPhrase } from '../../src/domain/friend/safety-phrase.ts';
import { limits } from '../../src/domain/limits.ts';
import { inboxSpace } from '../../src/domain/space/charter.ts';
import {
  bundleOf,
  must,
  person,
  seeded,
  startTime,
  withNewAddress,
  withNewDevice,
  type Person,
} from './people.ts';

const alice = person('Alice');
const bob = person('Bob');
const mallory = person('Mallory');
const random = seeded('friends');
const refused = (code: string) => ({ ok: false, code });

function request(
  from: Person,
  to: Person,
  more: { kind?: 'accept'; name?: string; note?: string } = {},
) {
  return sealRequest(
    {
      kind: 'request',
      name: from.name,
      note: 'Remember the garden?',
      time: 1_700_000_000_000,
      bundle: from.bundle,
      encryption: from.device.encryption,
      recipient: to.bundle,
      ...more,
    },
    random,
  );
}

const mine = (me: Person) => ({
  encryption: me.device.encryption,
  sealing: me.device.sealing,
  address: me.identity.address,
});

function pair(me: Person, friend: Person): Uint8Array {
  return must(
    pairSecret(
      me.device.encryption.secretKey,
      friend.bundle.encryption,
      me.identity.publicKey,
      friend.identity.publicKey,
    ),
  );
}

const space = conversationSpace(pair(alice, bob), alice.identity.publicKey, bob.identity.publicKey);

test('Alice asks Bob to be friends, and Bob sees who asks', () => {
  const { json } = must(request(alice, bob));
  const inbox = inboxSpace(bob.identity.publicKey);
  expect(checkAtDoor('inbox', json, inbox.name)).toEqual({ ok: true, value: json });
  expect(openRequest(json, mine(bob))).toEqual({
    ok: true,
    value: {
      kind: 'request',
      name: 'Alice',
      note: 'Remember the garden?',
      time: 1_700_000_000_000,
      from: alice.bundle,
    },
  });
});

test('the longest request there may be fits in an inbox', () => {
  const longest = {
    name: '€'.repeat(limits.nameCharacters),
    note: '€'.repeat(limits.noteCharacters),
  };
  const { json } = must(request(alice, bob, longest));
  const inbox = inboxSpace(bob.identity.publicKey);
  expect(checkAtDoor('inbox', json, inbox.name).ok).toBe(true);
  expect(must(openRequest(json, mine(bob)))).toMatchObject(longest);
  const over = { note: 'x'.repeat(limits.noteCharacters + 1) };
  expect(request(alice, bob, over)).toEqual(refused('too-large'));
  expect(request(alice, bob, { name: '' })).toEqual(refused('too-large'));
});

test('nobody is asked or accepted under keys that have expired, but all learn of a move', () => {
  const day = 24 * 3_600_000;
  const away = { ...bob, bundle: bundleOf(bob.identity, bob.device, 0, startTime - 91 * day) };
  expect(request(alice, away)).toEqual(refused('expired'));
  expect(request(alice, away, { kind: 'accept' })).toEqual(refused('expired'));
  const movedAlice = withNewAddress(alice);
  const proof = proveMove(alice.identity, must(destinationOf(movedAlice.bundle)));
  const { json } = must(moved(movedAlice, away, proof));
  expect(must(openRequest(json, mine(bob))).kind).toBe('moved');
});

test('all requests have one size, and nothing in them names anyone', () => {
  const short = must(request(alice, bob, { note: '' })).json;
  const long = must(request(alice, bob, { note: '€'.repeat(limits.noteCharacters) })).json;
  expect(short.c.length).toBe(long.c.length);
  expect(Object.keys(short).toSorted()).toEqual(['_id', '_rev', 'c', 'v']);
});

test("Mallory reads Bob's inbox, but can't open what is in it", () => {
  const { json } = must(request(alice, bob));
  expect(openRequest(json, mine(mallory)).ok).toBe(false);
  const asBob = { ...mine(mallory), address: bob.identity.address };
  expect(openRequest(json, asBob)).toEqual(refused('undecryptable'));
});

test("Bob passes Alice's request on to Mallory, but it is for Bob only", () => {
  const { ciphertext } = must(request(alice, bob));
  const { json } = wrapSealed(inboxSpace(mallory.identity.publicKey).id, ciphertext);
  expect(openRequest(json, mine(mallory))).toEqual(refused('undecryptable'));
});

test("Mallory breaks X25519 some day and has Bob's encryption key, but an old request stays closed", () => {
  const { json } = must(request(alice, bob));
  const broken = { ...mine(mallory), ...bob.device, sealing: mallory.device.sealing };
  expect(openRequest(json, { ...broken, address: bob.identity.address })).toEqual(
    refused('undecryptable'),
  );
});

test("Mallory asks in the name of Alice with Alice's public bundle, but has not Alice's key", () => {
  const forged = sealRequest(
    {
      kind: 'accept',
      name: 'Alice',
      note: '',
      time: 5,
      bundle: alice.bundle,
      encryption: mallory.device.encryption,
      recipient: bob.bundle,
    },
    random,
  );
  expect(openRequest(must(forged).json, mine(bob))).toEqual(refused('undecryptable'));
});

test("Mallory puts Alice's encryption key into a bundle of her own, but can't ask with it", () => {
  const device = { ...mallory.device, encryption: alice.device.encryption };
  const bundle = bundleOf(mallory.identity, device, 9);
  const { json } = must(request({ ...mallory, bundle }, bob));
  expect(openRequest(json, mine(bob))).toEqual(refused('undecryptable'));
});

const movedBob = withNewAddress(bob);
const bobsProof = proveMove(bob.identity, must(destinationOf(movedBob.bundle)));

function moved(from: Person, to: Person, proof: MoveProof) {
  return sealRequest(
    {
      kind: 'moved',
      name: from.name,
      time: 1_700_000_000_000,
      bundle: from.bundle,
      encryption: from.device.encryption,
      recipient: to.bundle,
      proof,
    },
    random,
  );
}

test('Bob changes his address and tells Alice, and she sees from where to where', () => {
  const { json } = must(moved(movedBob, alice, bobsProof));
  expect(json.c.length).toBe(must(request(bob, alice)).json.c.length);
  expect(openRequest(json, mine(alice))).toEqual({
    ok: true,
    value: {
      kind: 'moved',
      name: 'Bob',
      time: 1_700_000_000_000,
      former: bob.identity.address,
      from: movedBob.bundle,
    },
  });
  expect(openRequest(json, mine(mallory)).ok).toBe(false);
});

test("Mallory, who holds Bob's device but not his onion key, can't say where he has moved", () => {
  const thief = { ...withNewAddress(mallory), device: bob.device };
  const there = { ...thief, bundle: bundleOf(thief.identity, bob.device, 1) };
  const to = must(destinationOf(there.bundle));
  const { secretKey } = bob.device.signing;
  const signedByDevice = proveMove({ ...bob.identity, secretKey }, to);
  const signedByHerself = { ...proveMove(mallory.identity, to), former: bob.identity.publicKey };
  for (const proof of [signedByDevice, signedByHerself, bobsProof]) {
    expect(openRequest(must(moved(there, alice, proof)).json, mine(alice))).toEqual(
      refused('bad-signature'),
    );
  }
});

test("Mallory passes Bob's proof on under another bundle of his new address, but it is for one", () => {
  const other = { ...movedBob, bundle: bundleOf(movedBob.identity, mallory.device, 9) };
  const { json } = must(moved({ ...other, device: mallory.device }, alice, bobsProof));
  expect(openRequest(json, mine(alice))).toEqual(refused('bad-signature'));
});

test("Mallory's key of small order proves nothing, and nobody moves to where they are", () => {
  const to = must(destinationOf(movedBob.bundle));
  const weak = Uint8Array.from({ length: 32 }, (_, index) => (index === 0 ? 1 : 0));
  expect(checkMove({ former: weak, signature: new Uint8Array(64) }, to)).toEqual(
    refused('bad-signature'),
  );
  expect(checkMove(proveMove(movedBob.identity, to), to)).toEqual(refused('wrong-author'));
});

test('any changed bit of a proof is refused', () => {
  const to = must(destinationOf(movedBob.bundle));
  expect(checkMove(bobsProof, to)).toEqual({ ok: true, value: bob.identity.address });
  fc.assert(
    fc.property(fc.nat(96 * 8 - 1), (bit) => {
      const changed = concat(bobsProof.former, bobsProof.signature);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const proof = { former: changed.slice(0, 32), signature: changed.slice(32) };
      expect(checkMove(proof, to)).toEqual(refused('bad-signature'));
    }),
  );
});

test('a bundle that is none is refused when the request is made', () => {
  const broken = { ...alice.bundle, document: { ...alice.bundle.document, d: '!' } };
  expect(request({ ...alice, bundle: broken }, bob)).toEqual(refused('malformed'));
  const unsigned = { ...alice.bundle, document: { ...alice.bundle.document, s: '!' } };
  expect(request({ ...alice, bundle: unsigned }, bob)).toEqual(refused('malformed'));
});

test('a key of small order is refused before anything is sealed to it', () => {
  const weak = { ...bob.bundle, encryption: new Uint8Array(32) };
  expect(request(alice, { ...bob, bundle: weak })).toEqual(refused('weak-key'));
  const weakSealing = { ...bob.bundle, sealing: new Uint8Array(1_216) };
  expect(request(alice, { ...bob, bundle: weakSealing })).toEqual(refused('weak-key'));
  expect(
    pairSecret(alice.device.encryption.secretKey, weak.encryption, space.id, space.id),
  ).toEqual(refused('weak-key'));
});

test('both friends find the same conversation', () => {
  const a = alice.identity.publicKey;
  const b = bob.identity.publicKey;
  expect(pair(alice, bob)).toEqual(pair(bob, alice));
  expect(conversationSpace(pair(bob, alice), b, a)).toEqual(space);
});

test('each pair has its own secret, and so has each device', () => {
  expect(pair(alice, bob)).not.toEqual(pair(alice, mallory));
  expect(pair(withNewDevice(alice), bob)).not.toEqual(pair(alice, bob));
});

test('the safety phrase is the same on both sides and another for anybody else', () => {
  const phrase = safetyPhrase(alice.identity.publicKey, bob.identity.publicKey);
  expect(safetyPhrase(bob.identity.publicKey, alice.identity.publicKey)).toBe(phrase);
  expect(phrase).toMatch(/^(\d{5} ){11}\d{5}$/);
  expect(safetyPhrase(alice.identity.publicKey, mallory.identity.publicKey)).not.toBe(phrase);
});
