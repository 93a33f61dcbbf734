import { expect, test } from 'vitest';
import { encodeCbor } from '../../src/domain/cbor.ts';
import { isPreKeyDue, keptPreKeys, openPreKey } from '../../src/domain/conversation/pre-key.ts';
import { decodePreKey, encodePreKey } from '../../src/domain/conversation/stored-pre-key.ts';
import { makeStatement } from '../../src/domain/statement.ts';
import { bundleOf, must, person, preKeyOf, startTime } from './people.ts';
import { isExpired, openBundle } from '../../src/domain/types/bundle.ts';

const bob = person('Bob');
const { preKey } = bob;
const refused = (code: string) => ({ ok: false, code });
const day = 24 * 3_600_000;

test('the bundle offers the pre-key for a month, and a slower clock may use it, too', () => {
  const { id, agreement, encapsulation } = preKey;
  expect(bob.bundle.preKey).toEqual({
    id,
    agreement: agreement.publicKey,
    encapsulation: encapsulation.publicKey,
    from: startTime - day,
    until: startTime + 30 * day,
  });
});

test('a bundle that nobody renews for 90 days expires, and one from the future has not', () => {
  expect(isExpired(bob.bundle, startTime + 90 * day)).toBe(false);
  expect(isExpired(bob.bundle, startTime + 90 * day + 1)).toBe(true);
  expect(isExpired(bob.bundle, startTime - day)).toBe(false);
});

test('an expired bundle still says whose keys are whose', () => {
  const old = bundleOf(bob.identity, bob.device, 0, 0);
  expect(must(openBundle(old.document, bob.identity.address)).device).toEqual(bob.bundle.device);
});

test('the secret of a pre-key goes a month after its last day', () => {
  expect(keptPreKeys([preKey], startTime + 60 * day)).toEqual([preKey]);
  expect(keptPreKeys([preKey], startTime + 60 * day + 1)).toEqual([]);
});

test('a new pre-key is due each week, and when the clock was set far back', () => {
  expect(isPreKeyDue(preKey, startTime + 7 * day - 1)).toBe(false);
  expect(isPreKeyDue(preKey, startTime + 7 * day)).toBe(true);
  expect(isPreKeyDue(preKey, startTime - day)).toBe(false);
  expect(isPreKeyDue(preKey, startTime - 7 * day)).toBe(true);
});

test('a pre-key comes back from the vault', () => {
  expect(decodePreKey(encodePreKey(preKey))).toEqual({ ok: true, value: preKey });
  expect(decodePreKey(encodePreKey(preKey).subarray(1)).ok).toBe(false);
  expect(decodePreKey(encodeCbor({ v: 1 }))).toEqual(refused('malformed'));
});

test("a pre-key whose X-Wing half is no key is refused, whoever's word it is", () => {
  const { agreement } = preKeyOf(bob.identity, bob.device);
  const { publicKey } = bob.identity;
  const content = { p: agreement.publicKey, w: new Uint8Array(1_216).fill(255), f: 0, u: 1 };
  const statement = makeStatement('pre-key', publicKey, bob.device.signing, content);
  const speaker = { publicKey, device: bob.bundle.device };
  expect(openPreKey(statement, speaker)).toEqual(refused('weak-key'));
});
