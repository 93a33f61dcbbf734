import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { sodiumReady } from '../../src/domain/sodium.ts';
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

describe('Alice and Bob', { timeout: 30_000 }, () => {
  it('become friends and read each other’s posts as they are written', async () => {
    await alice.person.posting.write('written before anybody listened');
    await befriend(alice, bob);
    await eventually('Bob reads the old post', async () =>
      (await bob.reads()).includes('written before anybody listened'),
    );
    await bob.person.posting.write('hello Alice');
    await eventually('Alice reads Bob', async () => (await alice.reads()).includes('hello Alice'));
    expect(alice.person.feed.unread()).toBe(1);
    await alice.person.feed.markRead();
    expect(alice.person.feed.unread()).toBe(0);
  });

  it('see the profile before anything is stored', async () => {
    await bob.person.saveProfile({
      name: 'Bob B.',
      about: 'Gardens.',
      interests: ['peas'],
      shownFriends: [],
    });
    const before = await alice.person.context.stores.list();
    const preview = await alice.person.friendships.preview(`http://${bob.address}/`);
    expect(preview).toMatchObject({
      address: bob.address,
      already: 'no',
      profile: { name: 'Bob B.', about: 'Gardens.', interests: ['peas'] },
    });
    expect(await alice.person.context.stores.list()).toEqual(before);
    expect(alice.person.book.all()).toEqual([]);
    const { safetyPhrase } = await bob.person.friendships.preview(alice.address);
    expect(preview.safetyPhrase).toBe(safetyPhrase);
  });

  it('renew their keys each week, and the other one has the new ones soon', async () => {
    await befriend(alice, bob);
    const bundleOf = (friend: Household, at: Household) =>
      at.person.book.get(friend.address).bundle;
    const before = bundleOf(alice, bob);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 8 * 24 * 3_600_000 });
    try {
      // Both computers have slept; any event will do.
      alice.wake();
      bob.wake();
      await alice.person.posting.write('a week later');
      await eventually('Bob has a newer bundle', () => bundleOf(alice, bob).seq > before.seq);
      expect(bundleOf(alice, bob).preKey.id).toEqual(alice.person.preKeys.current().id);
      expect(bundleOf(alice, bob).preKey.id).not.toEqual(before.preKey.id);
      await bob.close();
      vi.setSystemTime(Date.now() + 8 * 24 * 3_600_000);
      alice.wake();
      await alice.person.posting.write('two weeks later');
      await eventually('Alice has a third pre-key', () => alice.person.preKeys.all().length === 3);
      await bob.reopen();
      await eventually(
        'Bob, who was away, pulls the newest bundle',
        () => bundleOf(alice, bob).seq === alice.person.profile.bundle.seq,
      );
    } finally {
      vi.useRealTimers();
    }
  });

  it('write to each other in private, also while one is away', async () => {
    await befriend(alice, bob);
    const { id } = await alice.person.sendMessage(bob.address, 'are you there?');
    await eventually('Bob hears', () => bob.hears(alice).includes('are you there?'));
    await eventually('Alice knows that it arrived', () =>
      alice.person.talk
        .view(bob.address)
        .messages.some((message) => message.id === id && message.delivery === 'on-their-machine'),
    );
    expect(bob.person.messages.unread()).toBe(1);
    await bob.close();
    await alice.person.sendMessage(bob.address, 'written while Bob was away');
    await bob.reopen();
    await eventually('Bob hears what he missed', () =>
      bob.hears(alice).includes('written while Bob was away'),
    );
    await bob.person.sendMessage(alice.address, 'I am now');
    await eventually('Alice hears', () => alice.hears(bob).includes('I am now'));
  });

  it('lose nothing when both close and open again, and catch up on missed posts', async () => {
    await befriend(alice, bob);
    await alice.person.posting.write('one');
    await eventually('Bob reads one', async () => (await bob.reads()).includes('one'));
    await bob.close();
    await alice.person.posting.write('two');
    await alice.close();
    await bob.reopen();
    expect(await bob.reads()).toEqual(['one']);
    await alice.reopen();
    await alice.person.posting.write('three');
    await eventually('Bob reads all', async () => (await bob.reads()).length === 3);
    expect(await bob.reads()).toEqual(['three', 'two', 'one']);
    expect(alice.person.book.get(bob.address).record.petname).toBe('Bob');
  });

  it('meet although Bob is away when Alice asks, and Alice when Bob accepts', async () => {
    await alice.person.friendships.preview(bob.address);
    await bob.host.goOffline();
    await alice.person.friendships.add(bob.address, 'Bob', 'from the garden');
    await bob.host.goOnline();
    alice.person.events.delivered(bob.address);
    await alice.close();
    await alice.reopen();
    await eventually('Bob gets the request', () => bob.person.friendships.requests().length === 1);
    expect(bob.person.friendships.requests()[0]).toMatchObject({
      name: 'Alice',
      note: 'from the garden',
    });
    await alice.close();
    await bob.person.friendships.accept(alice.address, 'Alice');
    await alice.reopen();
    await bob.close();
    await bob.reopen();
    await eventually(
      'Alice is accepted',
      () => alice.person.book.get(bob.address).record.state === 'friend',
    );
  });

  it('both ask at once, and are friends without another question', async () => {
    await alice.person.friendships.preview(bob.address);
    await bob.person.friendships.preview(alice.address);
    await Promise.all([
      alice.person.friendships.add(bob.address, 'Bob', ''),
      bob.person.friendships.add(alice.address, 'Alice', ''),
    ]);
    await eventually('both are friends', () =>
      [alice.person.book.find(bob.address), bob.person.book.find(alice.address)].every(
        (friend) => friend?.record.state === 'friend',
      ),
    );
    expect(bob.person.friendships.requests()).toEqual([]);
  });

  it('part: what is declined is not asked again, and who is removed gets nothing more', async () => {
    await alice.person.friendships.preview(bob.address);
    await alice.person.friendships.add(bob.address, 'Bob', '');
    await eventually('Bob gets the request', () => bob.person.friendships.requests().length === 1);
    await bob.person.friendships.decline(alice.address);
    expect(bob.person.friendships.requests()).toEqual([]);
    await alice.person.partings.removeFriend(bob.address);
    await befriend(bob, alice);
    await bob.person.sendMessage(alice.address, 'only for now');
    await eventually('Alice hears', () => alice.hears(bob).includes('only for now'));
    await alice.person.partings.removeFriend(bob.address);
    expect(alice.person.book.all()).toEqual([]);
    const names = await alice.person.context.stores.list();
    expect(names).toHaveLength(4);
    bob.wake();
    await eventually('Bob is refused', () =>
      bob.person.friendViews.all().some(({ lastError }) => lastError === 'peer-refused'),
    );
  });
});
