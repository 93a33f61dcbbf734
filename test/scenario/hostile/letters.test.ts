import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { wrapSealed } from '../../../src/domain/document/sealed.ts';
import { randomBytes, sodiumReady } from '../../../src/domain/sodium.ts';
import { spaceIdFromName } from '../../../src/domain/space/name.ts';
import { stored } from '../../../src/background/app/self/own-spaces.ts';
import { leave } from '../../sync/leave.ts';
import { Onions } from '../../sync/onions.ts';
import { ask } from '../forum-people.ts';
import { eventually, Household, surprises } from '../household.ts';

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
}, 120_000);

afterEach(() => expect(surprises.splice(0)).toEqual([]));

afterAll(async () => {
  await Promise.all([ana, ben, cleo].map((person) => person.dispose()));
  await onions.close();
});

const whatAnaSeesOf = async ({ address }: Household) =>
  (await ask(ana).friends({})).find((friend) => friend.address === address);

describe('letters', { timeout: 120_000 }, () => {
  it('that Ben’s door refuses: Ana is told why, others hear from her, and he does when he takes them', async () => {
    // There is no room for any in his inbox.
    ben.host.limits = { inboxBytes: 1 };
    await ben.close();
    await ben.reopen();
    await ana.person.friendships.preview(ben.address);
    await ana.person.friendships.add(ben.address, 'Ben', 'It is me');
    await eventually('Ana is told', async () => {
      const { state, lastError } = (await whatAnaSeesOf(ben)) ?? {};
      return state === 'requested' && lastError === 'too-many';
    });
    expect(ben.person.friendships.requests()).toEqual([]);
    await ana.person.friendships.preview(cleo.address);
    await ana.person.friendships.add(cleo.address, 'Cleo', '');
    await eventually('Cleo is asked', () => cleo.person.friendships.requests().length === 1);
    ben.host.limits = {};
    await ben.close();
    await ben.reopen();
    ana.wake();
    await eventually('Ben is asked', () => ben.person.friendships.requests().length === 1);
    await ben.person.friendships.accept(ana.address, 'Ana');
    await eventually(
      'they are friends',
      async () => (await whatAnaSeesOf(ben))?.state === 'friend',
    );
  });

  it('of noise cost their sender work, are counted for nobody known, and gone; a true one comes', async () => {
    const { inbox } = ana.person.spaces;
    for (let index = 0; index < 3; index += 1) {
      const noise = wrapSealed(spaceIdFromName(inbox), randomBytes(600));
      expect(await leave(onions, ana.address, stored(noise.json))).toBe(true);
    }
    const counted = () => ana.refused.length;
    await eventually('they are counted', () => counted() === 3);
    const { people } = await ask(ana).refused({});
    expect(people.map(({ address }) => address)).toEqual([undefined]);
    const database = await ana.person.context.stores.open(inbox);
    await eventually(
      'none of them stays',
      async () => (await database.allDocs()).rows.length === 0,
    );
    await cleo.person.friendships.accept(ana.address, 'Ana');
    await eventually(
      'Cleo is a friend',
      async () => (await whatAnaSeesOf(cleo))?.state === 'friend',
    );
    expect(counted()).toBe(3);
  });
});
