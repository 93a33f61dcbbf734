import { expect, test } from 'vitest';
import { namesOf, World } from './membership-world.ts';

const seven = ['Alice', 'Bob', 'Carol', 'Dave', 'Erin', 'Sam', 'Sue'];
const awake = ['Alice', 'Bob', 'Carol', 'Dave'];

/** Three of seven mark Sam and Sue dormant, and then so many more are admitted. */
function asleep(decisions: number) {
  const world = new World(seven, { dormancy: true });
  const mark = world.carry(['Alice', 'Bob', 'Carol'], 'dormant', ['Sam', 'Sue']);
  for (let index = 0; index < decisions; index += 1) {
    world.admit([...awake, 'Erin'], [`New ${String(index)}`]);
  }
  return { world, mark };
}

const counted = (world: World) => namesOf(world.view().electorate);

test('more than a third may mark sleepers, but they sleep only three decisions later', () => {
  const { world, mark } = asleep(2);
  expect(world.verdict(mark)).toBe('valid');
  expect(counted(world)).toContain('Sam');
  const later = asleep(3).world;
  expect(counted(later)).not.toContain('Sam');
  expect(later.members()).toContain('Sam');
});

test('sleepers are not counted in a quorum: five of eight decide where there are ten members', () => {
  const { world } = asleep(3);
  const proposal = world.propose('Alice', 'admit', ['Zoe']);
  const votes = ['Alice', 'Bob', 'Carol', 'Dave', 'Erin'].map((name) => world.vote(name, proposal));
  expect(world.view().members.size).toBe(10);
  expect(world.verdict(world.decide('Alice', proposal, votes, 6))).toBe('no-quorum');
  expect(world.verdict(world.decide('Alice', proposal, votes, 5))).toBe('valid');
});

test('one word of Sam, before or after, and Sam is counted again', () => {
  const { world } = asleep(3);
  const sue = world.propose('Sue', 'admit', ['Zoe']);
  expect(world.verdict(sue)).toBe('valid');
  expect(counted(world)).toContain('Sue');
  expect(counted(world)).not.toContain('Sam');
  const vote = world.vote('Sam', sue);
  expect(world.verdict(vote)).toBe('valid');
  expect(counted(world)).toContain('Sam');
});

test('what Sam said before the mark, and the mark builds on, does not wake Sam', () => {
  const world = new World(seven, { dormancy: true });
  world.propose('Sam', 'admit', ['Zoe']);
  world.carry(['Alice', 'Bob', 'Carol'], 'dormant', ['Sam']);
  for (const name of ['A', 'B', 'C']) world.admit([...awake, 'Erin'], [name]);
  expect(counted(world)).not.toContain('Sam');
});

test('what Sam said beside the mark, unheard, wakes Sam when it comes', () => {
  const world = new World(seven, { dormancy: true });
  const seen = [...world.documents];
  world.carry(['Alice', 'Bob', 'Carol'], 'dormant', ['Sam'], { seen });
  for (const name of ['A', 'B', 'C']) world.admit([...awake, 'Erin'], [name]);
  expect(counted(world)).not.toContain('Sam');
  world.propose('Sam', 'admit', ['Zoe'], { seen });
  expect(counted(world)).toContain('Sam');
});

test('marks alone put nobody to sleep: a third can not do it without decisions of a majority', () => {
  const world = new World(seven, { dormancy: true });
  for (const name of ['Sam', 'Sue', 'Erin', 'Dave']) {
    const mark = world.carry(['Alice', 'Bob', 'Carol'], 'dormant', [name]);
    expect(world.verdict(mark)).toBe('valid');
  }
  expect(counted(world)).toEqual(seven);
});

test('nobody is marked where the charter does not allow it, nor by a third or less', () => {
  const world = new World(seven);
  expect(world.verdict(world.propose('Alice', 'dormant', ['Sam']))).toBe('not-applicable');
  const other = new World(seven, { dormancy: true });
  const few = other.carry(['Alice', 'Bob'], 'dormant', ['Sam']);
  expect(other.verdict(few)).toBe('no-quorum');
  const own = other.carry(['Alice', 'Bob', 'Sam'], 'dormant', ['Sam']);
  expect(other.verdict(own)).toBe('unusable-vote');
});
