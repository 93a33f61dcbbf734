import { expect, test } from 'vitest';
import type { SignedDocument } from '../../src/domain/document/signed.ts';
import { nameOf } from '../../src/domain/membership/operation.ts';
import { viewFrom } from '../../src/domain/membership/view.ts';
import { namesOf, World } from './membership-world.ts';

const reasonsIn = (world: World, anchor: SignedDocument | null = null) =>
  [...world.view(anchor).quarantine.reasons.values()].toSorted();

/** A forum that began with Mallory alone, who admitted Alice, Bob and Carol; and then it grew. */
function grown() {
  const world = new World(['Mallory']);
  const start = [...world.documents];
  world.admit(['Mallory'], ['Alice', 'Bob', 'Carol']);
  const anchor = world.admit(['Alice', 'Bob', 'Carol'], ['Dave']);
  return { world, start, anchor };
}

test('Mallory, once alone, forges another past with friends of hers, but the anchor was there before', () => {
  const { world, start, anchor } = grown();
  world.key('Mallory', { seen: start, device: 'phone' });
  const seen = world.past([...start, ...world.documents.slice(-1)]);
  const forged = world.admit(['Mallory'], ['Oscar', 'Peggy'], {
    seen,
    device: 'phone',
    fork: true,
  });
  expect(world.verdict(forged)).toBe('valid');
  expect(world.members(anchor)).toEqual(['Alice', 'Bob', 'Carol', 'Dave', 'Mallory']);
  expect(reasonsIn(world, anchor)).toEqual(['beside-anchor']);
});

test("whoever's anchor is the forged branch sees another group, and that the two differ", () => {
  const { world, start, anchor } = grown();
  const forged = world.admit(['Mallory'], ['Oscar'], { seen: start, fork: true });
  const there = world.view(forged);
  const here = world.view(anchor);
  expect(namesOf(there.members)).toEqual(['Mallory', 'Oscar']);
  expect(there.digest).not.toEqual(here.digest);
  expect(world.view(anchor).digest).toEqual(here.digest);
});

test('Oscar of the forged branch builds on the anchor too, but what builds on a quarantined decision is none', () => {
  const { world, start, anchor } = grown();
  const forged = world.admit(['Mallory'], ['Oscar', 'Peggy', 'Quinn', 'Rupert', 'Sybil', 'Trent'], {
    seen: start,
    fork: true,
  });
  const voters = ['Oscar', 'Peggy', 'Quinn', 'Rupert', 'Sybil', 'Trent'];
  const both = [...world.documents];
  const targets = ['Alice', 'Bob', 'Carol', 'Dave'];
  const ballot = world.gather(voters, 'remove', targets, both);
  const coup = world.decide('Oscar', ballot.proposal, ballot.votes, 6, { seen: both });
  expect(world.verdict(forged)).toBe('valid');
  expect(world.verdict(coup)).toBe('valid');
  expect(world.members(anchor)).toEqual(['Alice', 'Bob', 'Carol', 'Dave', 'Mallory']);
  expect(reasonsIn(world, anchor)).toEqual(['beside-anchor', 'builds-on-quarantined']);
});

test('a majority under the anchor accepts a decision from beside it, and then it counts; half does not', () => {
  const world = new World(['Alice', 'Bob', 'Carol', 'Dave']);
  const before = [...world.documents];
  const beside = world.gather(['Bob', 'Carol', 'Dave'], 'admit', ['Erin'], before);
  const anchor = world.carry(['Alice', 'Bob', 'Carol'], 'admit', ['Frank'], { seen: before });
  const late = world.close('Dave', beside, { seen: before });
  const without = ['Alice', 'Bob', 'Carol', 'Dave', 'Frank'];
  expect(world.members(anchor)).toEqual(without);
  world.key('Frank', { seen: [anchor] });
  for (const name of ['Alice', 'Bob']) world.accept(name, late);
  expect(world.members(anchor)).toEqual(without);
  world.accept('Bob', late);
  expect(world.members(anchor)).toEqual(without);
  world.accept('Dave', late, { seen: [anchor] });
  expect(world.members(anchor)).toEqual([...without, 'Erin'].toSorted());
  expect(world.view(anchor).quarantine.lifted.size).toBe(1);
});

test('what is final is settled: a removal accepted later takes Mallory out, but not whom she helped in', () => {
  const world = new World(['Alice', 'Bob', 'Carol', 'Mallory']);
  const before = [...world.documents];
  const friend = world.gather(['Mallory', 'Bob', 'Carol'], 'admit', ['Oscar'], before);
  const remove = world.gather(['Alice', 'Bob', 'Carol'], 'remove', ['Mallory'], before);
  const anchor = world.close('Mallory', friend, { seen: before });
  const beside = world.close('Alice', remove, { seen: before });
  expect(world.members(anchor)).toContain('Mallory');
  for (const name of ['Alice', 'Bob', 'Carol']) world.accept(name, beside, { seen: [anchor] });
  expect(world.members(anchor)).toEqual(['Alice', 'Bob', 'Carol', 'Oscar']);
});

test('who came in by a quarantined decision can not lift it', () => {
  const { world, start, anchor } = grown();
  const forged = world.admit(['Mallory'], ['Oscar', 'Peggy', 'Quinn', 'Rupert'], {
    seen: start,
    fork: true,
  });
  for (const name of ['Oscar', 'Peggy', 'Quinn', 'Rupert', 'Mallory']) world.accept(name, forged);
  expect(world.members(anchor)).toEqual(['Alice', 'Bob', 'Carol', 'Dave', 'Mallory']);
});

test('Mallory tells two halves of the forum two decisions; her chain forks, and neither counts by itself', () => {
  const world = new World(['Alice', 'Bob', 'Mallory']);
  const one = world.gather(['Mallory', 'Alice'], 'admit', ['Dave'], [...world.documents]);
  const two = world.gather(['Mallory', 'Bob'], 'admit', ['Erin'], [...world.documents]);
  const seen = [...world.documents];
  const first = world.close('Mallory', one, { seen });
  expect(world.members()).toContain('Dave');
  const second = world.close('Mallory', two, { seen, fork: true });
  expect([world.verdict(first), world.verdict(second)]).toEqual(['valid', 'valid']);
  expect(world.members()).toEqual(['Alice', 'Bob', 'Mallory']);
  expect(reasonsIn(world)).toEqual(['forked-author', 'forked-author']);
  for (const name of ['Alice', 'Bob']) world.accept(name, first, { seen });
  expect(world.members()).toEqual(['Alice', 'Bob', 'Dave', 'Mallory']);
});

test('what is final already stays, when its author rewrites the past later', () => {
  const world = new World(['Alice', 'Bob', 'Mallory']);
  const before = [...world.documents];
  const anchor = world.carry(['Mallory', 'Alice'], 'admit', ['Dave'], { seen: before });
  world.propose('Mallory', 'admit', ['Erin'], { seen: before, fork: true });
  expect(world.members(anchor)).toContain('Dave');
  expect(world.members(null)).not.toContain('Dave');
});

test('two devices of one person are two chains and no fork', () => {
  const world = new World(['Alice', 'Bob', 'Carol']);
  world.key('Alice', { device: 'phone' });
  const seen = [...world.documents];
  world.propose('Alice', 'admit', ['Erin'], { seen, device: 'phone' });
  world.carry(['Alice', 'Bob'], 'admit', ['Dave'], { seen });
  expect(world.members()).toContain('Dave');
});

test('a decision is final when three are built on it, and holding it as final changes nothing', () => {
  const world = new World(['Alice', 'Bob', 'Carol']);
  const first = world.admit(['Alice', 'Bob'], ['Dave']);
  world.admit(['Alice', 'Bob', 'Carol'], ['Erin']);
  world.admit(['Alice', 'Bob', 'Carol'], ['Frank']);
  expect(world.view().final.name).toBe(nameOf(world.genesis.hash));
  world.admit(['Alice', 'Bob', 'Carol', 'Dave'], ['Grace']);
  expect(world.view().final.name).toBe(nameOf(first.hash));
  expect(world.members(first)).toEqual(world.members());
});

test('nothing becomes final beside a decision that has effect', () => {
  const world = new World(['Alice', 'Bob', 'Carol', 'Dave', 'Erin']);
  const before = [...world.documents];
  const beside = world.gather(['Erin', 'Dave', 'Carol'], 'admit', ['Zoe'], before);
  world.close('Erin', beside, { seen: before });
  let seen = before;
  for (const name of ['F1', 'F2', 'F3', 'F4', 'F5']) {
    world.carry(['Alice', 'Bob', 'Carol', 'Dave'], 'admit', [name], { seen });
    seen = world.past(world.documents.slice(-1));
  }
  expect(world.view().final.name).toBe(nameOf(world.genesis.hash));
});

test('an anchor that is not here, or is no decision, is refused', () => {
  const world = new World(['Alice', 'Bob']);
  const proposal = world.propose('Alice', 'admit', ['Carol']);
  const unknown = { ok: false, code: 'unknown-anchor' };
  expect(viewFrom(world.state(), new Uint8Array(32))).toEqual(unknown);
  expect(viewFrom(world.state(), proposal.hash)).toEqual(unknown);
  expect(viewFrom(world.state([]), null)).toEqual(unknown);
});

test('in a space of an owner, the owner alone lifts a quarantine', () => {
  const world = new World(['Alice'], { rule: 'owner' });
  const start = [...world.documents];
  const anchor = world.admit(['Alice'], ['Bob', 'Carol']);
  world.key('Alice', { seen: start, device: 'phone' });
  const seen = world.past([...start, ...world.documents.slice(-1)]);
  const beside = world.carry(['Alice'], 'admit', ['Dave'], { seen, device: 'phone' });
  expect(world.members(anchor)).toEqual(['Alice', 'Bob', 'Carol']);
  for (const name of ['Bob', 'Carol']) world.accept(name, beside, { seen: [anchor] });
  expect(world.members(anchor)).toEqual(['Alice', 'Bob', 'Carol']);
  world.accept('Alice', beside, { seen: [anchor] });
  expect(world.members(anchor)).toEqual(['Alice', 'Bob', 'Carol', 'Dave']);
});
