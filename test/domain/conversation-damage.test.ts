import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeCbor, decodeCbor, type CborMap } from '../../src/domain/cbor.ts';
import { openContent } from '../../src/domain/conversation/content.ts';
import { openPreKey } from '../../src/domain/conversation/pre-key.ts';
import { ratchetOfInitiator } from '../../src/domain/conversation/ratchet.ts';
import { decodeConversation, encodeConversation } from '../../src/domain/conversation/stored.ts';
import { openForumPreKey } from '../../src/domain/forum-keys/pre-key.ts';
import { openGrant } from '../../src/domain/peer-handshake/dialer.ts';
import { sealOnce } from '../../src/domain/peer-handshake/secrets.ts';
import { openTransportKey } from '../../src/domain/peer-handshake/transport-key.ts';
import { wrapSealed } from '../../src/domain/document/sealed.ts';
import { pad } from '../../src/domain/padding.ts';
import { refusals } from '../../src/domain/refusal.ts';
import { makeStatement } from '../../src/domain/statement.ts';
import { exchange, talker, tryHear } from './conversation-people.ts';
import { must, person, seeded } from './people.ts';

/** What only somebody with the right keys can send, and what is wrong all the same. */

const alice = person('Alice');
const bob = person('Bob');
const random = seeded('damage');
const zeros = new Uint8Array(32);
const refused = (code: string) => ({ ok: false, code });
const speaker = { publicKey: alice.identity.publicKey, device: alice.bundle.device };

function stated(purpose: string, content: CborMap): Uint8Array {
  return makeStatement(purpose, speaker.publicKey, alice.device.signing, content);
}

test("a friend's message that opens and holds no message is refused", () => {
  expect(openContent(zeros)).toEqual(refused('malformed'));
  expect(openContent(pad(Uint8Array.of(0xff)))).toEqual(refused('malformed'));
  expect(openContent(pad(encodeCbor({ t: 'no id', m: 5 })))).toEqual(refused('malformed'));
});

test('statements that their owner has signed and that hold the wrong thing are refused', () => {
  const wrong = { x: 1 };
  expect(openPreKey(stated('pre-key', wrong), speaker)).toEqual(refused('malformed'));
  expect(openForumPreKey(stated('forum-pre-key', wrong), speaker, zeros)).toEqual(
    refused('malformed'),
  );
  expect(openTransportKey(stated('transport-key', wrong), speaker, 5)).toEqual(
    refused('malformed'),
  );
  const weak = { p: zeros, w: new Uint8Array(1_216), f: 1, u: 2 };
  expect(openPreKey(stated('pre-key', weak), speaker)).toEqual(refused('weak-key'));
  const weakForum = { s: zeros, k: zeros, f: 1, u: 2 };
  expect(openForumPreKey(stated('forum-pre-key', weakForum), speaker, zeros)).toEqual(
    refused('weak-key'),
  );
});

test('a grant that the server has sealed and that holds no token is refused', () => {
  const named = { key: random(32), transcript: random(32), message: zeros };
  const seal = (plaintext: Uint8Array) => sealOnce(named.key, named.transcript, plaintext);
  expect(openGrant(named, seal(Uint8Array.of(0xff)))).toEqual(refused('malformed'));
  expect(openGrant(named, seal(encodeCbor({ t: zeros })))).toEqual(refused('malformed'));
});

test('a pre-key of small order begins no ratchet', () => {
  const started = {
    sessionId: zeros,
    root: random(32),
    initiatorHeaderKey: random(32),
    responderHeaderKey: random(32),
  };
  expect(ratchetOfInitiator(started, zeros, random)).toEqual(refused('weak-key'));
});

test('a stored conversation with a field missing anywhere is refused', () => {
  const [{ conversation }] = exchange(talker(alice, bob), talker(bob, alice), 'hello');
  const whole = must(decodeCbor(encodeConversation(conversation))) as {
    readonly s: readonly CborMap[];
  } & CborMap;
  const [session = {}] = whole.s;
  for (const name of Object.keys(whole)) {
    const { [name]: _, ...rest } = whole;
    expect(decodeConversation(encodeCbor(rest))).toEqual(refused('malformed'));
  }
  for (const name of Object.keys(session)) {
    const { [name]: _, ...rest } = session;
    expect(decodeConversation(encodeCbor({ ...whole, s: [rest] }))).toEqual(refused('malformed'));
  }
  const key = { n: 1, k: zeros };
  const run = { h: zeros, k: Array.from({ length: 1_500 }, () => key) };
  const crowded = { ...whole, s: [{ ...session, k: [run, run] }] };
  expect(decodeConversation(encodeCbor(crowded))).toEqual(refused('too-large'));
});

test('nothing that a database may hold makes a conversation throw, or open', () => {
  const [a, b] = exchange(talker(alice, bob), talker(bob, alice), 'hello');
  const { spaceId } = b.conversation;
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    fc
      .tuple(fc.constantFrom(1, 2), fc.uint8Array({ minLength: 90, maxLength: 1_500 }))
      .map(([kind, rest]) => Uint8Array.of(kind, ...rest)),
  );
  const anything = fc.anything({ maxDepth: 3, withBigInt: true, withNullPrototype: true });
  const json = fc.oneof(
    anything,
    bytes.map((one) => wrapSealed(spaceId, one).json),
  );
  fc.assert(
    fc.property(json, fc.uint8Array({ maxLength: 200 }), (document, stored) => {
      const answer = tryHear(b, a, document);
      expect(!answer.ok && refusals.includes(answer.code)).toBe(true);
      const decoded = decodeConversation(stored);
      expect(!decoded.ok && refusals.includes(decoded.code)).toBe(true);
    }),
    { numRuns: 500 },
  );
});
