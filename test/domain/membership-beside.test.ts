import { expect, test } from 'vitest';
import { nameOf } from '../../src/domain/membership/operation.ts';
import { World } from './membership-world.ts';

test('Oscar, let in with the vote of Erin who was being removed, has no vote once both are known', () => {
  const world = new World(['Alice', 'Bob', 'Carol', 'Dave', 'Erin']);
  const start = [...world.documents];
  const removal = world.gather(['Carol', 'Dave', 'Bob'], 'remove', ['Erin'], start);
  world.admit(['Alice', 'Bob', 'Erin'], ['Oscar'], { seen: start });
  const zoe = world.gather(['Alice', 'Bob', 'Oscar'], 'admit', ['Zoe'], [...world.documents]);
  expect(world.verdict(zoe.votes.at(-1) ?? zoe.proposal)).toBe('valid');
  expect(world.verdict(world.close('Carol', removal, { seen: start }))).toBe('valid');
  expect(world.members()).toEqual(['Alice', 'Bob', 'Carol', 'Dave']);
  expect(world.verdict(world.close('Alice', zoe))).toBe('unusable-vote');
});

test('a decision is not final while another beside it has effect, however many are built on it', () => {
  const six = ['Alice', 'Bob', 'Carol', 'Dave', 'Erin', 'Frank'];
  const world = new World([...six, 'X', 'Y', 'Z']);
  const start = [...world.documents];
  const beside = world.gather(['Carol', 'Alice', 'Bob', 'Dave', 'Erin'], 'admit', ['Zed'], start);
  const busy = ['Alice', 'Bob', 'Dave', 'Erin', 'Frank'];
  const [first] = ['X', 'Y', 'Z'].map((name) => world.carry(busy, 'remove', [name]));
  world.carry(busy, 'admit', ['Grace']);
  expect(world.view().final.name).toBe(nameOf(first?.hash ?? world.genesis.hash));
  expect(world.verdict(world.close('Carol', beside, { seen: start }))).toBe('valid');
  expect(world.view().final.name).toBe(nameOf(world.genesis.hash));
});
