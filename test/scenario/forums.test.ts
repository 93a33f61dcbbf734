import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sodiumReady } from '../../src/domain/sodium.ts';
import { Onions } from '../sync/onions.ts';
import { addressesOf, befriendAll, found, members, post, reads, view } from './forum-people.ts';
import { Household, surprises } from './household.ts';

let onions: Onions;
let people: Household[];

async function atHome(...names: string[]): Promise<Household[]> {
  const here = await Promise.all(names.map((name) => Household.found(name, onions)));
  people.push(...here);
  return here;
}

beforeAll(sodiumReady);

beforeEach(() => {
  onions = new Onions();
  people = [];
});

afterEach(async () => {
  await Promise.all(people.map((person) => person.dispose()));
  await onions.close();
  expect(surprises.splice(0)).toEqual([]);
});

describe('a private forum', { timeout: 60_000 }, () => {
  it('is founded by friends who have all said yes, and everybody reads everybody', async () => {
    const [ana, ben, cleo] = await atHome('Ana', 'Ben', 'Cleo');
    await befriendAll(ana!, [ben!, cleo!]);
    const space = await found(ana!, [ben!, cleo!]);
    await post(ben!, space, 'hello from Ben');
    await reads(ana!, space, 'hello from Ben');
    await reads(cleo!, space, 'hello from Ben');
    expect(members(await view(cleo!, space))).toEqual(addressesOf(ana!, ben!, cleo!));
  });
});
