import { describe, expect, test } from 'vitest';
import { sayFarewell } from '../../src/domain/forum/farewell.ts';
import { canSealToAll, deviceWord, nextDuty, type Duty } from '../../src/domain/forum/duty.ts';
import { withPreKey } from '../../src/domain/forum/add.ts';
import { makeForumPreKey } from '../../src/domain/forum-keys/pre-key.ts';
import { createDeviceKeys } from '../../src/domain/keys.ts';
import { personOf } from '../../src/domain/membership/operation.ts';
import { now, Place, type Member } from './private-people.ts';
import { must, person, seeded } from './people.ts';

const owner = person('Alice').identity.publicKey;
const forumPlan = {
  kind: 'private-forum',
  owner,
  title: 'Plot',
  rule: 'majority',
  mode: 'history',
  dormancy: false,
} as const;
const week = 7 * 24 * 3_600_000;

/** A forum of these, with devices, pre-keys and an epoch: there is nothing to do in it. */
function founded(names: readonly string[], seed: string) {
  const place = new Place(forumPlan, seed);
  const members = names.map((name) => place.person(name));
  const [first, ...others] = members;
  if (!first) throw new Error('nobody');
  first.found(others);
  for (const one of members) one.offerPreKey();
  for (const one of members) one.read();
  return { place, members };
}

function three(seed: string) {
  const { place, members } = founded(['Alice', 'Bob', 'Carol'], seed);
  const [alice, bob, carol] = members;
  if (!alice || !bob || !carol) throw new Error('nobody');
  return { place, alice, bob, carol };
}

/** What this member's add-on has to do, with these pre-keys told, so long after the beginning. */
function dutyOf(
  who: Member,
  { told = [], after = 0 }: { told?: readonly Member[]; after?: number } = {},
): Duty | undefined {
  return nextDuty(who.read().forum, {
    writer: who.person.writer,
    now: now + after,
    told: new Set(told.map(({ onion }) => personOf(onion))),
  });
}

/** A newer pre-key, when the first one's time is over. */
function renew(who: Member, after: number): void {
  const { place, person, onion: owner, state } = who;
  if (!state) throw new Error('not in');
  const { signing: signer } = person.device;
  const making = { spaceId: place.space.id, owner, signer, now: now + after };
  const preKey = makeForumPreKey(making, place.random);
  who.state = withPreKey(state, preKey, now + after);
  who.tell('pre-key', { s: preKey.statement });
}

/** Proposes, with the yes of these, who has proposed included if named; decides nothing. */
function propose(by: Member, action: 'admit' | 'remove', about: Member, voters: readonly Member[]) {
  const proposal = by.operate({ type: 'propose', action, subjects: [about.onion] });
  for (const voter of voters) {
    voter.read().operate({ type: 'vote', proposal: proposal.hash, yes: true });
  }
}

describe('what a member’s add-on does without being asked', () => {
  test('is nothing where all is in order, and nothing for who is no member', () => {
    const { place, alice, bob } = three('order');
    expect(dutyOf(alice)).toBeUndefined();
    expect(dutyOf(bob)).toBeUndefined();
    const dave = place.person('Dave').join(alice.invitation());
    expect(dutyOf(dave)).toBeUndefined();
  });

  test('is to bring in its device first, also a new one, and after who it is came back', () => {
    const { place, alice, bob } = three('device');
    const dave = place.person('Dave');
    alice.carry('admit', dave, [bob]);
    alice.epoch([dave]);
    dave.join(alice.invitation());
    expect(dutyOf(dave)).toEqual({ what: 'bring-device' });
    const word = dave.bringDevice();
    const { writer } = dave.person;
    expect(deviceWord(dave.forum, writer)?.device).toBeDefined();
    expect(dutyOf(dave)).toEqual({ what: 'offer-pre-key' });
    expect(word.type).toBe('key');
    const { signing: signer } = createDeviceKeys(seeded('another device'));
    expect(deviceWord(dave.forum, { ...writer, signer })).toBeUndefined();
    // Out, and in again: the word of before says nothing of the membership of now.
    dave.operate({ type: 'leave' });
    expect(deviceWord(dave.forum, writer)).toBeUndefined();
    alice.read().carry('admit', dave, [bob]);
    dave.read();
    expect(deviceWord(dave.forum, writer)).toBeUndefined();
    expect(dutyOf(dave)).toEqual({ what: 'bring-device' });
  });

  test('is to offer a pre-key that it has the secret of, and another when its time is over', () => {
    const { alice } = three('pre-key');
    const offered = alice.offer;
    expect(dutyOf(alice, { after: offered.until - now + 1 })).toEqual({ what: 'offer-pre-key' });
    // From the future: a clock that is set back does not make it sit on a key that nobody takes.
    expect(dutyOf(alice, { after: offered.from - now - week - 1 })).toEqual({
      what: 'offer-pre-key',
    });
    const { state } = alice;
    if (!state) throw new Error('no state');
    alice.state = { ...state, preKeys: [] };
    expect(dutyOf(alice)).toEqual({ what: 'offer-pre-key' });
    alice.state = withPreKey(alice.state, alice.preKey, now);
    expect(dutyOf(alice)).toBeUndefined();
  });

  test('is to say that its box in an epoch is bad', () => {
    const { alice } = three('complaint');
    const forum = alice.read().forum;
    const epoch = forum.epoch;
    if (!epoch) throw new Error('no epoch');
    const self = { writer: alice.person.writer, now, told: new Set<never>() };
    const broken = { ...forum, epoch: undefined, complaintDue: epoch };
    expect(nextDuty(broken, self)).toEqual({ what: 'complain', epoch: epoch.epoch.id });
  });

  test('is to decide what it has the last vote in, and later what others have', () => {
    const { alice, bob, carol } = three('decide');
    propose(alice, 'remove', carol, [alice]);
    expect(dutyOf(alice)).toBeUndefined();
    bob.read();
    const [open] = [dutyOf(bob)];
    expect(open).toBeUndefined();
    const proposal = alice.forum.membership.state;
    for (const node of proposal.nodes.values()) {
      if (node.kind !== 'propose') continue;
      bob.operate({
        type: 'vote',
        proposal: new Uint8Array(Buffer.from(node.name, 'hex')),
        yes: true,
      });
    }
    expect(dutyOf(bob)).toMatchObject({ what: 'decide', ours: true });
    expect(dutyOf(alice)).toMatchObject({ what: 'decide', ours: false });
    // Whom it is about decides nothing of it.
    expect(dutyOf(carol)).toBeUndefined();
  });

  test('is to let in whom it was told a pre-key of, whoever voted last', () => {
    const { place, alice, bob, carol } = three('admit');
    const dave = place.person('Dave');
    propose(alice, 'admit', dave, [alice, bob]);
    expect(dutyOf(bob)).toBeUndefined();
    expect(dutyOf(carol)).toBeUndefined();
    expect(dutyOf(alice, { told: [dave] })).toMatchObject({ what: 'decide', ours: true });
  });

  test('is to say what was there of who is put out, once, and only if they have written', () => {
    const { alice, bob, carol } = three('farewell');
    carol.post('my last word');
    alice.read();
    const decision = alice.carry('remove', carol, [bob]);
    expect(dutyOf(bob)).toMatchObject({ what: 'issue-epoch', ours: false });
    expect(dutyOf(alice)).toMatchObject({ what: 'say-farewell' });
    const removal = { decision: decision.hash, removed: [carol.onion] };
    alice.publishInLog(must(sayFarewell(alice.forum, alice.author, removal)));
    expect(dutyOf(alice)).toEqual({ what: 'issue-epoch', ours: true });
    alice.epoch();
    expect(dutyOf(alice)).toBeUndefined();
    expect(dutyOf(bob)).toBeUndefined();
  });

  test('is no farewell any more once there are keys for those who stay', () => {
    const { alice, bob, carol } = three('late farewell');
    carol.post('my last word');
    alice.read().carry('remove', carol, [bob]);
    bob.read().epoch();
    expect(dutyOf(alice)).toBeUndefined();
  });

  test('is to make keys for those of now: at once after its own word, else later; and each week', () => {
    const { alice, bob, carol } = three('epoch');
    carol.operate({ type: 'leave' });
    expect(dutyOf(alice)).toEqual({ what: 'issue-epoch', ours: false });
    expect(dutyOf(carol)).toBeUndefined();
    alice.epoch();
    expect(dutyOf(bob)).toBeUndefined();
    const later = week + 3_600_000;
    renew(bob, later);
    expect(dutyOf(bob, { after: later })).toEqual({ what: 'issue-epoch', ours: false });
    // As old is one that comes from the future.
    renew(bob, -2 * week);
    expect(dutyOf(bob, { after: -2 * week })).toEqual({ what: 'issue-epoch', ours: false });
  });

  test('is no epoch while a member’s pre-key is missing, unless it was told', () => {
    const { place, alice, bob } = three('sealing');
    const dave = place.person('Dave');
    alice.carry('admit', dave, [bob]);
    expect(canSealToAll(alice.forum, { told: new Set() })).toBe(false);
    expect(canSealToAll(alice.forum, { told: new Set([personOf(dave.onion)]) })).toBe(true);
    expect(dutyOf(alice)).toBeUndefined();
    expect(dutyOf(alice, { told: [dave] })).toEqual({ what: 'issue-epoch', ours: true });
  });

  test('is the owner’s alone where the owner decides', () => {
    const place = new Place(
      { kind: 'list', owner, title: 'News', writers: 'members', mode: 'history' },
      'circle',
    );
    const [alice, bob] = ['Alice', 'Bob'].map((name) => place.person(name));
    if (!alice || !bob) throw new Error('nobody');
    alice.found([]);
    alice.offerPreKey();
    alice.operate({ type: 'propose', action: 'admit', subjects: [bob.onion] });
    expect(dutyOf(alice)).toBeUndefined();
    const duty = dutyOf(alice, { told: [bob] });
    expect(duty).toMatchObject({ what: 'decide', ours: true });
    if (duty?.what !== 'decide') return;
    alice.operate({
      type: 'decide',
      proposal: new Uint8Array(Buffer.from(duty.proposal.proposal.name, 'hex')),
      votes: [],
      quorum: duty.proposal.required,
    });
    expect(dutyOf(alice, { told: [bob] })).toEqual({ what: 'issue-epoch', ours: true });
    alice.epoch([bob]);
    bob.join(alice.invitation()).bringDevice();
    bob.offerPreKey();
    expect(dutyOf(bob)).toBeUndefined();
    // Keys of the members grow old for the owner only.
    const later = week + 3_600_000;
    for (const one of [alice, bob]) renew(one, later);
    expect(dutyOf(bob, { after: later })).toBeUndefined();
    expect(dutyOf(alice, { after: later })).toEqual({ what: 'issue-epoch', ours: true });
  });
});
