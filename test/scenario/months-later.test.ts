import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { sodiumReady } from '../../src/domain/sodium.ts';
import { Onions } from '../sync/onions.ts';
import { eventually, Household, surprises } from './household.ts';

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
  vi.useRealTimers();
  await Promise.all([alice.dispose(), bob.dispose()]);
  await onions.close();
  expect(surprises.splice(0)).toEqual([]);
});

/** Only the clock moves; whatever waits a second waits a real one. */
function threeMonthsPass(): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 91 * 24 * 3_600_000 });
}

async function bobAsks(): Promise<void> {
  await bob.person.friendships.preview(alice.address);
  await bob.person.friendships.add(alice.address, 'Alice', '');
  await eventually('Alice is asked', () => alice.person.friendships.requests().length === 1);
}

const isFriend = (one: Household, other: Household) =>
  one.person.book.find(other.address)?.record.state === 'friend';

describe('keys that nobody has renewed for three months', { timeout: 30_000 }, () => {
  it('are not asked, and are as soon as their owner has been there', async () => {
    threeMonthsPass();
    const { friendships } = alice.person;
    await friendships.preview(bob.address);
    await expect(friendships.add(bob.address, 'Bob', '')).rejects.toMatchObject({
      code: 'keys-expired',
    });
    expect(alice.person.book.all()).toEqual([]);

    // Any event will do: Bob writes something.
    await bob.person.posting.write('back again');
    await eventually(
      'Bob has renewed his keys',
      () => bob.person.profile.bundle.validUntil > Date.now(),
    );
    await friendships.preview(bob.address);
    await friendships.add(bob.address, 'Bob', '');
    await eventually('Bob is asked', () => bob.person.friendships.requests().length === 1);
  });

  it('in a request are replaced by newer ones before it is accepted', async () => {
    await bobAsks();
    threeMonthsPass();
    await bob.person.posting.write('still there');
    await eventually(
      'Bob has renewed his keys',
      () => bob.person.profile.bundle.validUntil > Date.now(),
    );
    await alice.person.friendships.accept(bob.address, 'Bob');
    expect(alice.person.book.get(bob.address).bundle.seq).toBe(bob.person.profile.bundle.seq);
    await eventually('Bob is accepted', () => isFriend(bob, alice));
  });

  it('in a request of somebody who is gone keep it waiting', async () => {
    await bobAsks();
    await bob.close();
    threeMonthsPass();
    await expect(alice.person.friendships.accept(bob.address, 'Bob')).rejects.toMatchObject({
      code: 'peer-unreachable',
    });
    expect(alice.person.friendships.requests()).toHaveLength(1);
    expect(isFriend(alice, bob)).toBe(false);
  });

  it('of a friend end nothing that has begun', async () => {
    await bobAsks();
    await alice.person.friendships.accept(bob.address, 'Bob');
    await eventually('Bob is accepted', () => isFriend(bob, alice));
    await bob.close();
    threeMonthsPass();
    await alice.person.sendMessage(bob.address, 'where are you?');
    expect(isFriend(alice, bob)).toBe(true);
    await bob.reopen();
    // A computer that slept for so long looks at everything anew.
    alice.wake();
    await eventually('Bob hears', () => bob.hears(alice).includes('where are you?'));
  });
});
