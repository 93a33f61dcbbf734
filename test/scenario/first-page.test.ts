import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sodiumReady } from '../../src/domain/sodium.ts';
import { Onions } from '../sync/onions.ts';
import { befriend, eventually, Household, surprises } from './household.ts';

beforeAll(() => sodiumReady());

const long = 60_000;
const sorted = (texts: readonly string[]) => texts.toSorted().join('\n');

describe('what is shown before everything is open', { timeout: long }, () => {
  let onions: Onions;
  let alice: Household;
  let bob: Household;
  beforeEach(async () => {
    onions = new Onions();
    [alice, bob] = await Promise.all([
      Household.found('Alice', onions),
      Household.found('Bob', onions),
    ]);
    await befriend(alice, bob);
  }, long);
  afterEach(async () => {
    await alice.dispose();
    await bob.dispose();
    await onions.close();
    expect(surprises.splice(0)).toEqual([]);
  });

  /** The texts that Alice would see if her browser started now. */
  async function first(): Promise<string[]> {
    const page = alice.firstPage();
    await page.open();
    return page.view?.posts.map(({ text }) => text) ?? [];
  }
  const shows = (what: string, ...texts: string[]) =>
    eventually(what, async () => sorted(await first()) === sorted(texts));

  it('is what Alice last could read, and nothing of it counts as seen', async () => {
    await bob.person.posting.write('Hello');
    await shows('it shows the post', 'Hello');
    expect(alice.person.feed.unread()).toBe(1);
    await alice.person.feed.markRead();
    expect(alice.person.feed.unread()).toBe(1);
    await alice.close();
    expect(await first()).toEqual(['Hello']);
    await alice.reopen();
  });

  it('has no post that was taken back, and none of who is no friend any more', async () => {
    const { id } = await bob.person.posting.write('Sorry');
    await bob.person.posting.write('Stays');
    await shows('it shows both', 'Stays', 'Sorry');
    await bob.person.posting.retract({ space: bob.person.spaces.feed, post: id });
    await shows('one is left', 'Stays');
    const parting = alice.person.partings.removeFriend(bob.address);
    await parting;
    expect(await first()).toEqual([]);
    await shows('none is left');
  });
});
