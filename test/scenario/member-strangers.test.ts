import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sodiumReady } from '../../src/domain/sodium.ts';
import { Onions } from '../sync/onions.ts';
import { ask, befriendAll, isIn, post, reads } from './forum-people.ts';
import { eventually, Household, surprises } from './household.ts';

/** Ana knows Ben and Cleo, who don't know each other. */
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

afterEach(() => {
  expect(surprises.splice(0)).toEqual([]);
});

afterAll(async () => {
  await Promise.all([ana, ben, cleo].map((person) => person.dispose()));
  await onions.close();
});

describe('two members who are strangers to each other', { timeout: 120_000 }, () => {
  it('find each other by their profiles when the third who has the log is gone', async () => {
    const { space } = await ask(ana).foundForum({
      kind: 'private-forum',
      title: 'The plot',
      rule: 'majority',
      mode: 'history',
      dormancy: false,
      founders: [ben.address, cleo.address],
    });
    for (const who of [ben, cleo]) {
      await eventually(
        `${who.name} is asked`,
        async () => (await ask(who).spaceAsks({})).length > 0,
      );
      await ask(who).answerSpaceAsk({ space, yes: true });
    }
    for (const who of [ben, cleo]) await isIn(who, space, ana, ben, cleo);
    // Whatever Ben has heard of Cleo's device he forgets: only her address is in the beginning of the log.
    await ana.close();
    const shared = () => ben.person.forums.shared().flatMap(({ members }) => members);
    await eventually('Ben knows by which key Cleo speaks', () =>
      shared().some(({ address }) => address === cleo.address),
    );
    await eventually('both can write', async () =>
      (await Promise.all([ben, cleo].map((who) => ask(who).forum({ space })))).every(
        ({ mayWrite }) => mayWrite,
      ),
    );
    await post(cleo, space, 'Is anybody here?');
    await reads(ben, space, 'Is anybody here?');
    await ana.reopen();
    await reads(ana, space, 'Is anybody here?');
  });
});
