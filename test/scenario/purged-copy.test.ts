import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sodiumReady } from '../../src/domain/sodium.ts';
import { Onions } from '../sync/onions.ts';
import { ask, found, post, reads } from './forum-people.ts';
import { befriend, eventually, Household, surprises } from './household.ts';
import { openedIn } from './lasting-disk.ts';

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
  await befriend(alice, bob);
}, 60_000);

afterEach(async () => {
  await Promise.all([alice.dispose(), bob.dispose()]);
  await onions.close();
  expect(surprises.splice(0)).toEqual([]);
});

/** What opens of Alice's disk, of what tells of this: by a copy of before `purge`, and by one of after. */
async function aroundPurge(
  about: readonly string[],
  purge: () => Promise<unknown>,
): Promise<{ before: string[]; after: string[]; late: string[] }> {
  const tells = (opened: readonly string[]) =>
    opened.filter((one) => about.some((text) => one.includes(text)));
  const first = alice.disk.copy;
  await purge();
  const { copy } = alice.disk;
  return {
    before: tells(openedIn(first)),
    after: tells(openedIn(copy)),
    // The keys of before, and all that the disk has kept since.
    late: tells(openedIn(first, copy.entries)),
  };
}

async function speaks(): Promise<string> {
  await alice.person.sendMessage(bob.address, 'the words of Alice');
  await eventually('Bob hears', () => bob.hears(alice).includes('the words of Alice'));
  await bob.person.sendMessage(alice.address, 'the words of Bob');
  await eventually('Alice hears', () => alice.hears(bob).includes('the words of Bob'));
  await alice.person.context.drafts.keep(`${bob.address}/talk`, {
    text: 'what Alice did not send',
    title: '',
  });
  await alice.person.context.drafts.save();
  return alice.person.book.get(bob.address).conversation.name;
}

const said = ['the words of', 'what Alice did not send'];

describe('a copy of the disk that is taken after a purge, with the passphrase', () => {
  it('opens nothing of a conversation that was purged', { timeout: 60_000 }, async () => {
    const space = await speaks();
    const { before, after, late } = await aroundPurge(
      [...said, `conversation/${space}`, `form/${space}`],
      () => alice.person.talk.purge(bob.address),
    );
    expect(before).not.toEqual([]);
    expect(late.length).toBeGreaterThanOrEqual(before.length);
    expect(after).toEqual([]);
    // The two go on, and what they say from now on is there again.
    await alice.person.sendMessage(bob.address, 'anew');
    await eventually('Bob hears', () => bob.hears(alice).includes('anew'));
    const { before: now } = await aroundPurge(['anew'], async () => undefined);
    expect(now).not.toEqual([]);
  });

  it('opens nothing of a friend who was removed', { timeout: 60_000 }, async () => {
    await speaks();
    const { before, after } = await aroundPurge(said, () =>
      ask(alice).removeFriend({
        address: bob.address,
        keep: { conversation: false, blogs: false, circles: false },
      }),
    );
    expect(before).not.toEqual([]);
    expect(after).toEqual([]);
  });

  it('opens neither keys nor texts of a forum that was dropped', { timeout: 120_000 }, async () => {
    const space = await found(bob, [alice]);
    await post(bob, space, 'said in the forum');
    await reads(alice, space, 'said in the forum');
    await alice.person.context.drafts.keep(`${space}/new`, { text: 'a thought', title: '' });
    await alice.person.context.drafts.save();
    await ask(alice).leaveForum({ space });
    const parts = ['forum', 'forum-keys', 'forum-read', 'form', 'marks', 'draft'];
    const { before, after } = await aroundPurge(
      parts.map((part) => `${part}/${space}`),
      () => ask(alice).dropForum({ space }),
    );
    for (const part of ['forum', 'forum-keys', 'marks', 'draft']) {
      expect(before.some((one) => one.startsWith(`${part}/${space}`))).toBe(true);
    }
    expect(after).toEqual([]);
  });

  it('does not tell that a public forum was ever read', { timeout: 60_000 }, async () => {
    const { space } = await ask(alice).createForum({ title: 'The hidden garden' });
    await ask(alice).muteSpace({ space, muted: true });
    await alice.person.context.drafts.keep(`${space}/new`, { text: 'a thought', title: '' });
    await alice.person.context.drafts.save();
    const { before, after } = await aroundPurge(
      ['The hidden garden', 'a thought', `muted-space/${space}`],
      () => ask(alice).unfollowSpace({ space }),
    );
    expect(before).toHaveLength(3);
    expect(after).toEqual([]);
  });
});
