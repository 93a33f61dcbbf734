import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareBytes, concat, utf8 } from '../../src/domain/bytes.ts';
import { checkSealedAtDoor, wrapGated } from '../../src/domain/document/gated.ts';
import {
  makeEpoch,
  newLogKey,
  oldLogKey,
  openBox,
  openPast,
} from '../../src/domain/forum-keys/boxes.ts';
import {
  chooseEpoch,
  decodeComplaint,
  encodeComplaint,
} from '../../src/domain/forum-keys/choose.ts';
import {
  checkGeneration,
  checkRecipients,
  decodeEpoch,
  encodeEpoch,
  epochLimits,
  nextGeneration,
  type Epoch,
} from '../../src/domain/forum-keys/epoch.ts';
import { afterRestore, keysOfEpoch, keysOfPast } from '../../src/domain/forum-keys/epoch-keys.ts';
import { openForumMessage, sealForumMessage } from '../../src/domain/forum-keys/message.ts';
import {
  keptForumPreKeys,
  makeForumPreKey,
  openForumPreKey,
} from '../../src/domain/forum-keys/pre-key.ts';
import { chainLimits } from '../../src/domain/forum-keys/sender-chain.ts';
import { decodeEpochKeys, encodeEpochKeys } from '../../src/domain/forum-keys/stored.ts';
import { domainString } from '../../src/domain/hash.ts';
import { refusals } from '../../src/domain/refusal.ts';
import { refuse } from '../../src/domain/result.ts';
import {
  boxOf,
  epochFor,
  keysFor,
  memberOf,
  now,
  peek,
  post,
  random,
  read,
  recipient,
  spaceId,
} from './forum-keys-people.ts';
import { nodeHpkeSeal } from './node-crypto.ts';
import { must, person } from './people.ts';

const [alice, bob, carol, mallory] = ['Alice', 'Bob', 'Carol', 'Mallory'].map((name) =>
  memberOf(person(name)),
) as [Member, Member, Member, Member];
type Member = ReturnType<typeof memberOf>;
const all = [alice, bob, carol];
const keysOf = (...members: Member[]) => members.map(({ member }) => member);
const refused = (code: string) => ({ ok: false, code });
const day = 24 * 3_600_000;

test('Alice makes an epoch, and every member finds the same secret in it', () => {
  const { epoch, secret, bytes } = epochFor(all);
  for (const member of all) expect(boxOf(epoch, member)).toEqual({ ok: true, value: secret });
  expect(must(decodeEpoch(bytes, spaceId))).toEqual(epoch);
  expect(encodeEpoch(epoch)).toEqual(bytes);
  expect(checkRecipients(epoch, keysOf(carol, alice, bob)).ok).toBe(true);
});

test("Mallory is no member: there is no box for her, and another's does not open", () => {
  const { epoch } = epochFor(all);
  expect(boxOf(epoch, mallory)).toEqual(refused('wrong-members'));
  const preKey = { ...alice.preKey, keys: mallory.preKey.keys };
  expect(boxOf(epoch, { ...alice, preKey })).toEqual(refused('bad-box'));
  expect(openBox(epoch, { spaceId, member: bob.member, preKeys: [] })).toEqual(
    refused('unknown-pre-key'),
  );
});

test('an epoch is for exactly the members: one too few or too many does not count', () => {
  const { epoch } = epochFor(all);
  expect(checkRecipients(epoch, keysOf(alice, bob))).toEqual(refused('wrong-members'));
  expect(checkRecipients(epoch, keysOf(...all, mallory))).toEqual(refused('wrong-members'));
  expect(checkRecipients(epoch, keysOf(alice, bob, mallory))).toEqual(refused('wrong-members'));
});

test('members write and read in any order, each epoch by its hint', () => {
  const [first, second] = [epochFor(all), epochFor(all, { generation: 2 })];
  const [a1, one] = post(keysFor(first.epoch, alice, 'history'), 'one');
  const [, two] = post(a1, 'two');
  const [, three] = post(keysFor(second.epoch, alice, 'history'), 'three');
  const bobs = [first, second].map(({ epoch }) => keysFor(epoch, bob, 'history'));
  expect(peek(bobs, three)).toEqual({ ok: true, value: 'three' });
  expect(peek(bobs, two)).toEqual({ ok: true, value: 'two' });
  expect(peek(bobs, one)).toEqual({ ok: true, value: 'one' });
  expect(peek(bobs.slice(1), one)).toEqual(refused('unknown-epoch'));
});

test('with history a message is read as often as one likes, also after later ones', () => {
  const { epoch } = epochFor(all);
  const [a1, one] = post(keysFor(epoch, alice, 'history'), 'one');
  const [, two] = post(a1, 'two');
  const [b1] = read(keysFor(epoch, bob, 'history'), two);
  const [b2, text] = read(b1, one);
  expect([text, read(b2, one)[1], read(b2, two)[1]]).toEqual(['one', 'one', 'two']);
  expect(b2.chains).toEqual(b1.chains);
});

test('Carol is removed: what is written in the next epoch is closed to her', () => {
  const before = epochFor(all);
  const after = epochFor([alice, bob], { generation: 2, past: [before] });
  const [, message] = post(keysFor(after.epoch, alice, 'history'), 'without Carol');
  expect(boxOf(after.epoch, carol)).toEqual(refused('wrong-members'));
  expect(peek([keysFor(before.epoch, carol, 'history')], message)).toEqual(
    refused('unknown-epoch'),
  );
  const forgedHint = { ...message, hint: keysFor(before.epoch, carol, 'history').hint };
  expect(peek([keysFor(before.epoch, carol, 'history')], forgedHint)).toEqual(
    refused('undecryptable'),
  );
  expect(peek([keysFor(after.epoch, bob, 'history')], message).ok).toBe(true);
});

test('with history a newcomer reads the past, epoch by epoch, but can not write into it', () => {
  const first = epochFor([alice, bob]);
  const second = epochFor([alice, bob], { generation: 2, past: [first] });
  const third = epochFor(all, { generation: 3, past: [second] });
  const [, old] = post(keysFor(first.epoch, bob, 'history'), 'from the beginning');
  const secret3 = must(boxOf(third.epoch, carol));
  const secret2 = must(openPast(second.epoch, { epoch: third.epoch, secret: secret3 }, spaceId));
  const later = { epoch: second.epoch, secret: secret2 };
  const secret1 = must(openPast(first.epoch, later, spaceId));
  const past = must(keysOfPast(first.epoch, secret1));
  expect(peek([past], old)).toEqual({ ok: true, value: 'from the beginning' });
  expect(sealForumMessage(past, spaceId, utf8('me, too'), random)).toEqual(refused('too-large'));
  expect(openPast(third.epoch, later, spaceId)).toEqual(refused('unknown-epoch'));
  const wrong = { ...later, secret: secret3 };
  expect(openPast(first.epoch, wrong, spaceId)).toEqual(refused('bad-box'));
  const lied = { ...first.epoch, commitment: second.epoch.commitment };
  expect(openPast(lied, later, spaceId)).toEqual(refused('bad-box'));
});

test('without history a newcomer reads nothing from before', () => {
  const first = epochFor([alice, bob]);
  const second = epochFor(all, { generation: 2 });
  const [, old] = post(keysFor(first.epoch, alice, 'ephemeral'), 'before Carol');
  expect(peek([keysFor(second.epoch, carol, 'ephemeral')], old)).toEqual(refused('unknown-epoch'));
  const later = { epoch: second.epoch, secret: second.secret };
  expect(openPast(first.epoch, later, spaceId)).toEqual(refused('unknown-epoch'));
});

test('ephemeral keys are used once: a seized state opens nothing that was read or sent', () => {
  const { epoch, secret } = epochFor(all);
  const [a1, one] = post(keysFor(epoch, alice, 'ephemeral'), 'one');
  const [a2, two] = post(a1, 'two');
  const [a3, three] = post(a2, 'three');
  const [b1] = read(keysFor(epoch, bob, 'ephemeral'), three);
  const [b2, late] = read(b1, one);
  expect(late).toBe('one');
  expect(peek([b2], one)).toEqual(refused('already-read'));
  expect(peek([b2], three)).toEqual(refused('already-read'));
  expect(peek([b2], two).ok).toBe(true);
  expect(peek([a3], one)).toEqual(refused('already-read'));
  const stored = Buffer.from(encodeEpochKeys(b2));
  expect(stored.includes(Buffer.from(secret))).toBe(false);
});

test('who restored a backup is read in an ephemeral forum, although they had sent more since', () => {
  const { epoch } = epochFor([alice, bob]);
  const backedUp = keysFor(epoch, alice, 'ephemeral');
  const [, since] = post(backedUp, 'since the backup');
  const [bobs] = read(keysFor(epoch, bob, 'ephemeral'), since);
  const [, lost] = post(backedUp, 'set back');
  expect(peek([bobs], lost)).toEqual(refused('already-read'));
  const [, after] = post(afterRestore(backedUp), 'after it');
  expect(peek([bobs], after)).toEqual({ ok: true, value: 'after it' });
  const withHistory = keysFor(epoch, alice, 'history');
  expect(afterRestore(withHistory)).toBe(withHistory);
});

test('any order of any subset in an ephemeral forum: each is read exactly once', () => {
  const { epoch } = epochFor([alice, bob]);
  fc.assert(
    fc.property(fc.array(fc.nat(19), { maxLength: 40 }), (order) => {
      let alices = keysFor(epoch, alice, 'ephemeral');
      const sent = Array.from({ length: 20 }, (_, index) => {
        const [after, message] = post(alices, `message ${index}`);
        alices = after;
        return message;
      });
      let bobs = keysFor(epoch, bob, 'ephemeral');
      const seen = new Set<number>();
      for (const index of order) {
        const message = sent[index] ?? { hint: spaceId, ciphertext: spaceId, gate: spaceId };
        const before = structuredClone(bobs);
        const answer = peek([bobs], message);
        expect(bobs).toEqual(before);
        if (seen.has(index)) expect(answer).toEqual(refused('already-read'));
        else {
          expect(answer).toEqual({ ok: true, value: `message ${index}` });
          [bobs] = read(bobs, message);
          seen.add(index);
        }
      }
    }),
    { numRuns: 30 },
  );
});

test("Mallory writes in Alice's name, but what she can't sign uses up no key of Alice's", () => {
  const members = [alice, bob, mallory];
  const { epoch, secret } = epochFor(members);
  const asAlice = must(keysOfEpoch(epoch, secret, { mode: 'ephemeral', me: alice.member }));
  const [, forged] = post(asAlice, 'I resign');
  const [, genuine] = post(keysFor(epoch, alice, 'ephemeral'), 'I stay');
  const bobs = keysFor(epoch, bob, 'ephemeral');
  const check = () => refuse('bad-signature');
  expect(openForumMessage([bobs], spaceId, forged, check)).toEqual(refused('bad-signature'));
  expect(peek([bobs], genuine)).toEqual({ ok: true, value: 'I stay' });
});

test('the host tells by the gate alone what a member has made', () => {
  const { epoch } = epochFor(all);
  const keys = keysFor(epoch, alice, 'history');
  const [, message] = post(keys, 'hello');
  const { json } = wrapGated(spaceId, message);
  const lent = ({ hint, gateKey }: typeof keys) => [{ hint, key: gateKey }];
  const checked = (document: unknown, gateKeys = lent(keys), space = spaceId) => {
    const answer = checkSealedAtDoor(document, space, gateKeys);
    return answer.ok ? 'let in' : answer.code;
  };
  expect(checked(json)).toBe('let in');
  expect(checked(json, lent(keysFor(epoch, bob, 'history')))).toBe('let in');
  expect(checked(json, [])).toBe('unknown-epoch');
  expect(checked(json, [{ hint: keys.hint, key: random(32) }])).toBe('undecryptable');
  expect(checked(json, lent(keys), random(32))).toBe('wrong-id');
  const { ciphertext } = post(keys, 'other')[1];
  expect(checked(wrapGated(spaceId, { ...message, ciphertext }).json)).toBe('undecryptable');
  const other = keysFor(epochFor(all).epoch, alice, 'history');
  const moved = wrapGated(spaceId, { ...message, hint: other.hint }).json;
  expect(checked(moved, lent(other))).toBe('undecryptable');
});

test('the same number twice gives two keys, if a backup should ever go on in an old epoch', () => {
  const { epoch } = epochFor(all);
  const keys = keysFor(epoch, alice, 'history');
  const [one, two] = [post(keys, 'x'), post(keys, 'x')].map(([, { ciphertext }]) =>
    ciphertext.subarray(76),
  );
  expect(one).not.toEqual(two);
});

test("Bob's box is bad: he complains, the epoch is not used, and a new one is", () => {
  const good = epochFor(all);
  const bad: Epoch = {
    ...epochFor(all, { generation: 2 }).epoch,
    recipients: good.epoch.recipients,
  };
  expect(boxOf(bad, bob)).toEqual(refused('bad-box'));
  const complaint = must(decodeComplaint(encodeComplaint(bad.id), bob.member));
  const members = keysOf(...all);
  expect(chooseEpoch([good.epoch, bad], members, [])).toBe(bad);
  expect(chooseEpoch([bad], members, [complaint])).toBeUndefined();
  const { epoch: next } = epochFor(all, { generation: nextGeneration([good.epoch, bad]) });
  expect(chooseEpoch([good.epoch, bad, next], members, [complaint])).toBe(next);
});

test('an author puts another secret into the box of Bob than the one committed to', () => {
  const { epoch } = epochFor(all);
  const info = concat(domainString('epoch-box'), spaceId, bob.member, bob.preKey.id);
  const { publicKey } = bob.preKey.keys;
  const boxWith = (secret: Uint8Array) =>
    nodeHpkeSeal({
      ephemeral: random(32),
      recipient: publicKey,
      info,
      associated: epoch.commitment,
      plaintext: secret,
    });
  const withBox = (box: Uint8Array): Epoch => ({
    ...epoch,
    recipients: epoch.recipients.map((one) =>
      compareBytes(one.member, bob.member) === 0 ? { ...one, box } : one,
    ),
  });
  expect(boxOf(withBox(boxWith(random(32))), bob)).toEqual(refused('bad-box'));
  // OpenSSL's box with the right secret is as good as ours.
  const secret = must(boxOf(epoch, alice));
  expect(boxOf(withBox(boxWith(secret)), bob)).toEqual({ ok: true, value: secret });
});

test('Mallory complains about everything, but is heard three times only', () => {
  const members = [alice, bob, mallory];
  const epochs = [1, 2, 3, 4].map((generation) => epochFor(members, { generation }).epoch);
  const complaints = epochs.map(({ id }) => ({ epoch: id, by: mallory.member }));
  expect(chooseEpoch(epochs.slice(0, 3), keysOf(...members), complaints)).toBeUndefined();
  expect(chooseEpoch(epochs, keysOf(...members), complaints)).toBe(epochs[3]);
  const byStranger = epochs.map(({ id }) => ({ epoch: id, by: carol.member }));
  expect(chooseEpoch(epochs, keysOf(...members), byStranger)).toBe(epochs[3]);
});

test('everyone chooses the same epoch, in whatever order they came', () => {
  const epochs = [1, 2, 2, 2].map((generation) => epochFor(all, { generation }).epoch);
  const others = epochFor([alice, bob], { generation: 9 }).epoch;
  const highest = epochs.slice(1).toSorted((a, b) => compareBytes(a.id, b.id))[0];
  fc.assert(
    fc.property(fc.shuffledSubarray([...epochs, others], { minLength: 5 }), (order) => {
      expect(chooseEpoch(order, keysOf(...all), [])).toBe(highest);
    }),
  );
});

test('nobody takes the highest number for ever', () => {
  const first = epochFor(all).epoch;
  const greedy = epochFor(all, { generation: Number.MAX_SAFE_INTEGER }).epoch;
  expect(checkGeneration(first, [])).toEqual({ ok: true, value: first });
  expect(checkGeneration(greedy, [first])).toEqual(refused('malformed'));
});

test('a removal changes the log key, and an invitation with the newest opens them all', () => {
  const first = random(32);
  const removal = epochFor([alice, bob], { oldLogKey: first });
  const second = newLogKey(removal.epoch, must(boxOf(removal.epoch, alice))) ?? first;
  expect(second).not.toEqual(first);
  expect(oldLogKey(removal.epoch, second)).toEqual({ ok: true, value: first });
  expect(oldLogKey(removal.epoch, random(32))).toEqual(refused('bad-box'));
  const other = epochFor(all);
  expect(newLogKey(other.epoch, other.secret)).toBeNull();
  expect(oldLogKey(other.epoch, second)).toEqual(refused('unknown-epoch'));
});

test('a pre-key counts for its forum, as the word of its owner, for a while', () => {
  const { preKey, person: owner } = alice;
  const speaker = { publicKey: alice.member, device: owner.bundle.device };
  const offer = must(openForumPreKey(preKey.statement, speaker, spaceId));
  expect([offer.id, offer.key]).toEqual([preKey.id, preKey.keys.publicKey]);
  expect(openForumPreKey(preKey.statement, speaker, random(32))).toEqual(refused('wrong-space'));
  const other = { ...speaker, device: mallory.person.bundle.device };
  expect(openForumPreKey(preKey.statement, other, spaceId)).toEqual(refused('bad-signature'));
  expect(keptForumPreKeys([preKey], now + 37 * day)).toEqual([preKey]);
  expect(keptForumPreKeys([preKey], now + 37 * day + 1)).toEqual([]);
});

test('an epoch for five hundred fits into a document, and not for one more', () => {
  const many = Array.from({ length: epochLimits.recipients + 1 }, () => {
    const owner = random(32);
    const making = { spaceId, owner, signer: alice.person.device.signing, now };
    const { id, keys } = makeForumPreKey(making, random);
    return { member: owner, preKey: { id, key: keys.publicKey } };
  });
  const making = { spaceId, generation: 1, members: many };
  expect(makeEpoch(making, random)).toEqual(refused('too-large'));
  const made = must(makeEpoch({ ...making, members: many.slice(1) }, random));
  expect(made.bytes.length).toBeLessThan(61_000);
});

test('nobody, the same member twice, or a key that is none: no epoch', () => {
  const making = { spaceId, generation: 1, members: [recipient(alice), recipient(alice)] };
  expect(makeEpoch(making, random)).toEqual(refused('wrong-members'));
  expect(makeEpoch({ ...making, members: [] }, random)).toEqual(refused('wrong-members'));
  const preKey = { id: alice.preKey.id, key: new Uint8Array(32) };
  const weak = { ...making, members: [{ member: alice.member, preKey }] };
  expect(makeEpoch(weak, random)).toEqual(refused('weak-key'));
  const stranger = { mode: 'history', me: mallory.member } as const;
  expect(keysOfEpoch(epochFor(all).epoch, random(32), stranger)).toEqual(refused('wrong-members'));
});

test('a sender outside the epoch, and numbers out of reach, are refused', () => {
  const { epoch, secret } = epochFor([alice, bob]);
  const bobs = keysFor(epoch, bob, 'ephemeral');
  const alices = keysFor(epoch, alice, 'ephemeral');
  const as = (own: typeof alices.own) => post({ ...alices, own }, 'x')[1];
  expect(peek([bobs], as({ ...alices.own, sender: carol.member }))).toEqual(
    refused('wrong-author'),
  );
  const far = as({ ...alices.own, next: chainLimits.skippedAtOnce + 1 });
  expect(peek([bobs], far)).toEqual(refused('too-far-ahead'));
  const history = must(keysOfEpoch(epoch, secret, { mode: 'history', me: bob.member }));
  expect(peek([history], far)).toEqual(refused('undecryptable'));
  const last = { ...alices.own, next: chainLimits.messages };
  expect(sealForumMessage({ ...alices, own: last }, spaceId, utf8('x'), random)).toEqual(
    refused('too-large'),
  );
});

test('what a member holds comes back from the vault as it was', () => {
  const { epoch } = epochFor(all);
  const [a1] = post(keysFor(epoch, alice, 'history'), 'one');
  const [, skipped] = post(post(keysFor(epoch, alice, 'ephemeral'), '1')[0], '2');
  const [b1] = read(keysFor(epoch, bob, 'ephemeral'), skipped);
  for (const keys of [a1, b1]) {
    expect(must(decodeEpochKeys(encodeEpochKeys(keys)))).toEqual(keys);
  }
});

test('noise and damage are refused with a code', () => {
  const { epoch, bytes } = epochFor(all);
  const keys = keysFor(epoch, bob, 'history');
  const [, message] = post(keysFor(epoch, alice, 'history'), 'hello');
  const isRefusal = (result: { ok: boolean; code?: string }) =>
    !result.ok && refusals.some((code) => code === result.code);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(), (noise, where) => {
      expect(isRefusal(decodeEpoch(noise, spaceId))).toBe(true);
      expect(isRefusal(decodeEpochKeys(noise))).toBe(true);
      expect(isRefusal(decodeComplaint(noise, alice.member))).toBe(true);
      expect(isRefusal(peek([keys], { ...message, ciphertext: noise }))).toBe(true);
      const damaged = message.ciphertext.slice();
      const place = where % damaged.length;
      damaged[place] = (damaged[place] ?? 0) ^ 1;
      expect(peek([keys], { ...message, ciphertext: damaged })).toEqual(refused('undecryptable'));
      const changed = bytes.slice();
      changed[where % bytes.length] = (changed[where % bytes.length] ?? 0) ^ 1;
      const decoded = decodeEpoch(changed, spaceId);
      if (decoded.ok) expect(decoded.value.id).not.toEqual(epoch.id);
    }),
  );
  const unsorted = { ...epoch, recipients: epoch.recipients.toReversed() };
  expect(decodeEpoch(encodeEpoch(unsorted), spaceId)).toEqual(refused('not-canonical'));
});
