import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { concat, utf8 } from '../../src/domain/bytes.ts';
import {
  checkWork,
  deliveryHash,
  searchWork,
  workAsked,
  workDone,
  workLimits,
  workNonce,
} from '../../src/domain/peer-handshake/work.ts';
import { refusals } from '../../src/domain/refusal.ts';
import { person, seeded } from './people.ts';

const now = 1_700_000_000_000;
const window = workLimits.nonceMilliseconds;
const bits = 8;
const random = seeded('work');
const key = random(32);
const bob = person('Bob');
const mallory = person('Mallory');
const refused = (code: string) => ({ ok: false, code });
const challenge = {
  recipient: bob.identity.publicKey,
  nonce: workNonce(key, now),
  delivery: deliveryHash(utf8('a friend request')),
};
const solution = searchWork(challenge, bits, 0, 100_000) ?? new Uint8Array(0);
const check = { key, now, bits };

test('a stranger who has done the work is let in, and OpenSSL counts the same bits', () => {
  const result = checkWork(challenge, solution, check);
  expect(result.ok && result.value >= bits).toBe(true);
  const { recipient, nonce, delivery } = challenge;
  const hash = createHash('sha256')
    .update(concat(utf8('n25/inbox-work/v1\0'), recipient, nonce, delivery, solution))
    .digest('hex');
  const binary = BigInt(`0x${hash}`).toString(2).padStart(256, '0');
  expect(workDone(challenge, solution)).toBe(binary.indexOf('1'));
});

test('Mallory uses work for Bob at her own door, for another text, or with an old nonce', () => {
  for (const other of [
    { ...challenge, recipient: mallory.identity.publicKey },
    { ...challenge, delivery: deliveryHash(utf8('an advertisement')) },
  ]) {
    expect(checkWork(other, solution, { ...check, bits: 16 })).toEqual(refused('too-little-work'));
  }
  expect(checkWork(challenge, solution, { ...check, now: now + 2 * window })).toEqual(
    refused('expired'),
  );
  expect(checkWork(challenge, solution, { ...check, key: random(32) })).toEqual(refused('expired'));
  const made = { ...challenge, nonce: new Uint8Array(32) };
  expect(checkWork(made, solution, check)).toEqual(refused('expired'));
});

test('a nonce counts for one window more than it is given out', () => {
  expect(checkWork(challenge, solution, { ...check, now: now + window }).ok).toBe(true);
});

test('a search that finds nothing says so, and goes on where it ended', () => {
  expect(searchWork(challenge, 250, 0, 10)).toBeUndefined();
  const late = searchWork(challenge, bits, 2 ** 33, 100_000) ?? new Uint8Array(8);
  expect(late[3]).toBe(2);
  expect(workDone(challenge, late)).toBeGreaterThanOrEqual(bits);
});

test('the fuller the inbox, the more work it asks for', () => {
  const asked = [-1, 0, 0.5, 0.99, 1, 7].map((fill) => workAsked(fill));
  const { least, most } = workLimits;
  expect(asked).toEqual([least, least, (least + most) / 2, most - 1, most, most]);
});

test('a solution that is noise is refused with a code', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20 }), fc.uint8Array({ maxLength: 40 }), (a, b) => {
      const result = checkWork({ ...challenge, nonce: b }, a, check);
      expect(!result.ok && refusals.includes(result.code)).toBe(true);
    }),
  );
});
