import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { toHex } from '../../src/domain/bytes.ts';
import { readWhole } from '../../src/background/app/self/own-spaces.ts';
import { sodiumReady } from '../../src/domain/sodium.ts';
import { evaluateBlog } from '../../src/domain/space/evaluate-blog.ts';
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

const deviceOf = (household: Household) =>
  toHex(household.person.context.me.device.signing.publicKey);
const knownDevice = (friend: Household, at: Household) =>
  toHex(at.person.book.get(friend.address).bundle.device);

async function talk(when: string): Promise<void> {
  await alice.person.sendMessage(bob.address, `Alice says ${when}`);
  await bob.person.sendMessage(alice.address, `Bob says ${when}`);
  await eventually('Bob hears', () => bob.hears(alice).includes(`Alice says ${when}`));
  await eventually('Alice hears', () => alice.hears(bob).includes(`Bob says ${when}`));
}

describe('Alice has a new device', { timeout: 60_000 }, () => {
  it('and Bob goes on reading and writing, with all there was before', async () => {
    await befriend(alice, bob);
    await alice.person.posting.write('before');
    await eventually('Bob reads', async () => (await bob.reads()).includes('before'));
    await talk('before');
    const [device, phrase] = [
      deviceOf(alice),
      bob.person.friendships.safetyPhraseWith(alice.address),
    ];

    await alice.renewDevice();
    expect(deviceOf(alice)).not.toBe(device);
    await eventually('Bob has her new keys', () => knownDevice(alice, bob) === deviceOf(alice));
    expect(bob.person.friendships.safetyPhraseWith(alice.address)).toBe(phrase);
    await alice.person.posting.write('after');
    await eventually('Bob reads on', async () => (await bob.reads()).includes('after'));
    expect(await bob.reads()).toEqual(['after', 'before']);
    await talk('after');
    expect(bob.hears(alice)).toHaveLength(4);
  });

  it('and her feed has two chains, neither with a hole nor a fork', async () => {
    await alice.person.posting.write('one');
    await alice.person.posting.write('two');
    await alice.renewDevice();
    await alice.person.posting.write('three');
    const { spaces, context } = alice.person;
    const documents = await readWhole(await context.stores.open(spaces.feed));
    const place = { spaceName: spaces.feed, owner: alice.address };
    const { posts, chains } = evaluateBlog(documents, place);
    expect(posts.map(({ text }) => text)).toEqual(['three', 'two', 'one']);
    expect(chains.map(({ head, holes, forks }) => [head.seq, holes, forks])).toEqual(
      expect.arrayContaining([
        [1, [], []],
        [0, [], []],
      ]),
    );
  });

  it('while Bob is away, and he finds her when he comes back', async () => {
    await befriend(alice, bob);
    await talk('before');
    await bob.close();
    await alice.renewDevice();
    await alice.person.posting.write('while you were away');
    await bob.reopen();
    await eventually('Bob has her new keys', () => knownDevice(alice, bob) === deviceOf(alice));
    await eventually('Bob reads', async () => (await bob.reads()).includes('while you were away'));
    await talk('after');
  });

  it('and dies on the way, wherever: the next start goes on', async () => {
    await befriend(alice, bob);
    await alice.person.posting.write('before');
    for (let most = 3; ; most += 8) {
      const whole = await alice
        .renewDevice(() => {
          alice.host.tunnelRequestsMost = alice.host.tunnelRequests + most;
        })
        .then(
          () => true,
          () => false,
        );
      alice.host.tunnelRequestsMost = Infinity;
      if (!whole) await alice.open();
      await eventually('Bob has her new keys', () => knownDevice(alice, bob) === deviceOf(alice));
      if (whole) break;
    }
    await alice.person.posting.write('after');
    await eventually('Bob reads both', async () => (await bob.reads()).length === 2);
    await talk('after');
  });
});
