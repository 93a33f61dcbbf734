import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { publicKeyFromAddress } from '../../src/domain/address.ts';
import { personOf } from '../../src/domain/membership/operation.ts';
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
  toVote,
  view,
} from './forum-people.ts';
import { inside } from './hostile/foes.ts';
import { eventually, Household, surprises } from './household.ts';

let onions: Onions;
let ana: Household;
let ben: Household;
let cleo: Household;

beforeAll(async () => {
  await sodiumReady();
  onions = new Onions();
  [ana, ben, cleo] = await Promise.all([
    Household.found('Ana', onions),
    Household.found('Ben', onions),
    Household.found('Cleo', onions),
  ]);
  await befriendAll(ana, [ben, cleo]);
}, 60_000);

afterEach(() => expect(surprises.splice(0)).toEqual([]));

afterAll(async () => {
  await Promise.all([ana, ben, cleo].map((person) => person.dispose()));
  await onions.close();
});

/**
 * The same with the host gone after a few requests, then after some more, and so on; each time the browser starts
 * anew, until it comes to its end.
 */
async function interrupted(
  who: Household,
  doIt: () => Promise<unknown>,
  next = (most: number) => most + 3,
): Promise<number> {
  let most = 0;
  let [done, times] = [false, 0];
  while (!done) {
    most = next(most);
    who.host.tunnelRequestsMost = who.host.tunnelRequests + most;
    done = await doIt().then(
      () => true,
      () => false,
    );
    who.host.tunnelRequestsMost = Infinity;
    if (!done) {
      times += 1;
      await who.close();
      await who.reopen();
    }
  }
  return times;
}

/** Says yes when asked, and waits until she can write; fails when her browser has died. */
async function joins(who: Household, space: string, meanwhile: () => Promise<void>): Promise<void> {
  let dialled = 0;
  for (;;) {
    if (who.host.tunnelRequests > who.host.tunnelRequestsMost) throw new Error('died');
    if (Date.now() - dialled > 1_000) {
      dialled = Date.now();
      who.wake();
    }
    const asked = (await ask(who).spaceAsks({})).some((one) => one.space === space);
    if (asked) await ask(who).answerSpaceAsk({ space, yes: true });
    const known = (await ask(who).forums({})).find((one) => one.space === space);
    if (known?.state === 'member' && (await view(who, space)).mayWrite) return;
    await meanwhile();
    await sleep(20);
  }
}

async function openFor(who: Household, space: string) {
  const { proposals } = await view(who, space);
  return proposals.filter(({ mine, mayVote }) => mayVote && mine === undefined);
}

describe('whatever the browser was at when it died', { timeout: 120_000 }, () => {
  it('a forum is founded, and its members let in', async () => {
    const { space } = await ask(ana).foundForum({
      kind: 'private-forum',
      title: 'Again',
      rule: 'majority',
      mode: 'history',
      dormancy: false,
      founders: [ben.address, cleo.address],
    });
    await agree(ben, space);
    const times = await interrupted(ana, async () => {
      await ana.person.forums.tend(space);
      const [item] = (await ask(ana).forums({})).filter((one) => one.space === space);
      if (item?.state === 'founding') await ask(ana).beginForum({ space });
    });
    expect(times).toBeGreaterThan(1);
    await canWrite([ana, ben], space);
    await post(ben, space, 'here we are');
    await reads(ana, space, 'here we are');
    await agree(cleo, space);
    await toVote(ben, space, true);
    await canWrite([cleo], space);
    await reads(cleo, space, 'here we are');
    await isIn(cleo, space, ana, ben, cleo);
  });

  it('a removal is decided once, with the keys that follow', async () => {
    const space = await found(ana, [ben, cleo]);
    await ask(ana).proposeMembers({ space, action: 'remove', people: [ben.address] });
    await eventually('Cleo has a vote', async () => (await openFor(cleo, space)).length > 0);
    const times = await interrupted(cleo, async () => {
      for (const { id } of await openFor(cleo, space)) {
        await ask(cleo).voteOnProposal({ space, proposal: id, yes: true });
      }
      await cleo.person.forums.tend(space);
    });
    expect(times).toBeGreaterThan(1);
    await isIn(ana, space, ana, cleo);
    await isIn(cleo, space, ana, cleo);
    await canWrite([ana, cleo], space);
    await post(cleo, space, 'onwards');
    await reads(ana, space, 'onwards');
  });

  it('a newcomer comes in, once and whole: she is asked, invited, reads, brings in her device and writes', async () => {
    const space = await found(ana, [ben]);
    await post(ana, space, 'before her');
    await ask(ana).proposeMembers({ space, action: 'admit', people: [cleo.address] });
    // Ben votes as soon as there is something to vote on, which is once she has said yes.
    const voted = async () => {
      for (const { id } of await openFor(ben, space)) {
        await ask(ben).voteOnProposal({ space, proposal: id, yes: true });
      }
    };
    const times = await interrupted(
      cleo,
      () => joins(cleo, space, voted),
      (most) => Math.ceil(most * 1.4) + 3,
    );
    expect(times).toBeGreaterThan(1);
    await isIn(cleo, space, ana, ben, cleo);
    await canWrite([ana, ben, cleo], space);
    await reads(cleo, space, 'before her');
    await post(cleo, space, 'I am in');
    for (const who of [ana, ben]) {
      await reads(who, space, 'I am in');
      await isIn(who, space, ana, ben, cleo);
      // However often her browser died, nobody sees two stories of hers, or a hole.
      const { chains } = inside(who, space);
      const hers = chains.filter(
        ({ author }) => author === personOf(publicKeyFromAddress(cleo.address)),
      );
      expect(hers).toHaveLength(1);
      expect(hers[0]).toMatchObject({ holes: [], forks: [] });
    }
  });
});
