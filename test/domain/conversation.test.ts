import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareBytes, fromHex, toHex } from '../../src/domain/bytes.ts';
import { makeContent } from '../../src/domain/conversation/content.ts';
import { textKind } from '../../src/domain/conversation-kinds/text.ts';
import { ratchetOfInitiator } from '../../src/domain/conversation/ratchet.ts';
import { sealInSession, startIdOf } from '../../src/domain/conversation/session.ts';
import { refusals } from '../../src/domain/refusal.ts';
import {
  x25519PublicKey,
  xwingDecapsulate,
  xwingEncapsulate,
  xwingKeyPair,
} from '../../src/domain/sodium.ts';
import { loadVectors } from '../vectors/load.ts';
import {
  afterRestore,
  conversationLimits,
  sendMessage,
  withoutFiled,
} from '../../src/domain/conversation/conversation.ts';
import { openPreKey } from '../../src/domain/conversation/pre-key.ts';
import { respond, startBlockBytes } from '../../src/domain/conversation/start.ts';
import { decodeConversation, encodeConversation } from '../../src/domain/conversation/stored.ts';
import { wrapSealed } from '../../src/domain/document/sealed.ts';
import { limits } from '../../src/domain/limits.ts';
import {
  exchange,
  hear,
  offerOf,
  preKeyOf,
  say,
  startTime,
  talker,
  textOf,
  tryHear,
  type Talker,
} from './conversation-people.ts';
import { must, person, withNewDevice } from './people.ts';

const alice = person('Alice');
const bob = person('Bob');
const mallory = person('Mallory');
const refused = (code: string) => ({ ok: false, code });
const day = 24 * 3_600_000;

function strangers(): readonly [Talker, Talker] {
  return [talker(alice, bob), talker(bob, alice)];
}

/** Alice has started and Bob has answered. */
function acquainted(): readonly [Talker, Talker] {
  const [a1, b1] = exchange(...strangers(), 'Hello, Bob');
  const [b2, a2] = exchange(b1, a1, 'Hello, Alice');
  return [a2, b2];
}

const lowerFirst = compareBytes(alice.identity.publicKey, bob.identity.publicKey) < 0;

test('Alice starts while Bob is away, and both go on talking', () => {
  let [a, b] = acquainted();
  for (const text of ['one', 'two', 'three']) {
    [a, b] = exchange(a, b, text);
    [b, a] = exchange(b, a, `${text} too`);
  }
  expect(a.conversation.journal.map(({ message }) => textOf(message))).toEqual(
    b.conversation.journal.map(({ message }) => textOf(message)),
  );
  expect(a.conversation.sessions.length).toBe(1);
});

test('until Bob answers, any one of the messages is enough for him to begin', () => {
  const [a0, b0] = strangers();
  const [a1, first] = say(a0, b0, 'first');
  const [a2, second] = say(a1, b0, 'second');
  const [b1, text] = hear(b0, a2, second);
  expect(text).toBe('second');
  expect(hear(b1, a2, first)[1]).toBe('first');
  const [, answered] = exchange(b1, a2, 'got it');
  const [, third] = say(answered, b1, 'third');
  expect(second.ciphertext.length - third.ciphertext.length).toBe(startBlockBytes);
});

test('a message is read once: Mallory brings it again, and it is refused', () => {
  const [a0, b0] = acquainted();
  const [a1, sealed] = say(a0, b0, 'pay 10');
  const [b1] = hear(b0, a1, sealed);
  expect(tryHear(b1, a1, sealed.json)).toEqual(refused('already-read'));
  const [a2, later] = say(a1, b1, 'overtaken');
  const [a3, last] = say(a2, b1, 'overtaking');
  const [b2] = hear(b1, a3, last);
  const [b3] = hear(b2, a3, later);
  expect(tryHear(b3, a3, later.json).ok).toBe(false);
});

test("Alice can't open what she has sent: her copy is in the journal that her state is written with", () => {
  const [a, b] = acquainted();
  const [after, sealed] = say(a, b, 'mine');
  expect(tryHear(after, b, sealed.json)).toEqual(refused('undecryptable'));
  const entry = after.conversation.journal.at(-1);
  expect(entry).toMatchObject({ direction: 'sent', message: { kind: 'text' } });
  expect(entry && textOf(entry.message)).toBe('mine');
  expect(entry?.ciphertext).toEqual(sealed.ciphertext);
});

test('state and journal are one value that the vault gives back as it was', () => {
  let [a, b] = acquainted();
  const [a1, lost] = say(a, b, 'late');
  [a, b] = exchange(a1, b, 'early');
  for (const { conversation } of [a, b, talker(alice, bob), say(...strangers(), 'x')[0]]) {
    const stored = encodeConversation(conversation);
    const again = must(decodeConversation(stored));
    expect(again).toEqual(conversation);
    expect(encodeConversation(again)).toEqual(stored);
  }
  const reborn = {
    ...b,
    conversation: must(decodeConversation(encodeConversation(b.conversation))),
  };
  expect(hear(reborn, a, lost)[1]).toBe('late');
});

test('what is filed leaves the journal and nothing else does', () => {
  const [{ conversation }] = acquainted();
  const [first, second] = conversation.journal;
  const after = withoutFiled(conversation, new Set([first?.message.id ?? '']));
  expect(after).toEqual({ ...conversation, journal: [second] });
});

test('of two starts that cross, both sides take that of the lower onion key', () => {
  const [a0, b0] = strangers();
  const [a1, fromAlice] = say(a0, b0, 'from Alice');
  const [b1, fromBob] = say(b0, a0, 'from Bob');
  const [a2, heardByAlice] = hear(a1, b1, fromBob);
  const [b2, heardByBob] = hear(b1, a1, fromAlice);
  expect([heardByAlice, heardByBob]).toEqual(['from Bob', 'from Alice']);
  const [ofAlice, ofBob] = [a2, b2].map(({ conversation }) => conversation.sessions[0]);
  expect(ofAlice?.id).toEqual(ofBob?.id);
  expect(ofAlice?.initiator).toBe(lowerFirst ? 'me' : 'friend');
  const [a3, b3] = exchange(a2, b2, 'so it is');
  exchange(b3, a3, 'so it is');
});

test('a start that crossed and comes late, after an answer, changes nothing any more', () => {
  const [x0, y0] = lowerFirst ? strangers() : [...strangers()].toReversed();
  if (x0 === undefined || y0 === undefined) throw new Error('two people');
  const [x1, fromLower] = say(x0, y0, 'from the lower');
  const [y1, fromHigher] = say(y0, x0, 'from the higher');
  const [y2] = hear(y1, x1, fromLower);
  const [y3, x2] = exchange(y2, x1, 'I go with yours');
  const [x3, text] = hear(x2, y3, fromHigher);
  expect(text).toBe('from the higher');
  expect(x3.conversation.sessions[0]?.id).toEqual(y3.conversation.sessions[0]?.id);
});

test('Alice restores a backup: a new device, a new session, and Bob follows', () => {
  const [before, b0] = acquainted();
  const device = withNewDevice(before.person);
  const restored: Talker = {
    person: device,
    preKeys: [preKeyOf(device)],
    conversation: afterRestore(before.conversation),
  };
  const [b1, toOld] = say(b0, before, 'to the old device');
  expect(tryHear(restored, b1, toOld.json)).toEqual(refused('undecryptable'));
  const [a1, b2] = exchange(restored, b1, 'it is me again');
  const [b3, a2] = exchange(b2, a1, 'welcome back');
  expect(b3.conversation.sessions[0]?.id).toEqual(a2.conversation.sessions[0]?.id);
  // What the old device sent and arrives late is still read.
  const [old, late] = say(before, b0, 'sent before the restore');
  expect(hear(b3, old, late)[1]).toBe('sent before the restore');
});

test('Bob learns from the bundle alone that Alice has restored, and starts anew himself', () => {
  const [before, b0] = acquainted();
  const device = withNewDevice(before.person);
  const restored: Talker = {
    person: device,
    preKeys: [preKeyOf(device)],
    conversation: afterRestore(before.conversation),
  };
  const [b1, a1] = exchange(b0, restored, 'are you there?');
  expect(b1.conversation.sessions[0]?.initiator).toBe('me');
  exchange(a1, b1, 'yes');
});

test('Alice has lost her sessions but not her keys: her later start takes over', () => {
  const [before, b0] = acquainted();
  const again = { ...before, conversation: afterRestore(before.conversation) };
  const [a1, b1] = exchange(again, b0, 'again');
  expect(b1.conversation.sessions[0]?.id).toEqual(a1.conversation.sessions[0]?.id);
  expect(b1.conversation.sessions.length).toBe(2);
});

test("Mallory brings Alice's start again when Bob has long closed the session", () => {
  const [a0, b0] = strangers();
  const [a1, start] = say(a0, b0, 'start');
  const [b1] = hear(b0, a1, start);
  const closed = { ...b1, conversation: afterRestore(b1.conversation) };
  expect(tryHear(closed, a1, start.json)).toEqual(refused('replayed-start'));
  const forgetful = { ...talker(bob, alice), preKeys: [preKeyOf(bob)] };
  expect(tryHear(forgetful, a1, start.json)).toEqual(refused('unknown-pre-key'));
});

test('Bob keeps a few sessions and remembers their starts, and forgets both in time', () => {
  let b = talker(bob, alice);
  for (let round = 0; round < 6; round += 1) [, b] = exchange(talker(alice, bob), b, 'again');
  expect(b.conversation.sessions.length).toBe(conversationLimits.sessions);
  expect(b.conversation.usedStarts.length).toBe(6);
  const rotated = { ...b, preKeys: [preKeyOf(bob)] };
  const [, after] = exchange(talker(alice, bob), rotated, 'with the new pre-key');
  expect(after.conversation.usedStarts.length).toBe(1);
});

test('Alice starts more sessions than Bob remembers, and he answers no more of them', () => {
  const [a, b] = strangers();
  const [sender, start] = say(a, b, 'one too many');
  const preKeyId = offerOf(b).id;
  const usedStarts = Array.from({ length: conversationLimits.usedStarts }, (_, index) => ({
    preKeyId,
    startId: new Uint8Array(32).fill(index),
  }));
  const full = { ...b, conversation: { ...b.conversation, usedStarts } };
  expect(tryHear(full, sender, start.json)).toEqual(refused('too-large'));
});

test('Mallory starts a conversation in the name of Alice, but has not the key of Alice', () => {
  const b = talker(bob, alice);
  const forger = { ...talker(alice, bob), person: { ...alice, device: mallory.device } };
  const [, sealed] = say(forger, b, 'It is me, Alice');
  expect(tryHear(b, talker(alice, bob), sealed.json)).toEqual(refused('undecryptable'));
});

test('Mallory takes the start off a message, or moves it to another conversation', () => {
  const [a0, b0] = strangers();
  const [a1, first] = say(a0, b0, 'first');
  const [, second] = say(a1, b0, 'second');
  const [b1] = hear(b0, a1, first);
  const { spaceId } = b1.conversation;
  const bare = Uint8Array.of(2, ...second.ciphertext.subarray(1 + startBlockBytes));
  expect(tryHear(b1, a1, wrapSealed(spaceId, bare).json)).toEqual(refused('undecryptable'));
  const elsewhere = { ...talker(bob, mallory), preKeys: b1.preKeys };
  const moved = wrapSealed(elsewhere.conversation.spaceId, second.ciphertext).json;
  expect(tryHear(elsewhere, a1, moved)).toEqual(refused('undecryptable'));
  expect(tryHear(b1, a1, moved)).toEqual(refused('wrong-id'));
});

test("a message sent back is refused: Mallory can't make Alice hear herself", () => {
  const [a, b] = acquainted();
  const [after, sealed] = say(a, b, 'I owe you 10');
  expect(tryHear(after, b, sealed.json)).toEqual(refused('undecryptable'));
});

test('without a pre-key there is no start, and an old one is not used', () => {
  const [a, b] = strangers();
  const sending = {
    content: must(textKind.write({ text: 'hello' })),
    time: startTime,
    now: startTime,
    mine: alice.device.encryption,
    theirs: bob.bundle.encryption,
  };
  const send = (more: object) => sendMessage(a.conversation, { ...sending, ...more }, alice.random);
  const offer = offerOf(b);
  expect(send({})).toEqual(refused('no-session'));
  expect(send({ offer, now: startTime + 31 * day })).toEqual(refused('expired'));
  expect(send({ offer, now: startTime - day - 1 })).toEqual(refused('expired'));
  expect(
    send({ offer, content: { kind: 'text', fields: new Uint8Array(limits.contentBytes + 1) } }),
  ).toEqual(refused('too-large'));
  const zeros = new Uint8Array(32);
  expect(send({ offer: { ...offer, encapsulation: zeros } })).toEqual(refused('weak-key'));
  expect(send({ offer: { ...offer, agreement: zeros } })).toEqual(refused('weak-key'));
  expect(send({ offer, theirs: zeros })).toEqual(refused('weak-key'));
});

test("a pre-key counts only as the word of its owner's device", () => {
  const preKey = preKeyOf(bob);
  const speaker = { publicKey: bob.identity.publicKey, device: bob.bundle.device };
  expect(must(openPreKey(preKey.statement, speaker)).id).toEqual(preKey.id);
  const asMallory = { ...speaker, publicKey: mallory.identity.publicKey };
  expect(openPreKey(preKey.statement, asMallory)).toEqual(refused('bad-signature'));
  const signedByMallory = preKeyOf({ ...bob, device: mallory.device }).statement;
  expect(openPreKey(signedByMallory, speaker)).toEqual(refused('bad-signature'));
  expect(openPreKey(new Uint8Array(3_000), speaker)).toEqual(refused('too-large'));
  expect(openPreKey(Uint8Array.of(0xa0), speaker)).toEqual(refused('malformed'));
});

test("who seizes Bob's state opens nothing that he has read, nor what Alice sent unread before", () => {
  let [a, b] = acquainted();
  const past: unknown[] = [];
  for (let round = 0; round < 5; round += 1) {
    const [sender, sealed] = say(a, b, `secret ${round}`);
    [b] = hear(b, sender, sealed);
    past.push(sealed.json);
    [b, a] = exchange(b, sender, 'answer');
  }
  const seized = {
    ...b,
    conversation: must(decodeConversation(encodeConversation(b.conversation))),
  };
  for (const json of past) expect(tryHear(seized, a, json).ok).toBe(false);
});

test('a seized state heals: after a round trip Mallory reads nothing more', () => {
  const [a0, b0] = acquainted();
  const seized = b0;
  const [a1, next] = say(a0, b0, 'still readable to Mallory');
  expect(tryHear(seized, a1, next.json).ok).toBe(true);
  const [b1] = hear(b0, a1, next);
  const [b2, a2] = exchange(b1, a1, 'Bob turns the ratchet');
  const [a3, healed] = say(a2, b2, 'no longer');
  const [mallorys] = hear(seized, a1, next);
  expect(tryHear(seized, a3, healed.json)).toEqual(refused('undecryptable'));
  expect(tryHear(mallorys, a3, healed.json)).toEqual(refused('undecryptable'));
  expect(hear(b2, a3, healed)[1]).toBe('no longer');
});

test('short messages have one size, and nothing outside the seal says who or when', () => {
  const [a, b] = acquainted();
  const sizes = ['', 'yes', 'x'.repeat(180)].map((text) => say(a, b, text)[1].ciphertext.length);
  expect(new Set(sizes).size).toBe(1);
  expect(sizes[0]).toBe(256 + 97);
  const longest = '€'.repeat(limits.messageCharacters);
  const [sender, sealed] = say(a, b, longest);
  expect(hear(b, sender, sealed)[1]).toBe(longest);
});

test('a transcript proves nothing: Alice can forge a start from Bob that convinces herself', () => {
  const [a, b] = strangers();
  const [preKey] = a.preKeys;
  if (preKey === undefined) throw new Error('a pre-key');
  const mine = alice.device.encryption;
  const theirs = bob.bundle.encryption;
  const { spaceId, me: responder, friend: initiator } = a.conversation;
  const route = { spaceId, initiator, responder };
  // Nothing of Bob's but his public key goes in.
  const ephemeral = x25519PublicKey(alice.random(32));
  const made = xwingEncapsulate(preKey.encapsulation.publicKey, alice.random(64));
  const ciphertext = made?.ciphertext ?? new Uint8Array(0);
  const block = { preKeyId: preKey.id, ephemeral, ciphertext };
  const started = must(respond({ route, mine, theirs, preKey, block }));
  const ratchet = must(ratchetOfInitiator(started, preKey.agreement.publicKey, alice.random));
  const { padded } = must(
    makeContent({ ...must(textKind.write({ text: 'Bob says so' })), time: 5 }, alice.random),
  );
  const startId = startIdOf(block);
  const session = { id: started.sessionId, startId, theirs, block, heardAt: null, ratchet };
  const { bytes } = must(sealInSession({ ...session, initiator: 'me' }, padded, alice.random));
  const forged = must(tryHear(a, b, wrapSealed(spaceId, bytes).json));
  expect(textOf(forged.message)).toBe('Bob says so');
});

test('damaged documents are refused with a code', () => {
  const [a, b] = strangers();
  const { spaceId } = a.conversation;
  const [sender, sealed] = say(a, b, 'hello');
  const hearBytes = (bytes: Uint8Array) => tryHear(b, sender, wrapSealed(spaceId, bytes).json);
  expect(hearBytes(new Uint8Array(0))).toEqual(refused('malformed'));
  expect(hearBytes(Uint8Array.of(3, 4, 5))).toEqual(refused('malformed'));
  expect(hearBytes(Uint8Array.of(1, 4, 5))).toEqual(refused('malformed'));
  expect(hearBytes(sealed.ciphertext.subarray(0, 1 + startBlockBytes))).toEqual(
    refused('malformed'),
  );
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), (where, flip) => {
      const bytes = sealed.ciphertext.slice();
      const place = where % bytes.length;
      bytes[place] = (bytes[place] ?? 0) ^ flip;
      expect(hearBytes(bytes).ok).toBe(false);
    }),
  );
});

test('a stored conversation that is damaged is refused, not half read', () => {
  const [a] = acquainted();
  const stored = encodeConversation(a.conversation);
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), (where, flip) => {
      const bytes = stored.slice();
      const place = where % bytes.length;
      bytes[place] = (bytes[place] ?? 0) ^ flip;
      const decoded = decodeConversation(bytes);
      if (decoded.ok) expect(encodeConversation(decoded.value)).toEqual(bytes);
      else expect(refusals).toContain(decoded.code);
    }),
  );
});

interface XwingVector {
  readonly seed: string;
  readonly publicKey: string;
  readonly randomness: string;
  readonly ciphertext: string;
  readonly secret: string;
}
const xwing = loadVectors('xwing') as { readonly tests: readonly XwingVector[] };
const hex = (text: string) => must(fromHex(text));

test.each(xwing.tests)('X-Wing gives the published values for seed $seed', (vector) => {
  const { publicKey, secretKey } = xwingKeyPair(hex(vector.seed));
  expect(toHex(publicKey.subarray(0, 36))).toBe(vector.publicKey);
  const made = xwingEncapsulate(publicKey, hex(vector.randomness));
  expect(toHex(made?.ciphertext.subarray(0, 36) ?? secretKey)).toBe(vector.ciphertext);
  expect(toHex(made?.secret ?? secretKey)).toBe(vector.secret);
  const opened = xwingDecapsulate(secretKey, made?.ciphertext ?? secretKey);
  expect(toHex(opened ?? secretKey)).toBe(vector.secret);
  expect(xwingDecapsulate(secretKey, secretKey)).toBeUndefined();
});
