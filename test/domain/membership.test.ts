import { expect, test } from 'vitest';
import { keyOf, namesOf, World } from './membership-world.ts';
import { checkWriting } from '../../src/domain/membership/writing.ts';

test('Alice, Bob and Carol admit Dave with two votes of three', () => {
  const world = new World(['Alice', 'Bob', 'Carol']);
  const decision = world.admit(['Alice', 'Bob'], ['Dave']);
  expect(world.verdict(decision)).toBe('valid');
  expect(world.members()).toEqual(['Alice', 'Bob', 'Carol', 'Dave']);
});

test('one vote of three lets nobody in, whatever quorum the decision states', () => {
  const world = new World(['Alice', 'Bob', 'Carol']);
  const proposal = world.propose('Alice', 'admit', ['Dave']);
  const vote = world.vote('Alice', proposal);
  expect(world.verdict(world.decide('Alice', proposal, [vote], 2))).toBe('no-quorum');
  expect(world.verdict(world.decide('Alice', proposal, [vote], 1))).toBe('no-quorum');
  expect(world.members()).toEqual(['Alice', 'Bob', 'Carol']);
});

test('half is no majority', () => {
  const world = new World(['Alice', 'Bob', 'Carol', 'Dave']);
  const proposal = world.propose('Alice', 'remove', ['Dave']);
  const votes = [world.vote('Alice', proposal), world.vote('Bob', proposal)];
  expect(world.verdict(world.decide('Alice', proposal, votes, 2))).toBe('no-quorum');
  const third = world.vote('Carol', proposal);
  expect(world.verdict(world.decide('Alice', proposal, [...votes, third], 3))).toBe('valid');
  expect(world.members()).toEqual(['Alice', 'Bob', 'Carol']);
});

test('a charter that asks for two thirds gets four of five, where three were a majority', () => {
  const five = ['Alice', 'Bob', 'Carol', 'Dave', 'Erin'];
  const world = new World(five, { rule: 'two-thirds' });
  const proposal = world.propose('Alice', 'remove', ['Erin']);
  const votes = ['Alice', 'Bob', 'Carol'].map((name) => world.vote(name, proposal));
  expect(world.verdict(world.decide('Alice', proposal, votes, 3))).toBe('no-quorum');
  const more = [...votes, world.vote('Dave', proposal)];
  expect(world.verdict(world.decide('Alice', proposal, more, 4))).toBe('valid');
});

test('one proposal can admit ten people at once', () => {
  const world = new World(['Alice', 'Bob', 'Carol']);
  const ten = Array.from({ length: 10 }, (_, index) => `Guest ${String(index)}`);
  world.admit(['Alice', 'Bob'], ten);
  expect(world.members()).toEqual(['Alice', 'Bob', 'Carol', ...ten].toSorted());
});

test('Mallory votes on her own removal, but her vote is not counted, and she is: three of four', () => {
  const world = new World(['Alice', 'Bob', 'Carol', 'Mallory']);
  const proposal = world.propose('Alice', 'remove', ['Mallory']);
  const names = ['Alice', 'Bob', 'Mallory'];
  const votes = names.map((name) => world.vote(name, proposal));
  expect(world.verdict(world.decide('Alice', proposal, votes, 3))).toBe('unusable-vote');
  expect(world.verdict(world.decide('Alice', proposal, votes.slice(0, 2), 2))).toBe('no-quorum');
});

test('a no is no yes, one voter counts once, and a vote on something else is none', () => {
  const world = new World(['Alice', 'Bob', 'Carol']);
  const proposal = world.propose('Alice', 'admit', ['Dave']);
  const other = world.propose('Alice', 'admit', ['Erin']);
  const yes = world.vote('Alice', proposal);
  const no = world.vote('Bob', proposal, false);
  const elsewhere = world.vote('Carol', other);
  expect(world.verdict(world.decide('Alice', proposal, [yes, no], 2))).toBe('unusable-vote');
  expect(world.verdict(world.decide('Alice', proposal, [yes, elsewhere], 2))).toBe('unusable-vote');
  world.key('Alice', { device: 'phone' });
  const twice = world.vote('Alice', proposal, true, { device: 'phone', seen: [proposal] });
  expect(world.verdict(twice)).toBe('valid');
  expect(world.verdict(world.decide('Alice', proposal, [yes, twice], 2))).toBe('unusable-vote');
});

test('Bob withdraws his vote, and a decision that knows of it can not use it', () => {
  const world = new World(['Alice', 'Bob', 'Carol']);
  const proposal = world.propose('Alice', 'admit', ['Dave']);
  const yes = world.vote('Alice', proposal);
  const bobs = world.vote('Bob', proposal);
  const withdrawn = world.vote('Bob', proposal, false);
  const also = [withdrawn];
  const known = world.decide('Alice', proposal, [yes, bobs], 2, { also });
  expect(world.verdict(known)).toBe('unusable-vote');
  const again = world.vote('Bob', proposal);
  expect(world.verdict(world.decide('Alice', proposal, [yes, bobs], 2, { also: [again] }))).toBe(
    'unusable-vote',
  );
  expect(world.verdict(world.decide('Alice', proposal, [yes, again], 2))).toBe('valid');
});

test("a yes from Bob's phone does not stand beside a no from his laptop", () => {
  const world = new World(['Alice', 'Bob', 'Carol']);
  world.key('Bob', { device: 'phone' });
  const proposal = world.propose('Alice', 'admit', ['Dave']);
  const alices = world.vote('Alice', proposal);
  const seen = [...world.documents];
  const no = world.vote('Bob', proposal, false, { seen });
  const yes = world.vote('Bob', proposal, true, { seen, device: 'phone' });
  const decision = world.decide('Alice', proposal, [alices, yes], 2, { also: [no] });
  expect(world.verdict(decision)).toBe('unusable-vote');
});

test('only members propose, vote and decide; strangers bring no key', () => {
  const world = new World(['Alice', 'Bob', 'Carol']);
  expect(world.verdict(world.key('Mallory'))).toBe('not-a-member');
  expect(world.verdict(world.propose('Mallory', 'admit', ['Mallory']))).toBe('not-a-member');
  const proposal = world.propose('Alice', 'admit', ['Mallory']);
  const votes = [world.vote('Alice', proposal), world.vote('Mallory', proposal)];
  expect(world.verdict(votes[1] ?? proposal)).toBe('not-a-member');
  expect(world.verdict(world.decide('Alice', proposal, votes, 2))).toBe('bad-ancestry');
});

test('who leaves is out, at once and without a vote', () => {
  const world = new World(['Alice', 'Bob']);
  const leave = world.leave('Bob');
  expect(world.verdict(leave)).toBe('valid');
  expect(world.members()).toEqual(['Alice']);
});

test('between two there is no removal', () => {
  const world = new World(['Alice', 'Bob']);
  expect(world.verdict(world.propose('Alice', 'remove', ['Bob']))).toBe('not-applicable');
});

test('Alice and Bob remove each other at the same time, and both are out', () => {
  const world = new World(['Alice', 'Bob', 'Carol', 'Dave', 'Erin']);
  const before = [...world.documents];
  const one = world.carry(['Alice', 'Carol', 'Dave'], 'remove', ['Bob'], { seen: before });
  const two = world.carry(['Bob', 'Carol', 'Erin'], 'remove', ['Alice'], { seen: before });
  expect([world.verdict(one), world.verdict(two)]).toEqual(['valid', 'valid']);
  expect(namesOf(world.view().membership.members)).toEqual(['Carol', 'Dave', 'Erin']);
});

test('Mallory back-dates a vote for her friend, but she was removed beside it', () => {
  const world = new World(['Alice', 'Bob', 'Mallory']);
  const before = [...world.documents];
  const friend = world.gather(['Mallory', 'Bob'], 'admit', ['Oscar'], before);
  world.carry(['Alice', 'Bob'], 'remove', ['Mallory'], { seen: before });
  const late = world.close('Mallory', friend, { seen: before });
  expect(world.verdict(late)).toBe('valid');
  expect(world.members()).toEqual(['Alice', 'Bob']);
});

test('an admission whose votes hold without Mallory holds', () => {
  const world = new World(['Alice', 'Bob', 'Carol', 'Dan', 'Mallory']);
  const before = [...world.documents];
  const voters = ['Mallory', 'Alice', 'Bob', 'Carol'];
  const friend = world.gather(voters, 'admit', ['Dave'], before);
  world.carry(['Dan', 'Alice', 'Bob'], 'remove', ['Mallory'], { seen: before });
  expect(world.verdict(world.close('Mallory', friend, { seen: before }))).toBe('valid');
  expect(world.members()).toEqual(['Alice', 'Bob', 'Carol', 'Dan', 'Dave']);
});

test('what an unrightfully admitted member voted is void too', () => {
  const world = new World(['Alice', 'Bob', 'Carol', 'Mallory']);
  const before = [...world.documents];
  const remove = world.gather(['Alice', 'Bob', 'Carol'], 'remove', ['Mallory'], before);
  const oscar = world.admit(['Mallory', 'Bob', 'Carol'], ['Oscar'], { seen: before });
  const seen = world.past(world.documents.slice(-1));
  const peggy = world.gather(['Oscar', 'Bob', 'Carol'], 'admit', ['Peggy'], seen);
  const next = world.close('Oscar', peggy, { seen });
  expect(world.verdict(next)).toBe('valid');
  expect(world.members()).toEqual(['Alice', 'Bob', 'Carol', 'Mallory', 'Oscar', 'Peggy']);
  world.close('Alice', remove, { seen: before });
  expect(world.verdict(oscar)).toBe('valid');
  expect(world.members()).toEqual(['Alice', 'Bob', 'Carol']);
});

test('Dave is admitted and removed at the same time, and is out', () => {
  const world = new World(['Alice', 'Bob', 'Carol', 'Erin', 'Fay']);
  const start = [...world.documents];
  const one = world.gather(['Alice', 'Bob', 'Carol'], 'admit', ['Dave'], start);
  const two = world.gather(['Erin', 'Alice', 'Bob'], 'admit', ['Dave'], start);
  const first = world.close('Alice', one, { seen: start });
  world.carry(['Alice', 'Bob', 'Carol', 'Fay'], 'remove', ['Dave'], { seen: [first] });
  expect(world.members()).not.toContain('Dave');
  const beside = world.close('Erin', two, { seen: start });
  expect(world.verdict(beside)).toBe('valid');
  expect(world.members()).toEqual(['Alice', 'Bob', 'Carol', 'Erin', 'Fay']);
});

test('Dave comes back by a new vote; the old proposal and the old key are spent', () => {
  const world = new World(['Alice', 'Bob', 'Carol', 'Dave']);
  const old = world.propose('Alice', 'remove', ['Dave']);
  const spare = ['Alice', 'Bob', 'Carol'].map((name) => world.vote(name, old));
  world.carry(['Alice', 'Bob', 'Carol'], 'remove', ['Dave']);
  expect(world.members()).toEqual(['Alice', 'Bob', 'Carol']);
  world.carry(['Alice', 'Bob'], 'admit', ['Dave']);
  expect(world.members()).toContain('Dave');
  expect(world.verdict(world.propose('Dave', 'admit', ['Erin']))).toBe('uncertified-key');
  world.key('Dave');
  expect(world.verdict(world.propose('Dave', 'admit', ['Erin']))).toBe('valid');
  expect(world.verdict(world.decide('Alice', old, spare, 3))).toBe('not-applicable');
});

test('a vote from before somebody left and came back does not count again', () => {
  const world = new World(['Alice', 'Bob', 'Carol']);
  const proposal = world.propose('Alice', 'admit', ['Dave']);
  const carols = world.vote('Carol', proposal);
  world.leave('Carol');
  world.admit(['Alice', 'Bob'], ['Carol']);
  const alices = world.vote('Alice', proposal);
  expect(world.verdict(world.decide('Alice', proposal, [carols, alices], 2))).toBe('unusable-vote');
});

test('a proposal is decided once; a second decision kept back throws nobody out again', () => {
  const world = new World(['Alice', 'Bob', 'Carol', 'Dave']);
  const proposal = world.propose('Alice', 'remove', ['Dave']);
  const votes = ['Alice', 'Bob', 'Carol'].map((name) => world.vote(name, proposal));
  const before = [...world.documents];
  world.decide('Alice', proposal, votes, 3, { seen: before });
  expect(world.verdict(world.decide('Bob', proposal, votes, 3))).toBe('not-applicable');
  world.admit(['Alice', 'Bob'], ['Dave']);
  const kept = world.decide('Carol', proposal, votes, 3, { seen: before });
  expect(world.verdict(kept)).toBe('valid');
  expect(world.members()).toContain('Dave');
});

test('where the owner admits, the owner alone decides, and stays', () => {
  const world = new World(['Alice'], { rule: 'owner' });
  world.admit(['Alice'], ['Bob', 'Carol']);
  expect(world.members()).toEqual(['Alice', 'Bob', 'Carol']);
  expect(world.verdict(world.propose('Bob', 'admit', ['Dave']))).toBe('not-the-owner');
  expect(world.verdict(world.propose('Alice', 'remove', ['Alice']))).toBe('not-applicable');
  const proposal = world.propose('Alice', 'remove', ['Bob']);
  expect(world.verdict(world.vote('Carol', proposal))).toBe('not-the-owner');
  expect(world.verdict(world.decide('Carol', proposal, [], 0))).toBe('not-the-owner');
  expect(world.verdict(world.decide('Alice', proposal, [], 0))).toBe('valid');
  expect(world.members()).toEqual(['Alice', 'Carol']);
  expect(world.verdict(world.carry(['Alice'], 'remove', ['Carol']))).toBe('valid');
  expect(world.members()).toEqual(['Alice']);
});

test('who is in already is not admitted, who is not is not removed, and nobody half a list', () => {
  const world = new World(['Alice', 'Bob', 'Carol']);
  expect(world.verdict(world.propose('Alice', 'admit', ['Bob', 'Dave']))).toBe('not-applicable');
  expect(world.verdict(world.propose('Alice', 'remove', ['Bob', 'Dave']))).toBe('not-applicable');
});

test('a stranger founds nothing in the space, and two beginnings do not mix', () => {
  const world = new World(['Alice', 'Bob']);
  expect(world.verdict(world.foundedBy('Mallory', ['Mallory']))).toBe('wrong-author');
  expect(world.verdict(world.foundedBy('Alice', ['Bob']))).toBe('bad-ancestry');
  const second = world.foundedBy('Alice', ['Alice', 'Mallory']);
  expect(world.verdict(second)).toBe('valid');
  const key = world.key('Alice', { seen: [world.genesis, second], device: 'phone' });
  expect(world.verdict(key)).toBe('bad-ancestry');
  expect(world.members(world.genesis)).toEqual(['Alice', 'Bob']);
  expect(world.members(second)).toEqual(['Alice', 'Mallory']);
});

test('a device speaks for its own author only, and with its own chain', () => {
  const world = new World(['Alice', 'Bob', 'Carol']);
  expect(world.verdict(world.leave('Alice', { device: 'unknown' }))).toBe('bad-ancestry');
  world.key('Alice', { device: 'phone' });
  expect(world.verdict(world.propose('Alice', 'admit', ['Dave'], { device: 'phone' }))).toBe(
    'valid',
  );
});

test('an operation waits for what it builds on, and falls with it', () => {
  const world = new World(['Alice', 'Bob', 'Carol']);
  const proposal = world.propose('Alice', 'admit', ['Dave']);
  const vote = world.vote('Bob', proposal);
  const without = world.documents.filter((document) => document !== proposal);
  expect(world.verdict(vote, without)).toBe('waiting');
  expect(world.view(null, without).incomplete).toBe(true);
  const wrong = world.propose('Alice', 'admit', ['Bob']);
  expect(world.verdict(world.vote('Bob', wrong))).toBe('bad-ancestry');
});

test('posts: members write, strangers and the departed do not, and nobody writes as of yesterday', () => {
  const world = new World(['Alice', 'Bob', 'Carol']);
  const before = [...world.documents];
  const remove = world.carry(['Alice', 'Bob'], 'remove', ['Carol']);
  const writing = (name: string, parents: readonly Uint8Array[]) => {
    const key = world.documents.find(
      ({ type, author }) => type === 'key' && author === keyOf(name),
    );
    const device = key?.content?.['k'];
    if (!(device instanceof Uint8Array)) throw new TypeError('no key');
    return { author: keyOf(name), key: device, parents };
  };
  const keys = before.map(({ hash }) => hash);
  const check = (name: string, parents: readonly Uint8Array[]) =>
    checkWriting(writing(name, parents), world.view());
  expect(check('Alice', [...keys, remove.hash])).toEqual({ ok: true, value: true });
  expect(check('Carol', [...keys, remove.hash])).toEqual({ ok: false, code: 'not-a-member' });
  expect(check('Carol', keys)).toEqual({ ok: false, code: 'departed-meanwhile' });
  expect(check('Alice', [])).toEqual({ ok: false, code: 'not-a-member' });
  expect(check('Alice', [world.genesis.hash])).toEqual({ ok: false, code: 'uncertified-key' });
  expect(check('Alice', [new Uint8Array(32)])).toEqual({ ok: false, code: 'bad-ancestry' });
  expect(checkWriting(writing('Carol', keys), world.view(null, before))).toEqual({
    ok: true,
    value: true,
  });
});
