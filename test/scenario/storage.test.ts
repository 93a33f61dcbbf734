import { open, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sodiumReady } from '../../src/domain/sodium.ts';
import { Onions } from '../sync/onions.ts';
import { befriend, eventually, Household, surprises } from './household.ts';

let alice: Household;
let bob: Household;
const onions = new Onions();

beforeAll(async () => {
  await sodiumReady();
  [alice, bob] = await Promise.all([
    Household.found('Alice', onions),
    Household.found('Bob', onions),
  ]);
  await befriend(bob, alice);
});
afterAll(async () => {
  await Promise.all([alice.dispose(), bob.dispose()]);
  await onions.close();
  expect(surprises).toEqual([]);
});

/** A large file beside Bob's databases, which takes no room on the disk it is tested on. */
const ballast = () => path.join(bob.host.folder, 'databases', 'ballast');
async function fill(bytes: number): Promise<void> {
  const file = await open(ballast(), 'w');
  await file.truncate(bytes);
  await file.close();
}

it('what lies on the disk is told by whose it is, and adds up', async () => {
  await alice.person.posting.write('Something to keep');
  await alice.person.sendMessage(bob.address, 'and something private');
  await eventually('Bob has both', async () => {
    return (await bob.reads()).length === 1 && bob.hears(alice).length === 1;
  });
  const { total = 0, parts, growth, level, limit } = await bob.person.storage.view();
  expect(parts.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(total);
  expect(parts.map(({ what }) => what).toSorted()).toEqual(
    ['conversation', 'letters', 'profiles', 'rest', 'safe', 'space', 'space'].toSorted(),
  );
  expect(parts.every(({ bytes }) => bytes > 0)).toBe(true);
  expect(parts.find(({ friend }) => friend)?.friend).toEqual({
    address: alice.address,
    petname: 'Alice',
  });
  expect([level, limit]).toEqual(['fine', 5_000_000_000]);
  expect(growth.at(-1)?.bytes).toBe(total);
});

it('tidying up says what it gave back, and keeps what can be read', async () => {
  const before = await bob.reads();
  const { freed } = await bob.person.storage.compact();
  expect(freed).toBeGreaterThanOrEqual(0);
  expect(await bob.reads()).toEqual(before);
});

it('when it is full, blogs wait, private messages come; with room again all comes', async () => {
  await bob.person.storage.setLimit(250_000_000);
  await fill(210_000_000);
  await bob.person.storage.measure();
  expect(bob.person.storage.level).toBe('near');
  await fill(300_000_000);
  await bob.person.storage.measure();
  expect(bob.person.storage.level).toBe('full');

  await alice.person.posting.write('Too much for Bob');
  await alice.person.sendMessage(bob.address, 'You there?');
  await eventually('Bob hears her', () => bob.hears(alice).includes('You there?'));
  await bob.person.posting.write('I still write');
  await eventually('Alice reads him', async () => (await alice.reads()).includes('I still write'));
  expect(await bob.reads()).not.toContain('Too much for Bob');

  await rm(ballast());
  await bob.person.storage.measure();
  expect(bob.person.storage.level).toBe('fine');
  await eventually('Bob reads it now', async () =>
    (await bob.reads()).includes('Too much for Bob'),
  );
});

it('the limit is kept over a restart, and the level is known soon after it', async () => {
  await fill(300_000_000);
  await bob.close();
  await bob.reopen();
  await eventually('it is measured', () => bob.person.storage.level === 'full');
  expect(bob.person.storage.limit).toBe(250_000_000);
  await rm(ballast());
  await bob.person.storage.setLimit(null);
  expect(bob.person.storage.level).toBe('fine');
});
