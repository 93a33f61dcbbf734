import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDeviceKeys } from '../../src/domain/keys.ts';
import { randomBytes, sodiumReady } from '../../src/domain/sodium.ts';
import { stored } from '../../src/background/app/self/own-spaces.ts';
import { bundleOf } from '../domain/people.ts';
import { Onions } from '../sync/onions.ts';
import { befriend, eventually, Household, surprises } from './household.ts';

let onions: Onions;
let alice: Household;
let bob: Household;

beforeAll(sodiumReady);

beforeEach(async () => {
  onions = new Onions();
  [alice, bob] = await Promise.all([
    Household.found('Alice', onions),
    Household.found('Bob', onions),
  ]);
});

afterEach(async () => {
  await Promise.all([alice.dispose(), bob.dispose()]);
  await onions.close();
  expect(surprises.splice(0)).toEqual([]);
});

describe('Bob has another device than Alice knows of', { timeout: 30_000 }, () => {
  it('and she finds its keys in his profile, as any stranger can, and goes on', async () => {
    await befriend(alice, bob);
    const { identity } = bob.person.context.me;
    const older = bundleOf(identity, createDeviceKeys(randomBytes), 1);
    onions.takeAsked(bob.address);
    await alice.person.book.update(bob.address, { bundle: stored(older.document) });
    await eventually(
      'Alice has his keys',
      () => alice.person.book.get(bob.address).bundle.seq === bob.person.profile.bundle.seq,
    );
    expect(onions.takeAsked(bob.address).join('\n')).toMatch(/_all_docs/);
    await alice.person.sendMessage(bob.address, 'is it you?');
    await bob.person.sendMessage(alice.address, 'it is me');
    await eventually(
      'both hear',
      () => alice.hears(bob).length === 2 && bob.hears(alice).length === 2,
    );
  });
});

describe('the host has a newer access list than the add-on, whose clock was set back', () => {
  it('and is told the add-on’s anew, above it, once', () => {
    const last = alice.grantedVersions.at(-1) ?? 0;
    alice.person.doors.inForce(last);
    alice.person.doors.inForce(last - 1);
    expect(alice.grantedVersions.at(-1)).toBe(last);
    alice.person.doors.inForce(last + 86_400_000);
    alice.person.doors.inForce(last + 86_400_001);
    expect(alice.grantedVersions.slice(-2)).toEqual([last, last + 86_400_001]);
  });
});
