import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sodiumReady } from '../../src/domain/sodium.ts';
import { Onions } from '../sync/onions.ts';
import {
  agree,
  ask,
  befriendAll,
  canWrite,
  found,
  isIn,
  post,
  reads,
  standing,
  texts,
  toVote,
  view,
} from './forum-people.ts';
import { waitingIn } from '../../src/background/life-view.ts';
import { befriend, eventually, Household, surprises } from './household.ts';

/** Each story has a forum of its own. */
let onions: Onions;
let ana: Household;
let ben: Household;
let cleo: Household;
let dora: Household;

beforeAll(async () => {
  await sodiumReady();
  onions = new Onions();
  [ana, ben, cleo, dora] = await Promise.all([
    Household.found('Ana', onions),
    Household.found('Ben', onions),
    Household.found('Cleo', onions),
    Household.found('Dora', onions),
  ]);
  await befriendAll(ana, [ben, cleo]);
  await befriend(ben, dora);
}, 60_000);

afterEach(() => {
  for (const person of [ana, ben, cleo, dora]) person.patience = 600_000;
  expect(surprises.splice(0)).toEqual([]);
});

afterAll(async () => {
  await Promise.all([ana, ben, cleo, dora].map((person) => person.dispose()));
  await onions.close();
});

/** Ben proposes his friend Dora, and Cleo's vote lets her in. */
async function admitDora(space: string): Promise<void> {
  await ask(ben).proposeMembers({ space, action: 'admit', people: [dora.address] });
  await agree(dora, space);
  await toVote(cleo, space, true);
  await canWrite([dora], space);
}

describe('a private forum', { timeout: 120_000 }, () => {
  it('lets in who is proposed and voted for, who then reads what was written before', async () => {
    const space = await found(ana, [ben, cleo]);
    await post(ana, space, 'before Dora');
    await reads(cleo, space, 'before Dora');
    await admitDora(space);
    await reads(dora, space, 'before Dora');
    await post(dora, space, 'thank you');
    for (const who of [ana, ben, cleo]) await reads(who, space, 'thank you');
    await isIn(cleo, space, ana, ben, cleo, dora);
    const { people } = await view(cleo, space);
    const admissions = people.find(({ address }) => address === dora.address)?.admissions;
    expect(admissions).toMatchObject([
      { how: 'vote', proposedBy: { address: ben.address }, decidedBy: { address: ben.address } },
    ]);
    expect(people.find(({ address }) => address === ana.address)?.admissions).toMatchObject([
      { how: 'founder', by: { address: ana.address } },
    ]);
    const phrases = await Promise.all([ana, ben, cleo, dora].map((who) => view(who, space)));
    expect(new Set(phrases.map(({ membershipPhrase }) => membershipPhrase)).size).toBe(1);
  });

  it('can be muted as a whole, and so can a member of it, whose posts the others still get', async () => {
    const space = await found(ana, [ben, cleo]);
    await ask(cleo).muteSpace({ space, muted: true });
    await post(ana, space, 'from Ana');
    await post(ben, space, 'from Ben');
    for (const text of ['from Ana', 'from Ben']) await reads(cleo, space, text);
    const page = `#space/${space}`;
    const isWaiting = () => waitingIn(cleo.person).find((one) => one.page === page)?.count;
    expect(isWaiting()).toBeUndefined();
    expect(await view(cleo, space)).toMatchObject({ unread: 2, muted: true });
    await ask(cleo).muteSpace({ space, muted: false });
    expect(isWaiting()).toBe(2);
    await ask(cleo).mutePerson({ address: ben.address, muted: true, carried: true });
    expect(await texts(cleo, space)).toEqual(['from Ana']);
    expect(isWaiting()).toBe(1);
    await ask(cleo).mutePerson({ address: ben.address, muted: false, carried: true });
    expect(await texts(cleo, space)).toContain('from Ben');
  });

  it('without history lets newcomers read only what comes, and others what they have read before', async () => {
    const space = await found(ana, [ben, cleo], { mode: 'ephemeral' });
    await post(ana, space, 'before Dora');
    await reads(cleo, space, 'before Dora');
    await admitDora(space);
    await post(ana, space, 'after Dora');
    await reads(dora, space, 'after Dora');
    expect(await texts(dora, space)).toEqual(['after Dora']);
    await cleo.close();
    await cleo.reopen();
    await reads(cleo, space, 'after Dora');
    expect((await texts(cleo, space)).toSorted()).toEqual(['after Dora', 'before Dora']);
    await post(cleo, space, 'from Cleo, later');
    await reads(dora, space, 'from Cleo, later');
  });

  it('removes a member by vote, and they read nothing that is written after', async () => {
    const space = await found(ana, [ben, cleo]);
    await ask(ana).proposeMembers({ space, action: 'remove', people: [ben.address] });
    await toVote(cleo, space, true);
    await isIn(ana, space, ana, cleo);
    await canWrite([ana, cleo], space);
    await post(ana, space, 'without Ben');
    await reads(cleo, space, 'without Ben');
    expect(await texts(ben, space)).toEqual([]);
    const { past } = await view(ana, space);
    expect(past).toMatchObject([
      {
        address: ben.address,
        departures: [{ how: 'removed', decidedBy: { address: cleo.address } }],
      },
    ]);
    await post(ben, space, 'I am still here').catch(() => undefined);
    expect(await texts(cleo, space)).toEqual(['without Ben']);
  });

  it('lets members go, and come back by a vote', async () => {
    const space = await found(ana, [ben, cleo]);
    await post(cleo, space, 'goodbye');
    await reads(ben, space, 'goodbye');
    ana.patience = 10;
    ben.patience = 10;
    await ask(cleo).leaveForum({ space });
    await isIn(ana, space, ana, ben);
    await isIn(ben, space, ana, ben);
    expect(await standing(cleo, space)).toBe('left');
    await canWrite([ana, ben], space);
    await post(ben, space, 'while Cleo was away');
    await ask(ana).proposeMembers({ space, action: 'admit', people: [cleo.address] });
    await agree(cleo, space);
    await toVote(ben, space, true);
    await canWrite([cleo], space);
    await reads(cleo, space, 'while Cleo was away');
    await post(cleo, space, 'back again');
    await reads(ana, space, 'back again');
    await reads(ben, space, 'back again');
  });

  it('carries what one wrote to who was away, when the writer is away in turn', async () => {
    const space = await found(ana, [ben, cleo]);
    await cleo.close();
    await post(ana, space, 'through Ben');
    await reads(ben, space, 'through Ben');
    await ana.close();
    await cleo.reopen();
    await reads(cleo, space, 'through Ben');
    expect(cleo.person.book.find(ben.address)).toBeUndefined();
    await ana.reopen();
  });

  it('is on its members’ machines only, and shows itself to nobody else', async () => {
    const space = await found(ana, [ben, cleo]);
    await post(ana, space, 'for members');
    await reads(ben, space, 'for members');
    expect(await ben.person.context.stores.list()).toContain(space);
    expect(await dora.person.context.stores.list()).not.toContain(space);
    const authorization = `Bearer ${await dora.tokenAt(ben)}`;
    const asked = (path: string) =>
      onions.fetch(`http://${ben.address}:25984${path}`, { headers: { authorization } });
    const updates = await (await asked('/_db_updates?feed=normal&since=0')).text();
    expect(updates).not.toContain(space);
    const [there, nowhere] = await Promise.all([asked(`/${space}`), asked(`/s${'a'.repeat(52)}`)]);
    expect(there.status).toBe(404);
    expect(await there.text()).toBe(await nowhere.text());
  });

  it('in a circle the owner admits and removes, and writes alone where the charter says so', async () => {
    const { space } = await ask(ana).foundCircle({
      kind: 'friends-feed',
      title: 'Close friends',
      writers: 'owner',
      mode: 'history',
      members: [ben.address, cleo.address],
    });
    await post(ana, space, 'only for you').catch(() => undefined);
    await agree(ben, space);
    await agree(cleo, space);
    await isIn(cleo, space, ana, ben, cleo);
    await isIn(ben, space, ana, ben, cleo);
    await canWrite([ana], space);
    await post(ana, space, 'for both of you');
    await reads(ben, space, 'for both of you');
    await reads(cleo, space, 'for both of you');
    expect((await view(ben, space)).mayWrite).toBe(false);
    await expect(post(ben, space, 'may I?')).rejects.toMatchObject({ code: 'not-allowed' });
    await expect(ask(ana).leaveForum({ space })).rejects.toMatchObject({ code: 'not-allowed' });
    await ask(ana).proposeMembers({ space, action: 'remove', people: [cleo.address] });
    await isIn(ben, space, ana, ben);
    await canWrite([ana], space);
    await post(ana, space, 'for Ben alone');
    await reads(ben, space, 'for Ben alone');
    expect(await texts(cleo, space)).not.toContain('for Ben alone');
    const { people, rules } = await view(ben, space);
    expect(rules).toMatchObject({ rule: 'owner', writers: 'owner' });
    expect(people.find(({ address }) => address === ben.address)?.admissions).toMatchObject([
      { how: 'owner', by: { address: ana.address } },
    ]);
  });

  it('puts out two who remove each other side by side', async () => {
    const space = await found(ana, [ben, cleo]);
    await admitDora(space);
    await ask(ana).proposeMembers({ space, action: 'remove', people: [ben.address] });
    await toVote(cleo, space, true, ben);
    await ask(ben).proposeMembers({ space, action: 'remove', people: [ana.address] });
    await toVote(dora, space, true, ana);
    const everybody = [ana, ben, cleo, dora];
    const votes = async (who: Household) =>
      (await view(who, space)).proposals.map(({ yes }) => yes.length);
    for (const who of everybody) {
      await eventually(`${who.name} has all votes`, async () =>
        [await votes(who)].every((counts) => counts.join() === '2,2'),
      );
    }
    for (const who of everybody) onions.goOffline(who.address);
    await toVote(cleo, space, true, ana);
    await toVote(dora, space, true, ben);
    for (const who of everybody) {
      await who.host.goOnline();
      who.wake();
    }
    await isIn(cleo, space, cleo, dora);
    await isIn(dora, space, cleo, dora);
  });
});
