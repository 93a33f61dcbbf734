import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  ratchetOfInitiator,
  ratchetOfResponder,
  ratchetOpen,
  ratchetSeal,
  type Ratchet,
} from '../../src/domain/conversation/ratchet.ts';
import { messageOverhead } from '../../src/domain/conversation/ratchet-seal.ts';
import { skipLimits } from '../../src/domain/conversation/skipped.ts';
import { utf8 } from '../../src/domain/bytes.ts';
import { refusals } from '../../src/domain/refusal.ts';
import { x25519PublicKey } from '../../src/domain/sodium.ts';
import { must, seeded } from '../domain/people.ts';

const random = seeded('ratchet');
const associated = utf8('a session');
const refused = (code: string) => ({ ok: false, code });

function pair(): readonly [Ratchet, Ratchet] {
  const started = {
    sessionId: random(32),
    root: random(32),
    initiatorHeaderKey: random(32),
    responderHeaderKey: random(32),
  };
  const secretKey = random(32);
  const preKey = { publicKey: x25519PublicKey(secretKey), secretKey };
  const alice = must(ratchetOfInitiator(started, preKey.publicKey, random));
  return [alice, ratchetOfResponder(started, preKey)];
}

function seal(ratchet: Ratchet, text: string) {
  return must(ratchetSeal(ratchet, associated, utf8(text), random));
}

const open = (ratchet: Ratchet, sealed: Uint8Array) =>
  ratchetOpen(ratchet, associated, sealed, random);

/** What may happen in a conversation over a network that reorders, repeats, loses and changes. */
const happenings = fc.array(
  fc.record({
    what: fc.constantFrom('alice says', 'bob says', 'arrives', 'arrives', 'arrives', 'is changed'),
    which: fc.nat(),
    byte: fc.nat(),
    flip: fc.integer({ min: 1, max: 255 }),
  }),
  { maxLength: 60 },
);

interface InFlight {
  readonly to: 0 | 1;
  readonly text: string;
  readonly sealed: Uint8Array;
}

test('any order of any subset: each message opens exactly once or is refused with a code', () => {
  fc.assert(
    fc.property(happenings, (events) => {
      const sides = [...pair()] as [Ratchet, Ratchet];
      const sent: InFlight[] = [];
      const opened = new Set<InFlight>();
      for (const { what, which, byte, flip } of events) {
        if (what === 'alice says' || what === 'bob says') {
          const from = what === 'alice says' ? 0 : 1;
          const before = structuredClone(sides[from]);
          const text = `${what} ${sent.length}`;
          const step = ratchetSeal(sides[from], associated, utf8(text), random);
          expect(sides[from]).toEqual(before);
          if (!step.ok) {
            // Bob can't speak before he has heard Alice.
            expect(step).toEqual(refused('no-session'));
            continue;
          }
          sides[from] = step.value.ratchet;
          sent.push({ to: from === 0 ? 1 : 0, text, sealed: step.value.sealed });
          continue;
        }
        const message = sent[which % Math.max(1, sent.length)];
        if (message === undefined) continue;
        const bytes = message.sealed.slice();
        if (what === 'is changed')
          bytes[byte % bytes.length] = (bytes[byte % bytes.length] ?? 0) ^ flip;
        const before = structuredClone(sides[message.to]);
        const step = open(sides[message.to], bytes);
        expect(sides[message.to]).toEqual(before);
        if (what === 'is changed') expect(step.ok).toBe(false);
        if (!step.ok) {
          expect(refusals).toContain(step.code);
          if (what === 'arrives') expect(opened.has(message)).toBe(true);
          continue;
        }
        expect(opened.has(message)).toBe(false);
        expect(step.value.plaintext).toEqual(utf8(message.text));
        opened.add(message);
        sides[message.to] = step.value.ratchet;
      }
      // Whatever was lost or overtaken on the way can still be read.
      for (const message of sent) {
        const step = open(sides[message.to], message.sealed);
        expect(step.ok).toBe(!opened.has(message));
        if (step.ok) sides[message.to] = step.value.ratchet;
      }
    }),
    { numRuns: 150 },
  );
});

test('nothing that is not a message opens, or throws', () => {
  const [alice, bob] = pair();
  const heard = must(open(bob, seal(alice, 'hello').sealed)).ratchet;
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const code = bytes.length < messageOverhead ? 'malformed' : 'undecryptable';
      expect(open(heard, bytes)).toEqual(refused(code));
      expect(open(bob, bytes)).toEqual(refused(code));
    }),
  );
});

test('a message of one session does not open with other associated data', () => {
  const [alice, bob] = pair();
  const { sealed } = seal(alice, 'hello');
  expect(ratchetOpen(bob, utf8('another session'), sealed, random)).toEqual(
    refused('undecryptable'),
  );
});

function sealMany(from: Ratchet, count: number): readonly [Ratchet, readonly Uint8Array[]] {
  let ratchet = from;
  const all: Uint8Array[] = [];
  for (let index = 0; index < count; index += 1) {
    const step = seal(ratchet, `message ${index}`);
    ratchet = step.ratchet;
    all.push(step.sealed);
  }
  return [ratchet, all];
}

test('Mallory leaves a thousand messages out, and one more is too many', () => {
  const [alice, bob] = pair();
  const [, all] = sealMany(alice, skipLimits.atOnce + 2);
  expect(open(bob, all[skipLimits.atOnce + 1] ?? random(1))).toEqual(refused('too-far-ahead'));
  const after = must(open(bob, all[skipLimits.atOnce] ?? random(1))).ratchet;
  expect(after.skipped.length).toBe(skipLimits.atOnce);
  expect(open(after, all[0] ?? random(1)).ok).toBe(true);
});

test('too many left out of an old chain are refused, too', () => {
  const [alice, bob] = pair();
  const [first, ...rest] = sealMany(alice, 1);
  const heard = must(open(bob, rest[0]?.[0] ?? random(1))).ratchet;
  const answer = seal(heard, 'answer');
  const [sender] = sealMany(first, skipLimits.atOnce + 1);
  const turned = must(open(sender, answer.sealed)).ratchet;
  expect(open(answer.ratchet, seal(turned, 'new chain').sealed)).toEqual(refused('too-far-ahead'));
});

test('beyond all that is kept, the oldest skipped messages are given up', () => {
  const [alice, bob] = pair();
  const [, all] = sealMany(alice, 2_500);
  let reader = bob;
  for (const index of [900, 1_800, 2_400]) {
    reader = must(open(reader, all[index] ?? random(1))).ratchet;
  }
  expect(reader.skipped.length).toBe(skipLimits.kept);
  expect(open(reader, all[0] ?? random(1))).toEqual(refused('already-read'));
  expect(open(reader, all[2_399] ?? random(1)).ok).toBe(true);
});

test('a friend whose ratchet key is of small order is refused, not followed', () => {
  const [alice, bob] = pair();
  const weak = { publicKey: new Uint8Array(32), secretKey: random(32) };
  const { sealed } = seal({ ...alice, own: weak }, 'hello');
  expect(open(bob, sealed)).toEqual(refused('undecryptable'));
});
