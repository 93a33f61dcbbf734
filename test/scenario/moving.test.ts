import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { publicKeyFromAddress } from '../../src/domain/address.ts';
import { proveMove, destinationOf } from '../../src/domain/friend/move.ts';
import { sealRequest } from '../../src/domain/friend/request.ts';
import { createRoot, type Identity, identityFromRoot } from '../../src/domain/identity.ts';
import { randomBytes, sodiumReady } from '../../src/domain/sodium.ts';
import { makePreKey } from '../../src/domain/conversation/pre-key.ts';
import { type KeyBundle, makeBundle, openBundle } from '../../src/domain/types/bundle.ts';
import { stored } from '../../src/background/app/self/own-spaces.ts';
import { leave } from '../sync/leave.ts';
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

function friendOf(one: Household, address: string) {
  return one.person.friendViews.all().find((friend) => friend.address === address);
}

/** Alice hears that whom she knows at this address is where Bob is now. */
async function aliceIsTold(address: string): Promise<void> {
  await eventually(
    'Alice is told',
    () => friendOf(alice, address)?.movedTo?.address === bob.address,
  );
}

async function bothHearEachOther(words: string): Promise<void> {
  await alice.person.posting.write(`Alice posts ${words}`);
  await bob.person.posting.write(`Bob posts ${words}`);
  await alice.person.sendMessage(bob.address, `Alice says ${words}`);
  await bob.person.sendMessage(alice.address, `Bob says ${words}`);
  await eventually(
    `Alice reads and hears ${words}`,
    async () =>
      (await alice.reads()).includes(`Bob posts ${words}`) &&
      alice.hears(bob).includes(`Bob says ${words}`),
  );
  await eventually(
    `Bob reads and hears ${words}`,
    async () =>
      (await bob.reads()).includes(`Alice posts ${words}`) &&
      bob.hears(alice).includes(`Alice says ${words}`),
  );
}

describe('Bob changes his address', { timeout: 60_000 }, () => {
  it('and Alice is told, follows, and both go on as before', async () => {
    await befriend(alice, bob);
    await bothHearEachOther('before');
    await alice.person.book.update(bob.address, { verified: true, petname: 'Bobby' });
    await alice.person.messages.markRead(bob.address);
    await bob.person.saveProfile({ ...bob.person.profile.words, about: 'Gardens.' });
    await alice.person.saveProfile({
      ...alice.person.profile.words,
      shownFriends: [{ address: bob.address, name: 'Bob' }],
    });
    const before = bob.address;
    await bob.changeAddress();
    expect(bob.address).not.toBe(before);
    expect(bob.person.profile.words).toMatchObject({ name: 'Bob', about: 'Gardens.' });
    expect(await bob.reads()).toEqual(expect.arrayContaining(['Bob posts before']));
    expect(bob.hears(alice)).toEqual(['Alice says before', 'Bob says before']);
    await aliceIsTold(before);
    const told = friendOf(alice, before)?.movedTo;
    const { safetyPhrase } = await bob.person.friendships.preview(alice.address);
    expect(told).toEqual({ address: bob.address, safetyPhrase, notNow: false });
    // Until she follows, nothing else has happened.
    expect(alice.person.friendViews.all().map(({ address }) => address)).toEqual([before]);

    await alice.person.partings.followMove(before);
    expect(friendOf(alice, before)).toBeUndefined();
    expect(friendOf(alice, bob.address)).toMatchObject({ petname: 'Bobby', verified: false });
    expect(friendOf(alice, bob.address)).not.toHaveProperty('movedTo');
    expect(alice.person.messages.unread()).toBe(0);
    expect(alice.hears(bob)).toEqual(['Alice says before', 'Bob says before']);
    expect(alice.person.profile.words.shownFriends).toEqual([]);
    await bothHearEachOther('after');
    const { posts } = await alice.person.feed.page({ limit: 10 });
    expect(posts.find(({ text }) => text === 'Bob posts before')).toMatchObject({
      authorName: 'Bobby',
      authorAddress: bob.address,
      mine: false,
    });
    const own = await bob.person.feed.page({ limit: 10 });
    expect(own.posts.find(({ text }) => text === 'Bob posts before')).toMatchObject({ mine: true });
    expect(bob.person.feed.unread()).toBe(2);
  });

  it('and his named blog goes on in a new one of the same title, which Alice reads, as strangers do by its new link', async () => {
    await befriend(alice, bob);
    const garden = await bob.person.places.desk.createBlog('Garden');
    await bob.person.posting.write('Tomatoes are up.', garden);
    await eventually('Alice reads', async () => (await alice.reads()).includes('Tomatoes are up.'));
    const before = bob.address;
    await bob.changeAddress();
    await bob.close();
    await bob.reopen();
    const [now, ...more] = bob.person.publics.spaces.blogs.all();
    expect(more).toEqual([]);
    expect(now?.title).toBe('Garden');
    if (!now) throw new Error('no blog');
    expect(now.space).not.toBe(garden);
    expect(bob.person.places.views.one(now.space).link).toContain(bob.address);
    await aliceIsTold(before);
    await alice.person.partings.followMove(before);
    await bob.person.posting.write('And the beans.', now.space);
    await eventually('Alice reads both', async () => {
      const texts = await alice.reads();
      return texts.includes('Tomatoes are up.') && texts.includes('And the beans.');
    });
    expect((await bob.reads()).toSorted()).toEqual(['And the beans.', 'Tomatoes are up.']);
  });

  it('and both restart: nothing is lost and nothing is asked twice', async () => {
    await befriend(alice, bob);
    await bothHearEachOther('before');
    const before = bob.address;
    await bob.changeAddress();
    await aliceIsTold(before);
    await alice.close();
    await bob.close();
    await alice.reopen();
    await bob.reopen();
    expect(friendOf(alice, before)?.movedTo?.address).toBe(bob.address);
    await alice.person.partings.followMove(before);
    await bothHearEachOther('after');
    await alice.close();
    await bob.close();
    await alice.reopen();
    await bob.reopen();
    for (const one of [alice, bob]) {
      const read = await one.reads();
      expect(read).toHaveLength(4);
      expect(read).toEqual(expect.arrayContaining(['Bob posts before', 'Alice posts after']));
      expect(one.person.friendViews.all()).toHaveLength(1);
    }
    expect(alice.hears(bob)).toHaveLength(4);
    expect(bob.hears(alice)).toHaveLength(4);
  });

  it('while Alice is away: she is told when she is back, and misses nothing', async () => {
    await befriend(alice, bob);
    await bothHearEachOther('before');
    const before = bob.address;
    await alice.close();
    await bob.person.posting.write('the last from the old address');
    await bob.person.sendMessage(alice.address, 'written before moving');
    await bob.changeAddress();
    await bob.person.sendMessage(alice.address, 'written after moving');
    await bob.close();
    await bob.reopen();
    await alice.reopen();
    await alice.person.sendMessage(before, 'written to the old address');
    bob.wake();
    await aliceIsTold(before);
    await alice.person.partings.followMove(before);
    await eventually('Alice reads the old feed to its end', async () =>
      (await alice.reads()).includes('the last from the old address'),
    );
    await eventually('Alice hears all', () => alice.hears(bob).length === 5);
    await eventually('Bob hears all', () => bob.hears(alice).length === 5);
    expect(alice.hears(bob)).toEqual(
      expect.arrayContaining(['written before moving', 'written after moving']),
    );
  });

  it('twice before Alice follows, and she goes where he is', async () => {
    await befriend(alice, bob);
    const first = bob.address;
    await bob.changeAddress();
    await aliceIsTold(first);
    await bob.changeAddress();
    await aliceIsTold(first);
    await alice.person.partings.followMove(first);
    await bothHearEachOther('after');
  });

  it('and Alice rather waits: she is not asked again, but may still follow', async () => {
    await befriend(alice, bob);
    const before = bob.address;
    await bob.changeAddress();
    await aliceIsTold(before);
    await alice.person.moves.ignore(before);
    await alice.close();
    await alice.reopen();
    expect(friendOf(alice, before)?.movedTo).toMatchObject({ notNow: true });
    await alice.person.partings.followMove(before);
    await bothHearEachOther('after');
  });

  it('after he asked and before Alice has answered, and she answers where he is now', async () => {
    await bob.person.friendships.preview(alice.address);
    await bob.person.friendships.add(alice.address, 'Alice', 'from the garden');
    await eventually('Alice is asked', () => alice.person.friendships.requests().length === 1);
    await bob.changeAddress();
    await eventually(
      'the request moves too',
      () => alice.person.friendships.requests()[0]?.address === bob.address,
    );
    expect(alice.person.friendships.requests()).toMatchObject([{ note: 'from the garden' }]);
    await alice.person.friendships.accept(bob.address, 'Bob');
    await bothHearEachOther('after');
  });

  it('after Alice asked and before he has answered, and his answer finds her', async () => {
    await alice.person.friendships.preview(bob.address);
    await alice.person.friendships.add(bob.address, 'Bob', '');
    await eventually('Bob is asked', () => bob.person.friendships.requests().length === 1);
    const before = bob.address;
    await bob.changeAddress();
    await aliceIsTold(before);
    await alice.person.partings.followMove(before);
    await bob.person.friendships.accept(alice.address, 'Alice');
    await eventually('Alice is accepted', () => friendOf(alice, bob.address)?.state === 'friend');
    await bothHearEachOther('after');
  });

  it('and dies on the way, wherever: the next start goes on', async () => {
    await befriend(alice, bob);
    await bothHearEachOther('before');
    const first = bob.address;
    let died = 0;
    for (let most = 4; ; most += 9) {
      const requests = bob.host.tunnelRequests;
      const moving = bob.changeAddress(() => {
        bob.host.tunnelRequestsMost = bob.host.tunnelRequests + most;
      });
      const whole = await moving.then(
        () => true,
        () => false,
      );
      bob.host.tunnelRequestsMost = Infinity;
      expect(bob.host.tunnelRequests).toBeGreaterThan(requests);
      if (!whole) {
        died += 1;
        await bob.open();
      }
      await aliceIsTold(first);
      expect(await bob.reads()).toEqual(expect.arrayContaining(['Bob posts before']));
      expect(bob.hears(alice)).toEqual(['Alice says before', 'Bob says before']);
      expect(bob.person.profile.name).toBe('Bob');
      if (whole) break;
    }
    expect(died).toBeGreaterThan(5);
    await alice.person.partings.followMove(first);
    await bothHearEachOther('after');
    expect(await alice.reads()).toHaveLength(4);
    expect(await bob.reads()).toHaveLength(4);
  });

  it('and who comes to know him later learns nothing of where he was', async () => {
    await bob.person.posting.write('from the old address');
    const formerFeed = bob.person.spaces.feed;
    await bob.changeAddress();
    await befriend(alice, bob);
    await bob.person.posting.write('from the new address');
    await eventually('Alice reads', async () => (await alice.reads()).length === 1);
    const headers = { Authorization: `Bearer ${await alice.tokenAt(bob)}` };
    const door = `http://${bob.address}:25984`;
    const updates = await onions.fetch(`${door}/_db_updates`, { headers });
    expect(await updates.text()).not.toContain(formerFeed);
    const feed = await onions.fetch(`${door}/${formerFeed}/_changes`, { headers });
    expect(feed.ok).toBe(false);
  });
});

describe('Mallory', { timeout: 60_000 }, () => {
  let mallory: Household;

  beforeEach(async () => {
    mallory = await Household.found('Mallory', onions);
  });

  afterEach(async () => {
    await mallory.dispose();
  });

  it('says that Bob has moved to her, and is refused and counted', async () => {
    await befriend(alice, bob);
    const bobKey = publicKeyFromAddress(bob.address);
    // She knows Bob's public key, and may sign with hers only.
    const asBob = { ...mallory.person.context.me.identity, publicKey: bobKey };
    await tellAlice(asBob, mallory.person.profile.bundle);
    await eventually('it is counted', () => alice.refused.includes('bad-signature'));
    expect(friendOf(alice, bob.address)).not.toHaveProperty('movedTo');
  });

  it('moves herself, whom Alice does not know, and is refused and counted', async () => {
    await tellAlice(identityFromRoot(createRoot(randomBytes)), mallory.person.profile.bundle);
    await eventually('it is counted', () => alice.refused.includes('unknown-friend'));
    expect(alice.person.friendViews.all()).toEqual([]);
    expect(alice.person.friendships.requests()).toEqual([]);
  });

  it('was a friend and moves to two places: the first counts', async () => {
    await befriend(alice, mallory);
    const { identity, device } = mallory.person.context.me;
    const made = [1, 2].map(() => {
      const next = identityFromRoot(createRoot(randomBytes));
      const making = { owner: next.publicKey, signer: device.signing, now: 1 };
      const preKey = makePreKey(making, randomBytes);
      const { json } = makeBundle({ identity: next, device, preKey, seq: 1, validFrom: 1 });
      const bundle = openBundle(json, next.address);
      if (!bundle.ok) throw new Error(bundle.code);
      return bundle.value;
    });
    for (const bundle of made) await tellAlice(identity, bundle);
    await eventually('the second is counted', () => alice.refused.includes('not-allowed'));
    expect(friendOf(alice, mallory.address)?.movedTo?.address).toBe(made[0]?.address);
  });

  async function tellAlice(former: Identity, bundle: KeyBundle): Promise<void> {
    const to = destinationOf(bundle);
    if (!to.ok) throw new Error(to.code);
    const sealed = sealRequest(
      {
        kind: 'moved',
        name: 'Bob',
        time: Date.now(),
        bundle,
        encryption: mallory.person.context.me.device.encryption,
        recipient: alice.person.profile.bundle,
        proof: proveMove(former, to.value),
      },
      randomBytes,
    );
    if (!sealed.ok) throw new Error(sealed.code);
    expect(await leave(onions, alice.address, stored(sealed.value.json))).toBe(true);
  }
});
