import { expect, test } from 'vitest';
import { compareBytes } from '../../src/domain/bytes.ts';
import { checkRecipients } from '../../src/domain/forum-keys/epoch.ts';
import { chainLimits, chainOf, reach } from '../../src/domain/forum-keys/sender-chain.ts';
import { takeKey } from '../../src/domain/forum-keys/epoch-keys.ts';
import { epochFor, keysFor, memberOf, random } from './forum-keys-people.ts';
import { must, person } from './people.ts';

const members = ['Alice', 'Bob', 'Carol'].map((name) => memberOf(person(name)));
const keys = members.map(({ member }) => member).toSorted(compareBytes);

test('an epoch that leaves anybody out is for other members, whoever it is', () => {
  for (const left of keys) {
    const { epoch } = epochFor(members.filter(({ member }) => member !== left));
    expect(checkRecipients(epoch, keys)).toEqual({ ok: false, code: 'wrong-members' });
  }
});

test('no message has a number beyond those of an epoch', () => {
  const chain = chainOf(random(32), random(32), random(32));
  const last = chainLimits.messages - 1;
  expect(reach({ ...chain, next: last }, last, 1).ok).toBe(true);
  const beyond = reach({ ...chain, next: last }, chainLimits.messages, 1);
  expect(beyond).toEqual({ ok: false, code: 'too-large' });
});

test('in an ephemeral forum the oldest of too many skipped keys go', () => {
  const [me, sender] = members;
  if (me === undefined || sender === undefined) throw new TypeError('there are members');
  const { epoch } = epochFor(members);
  let held = keysFor(epoch, me, 'ephemeral');
  for (let number = 1_000; number <= 3_000; number += 1_000) {
    held = must(takeKey(held, sender.member, number)).keys;
  }
  expect(held.skipped.length).toBe(chainLimits.skippedKept);
  const read = (number: number) => takeKey(held, sender.member, number);
  expect(read(1)).toEqual({ ok: false, code: 'already-read' });
  expect(read(2_999).ok).toBe(true);
});
