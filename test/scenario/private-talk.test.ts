import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Content } from '../../src/domain/conversation/content.ts';
import { purgedKind, purgeKind } from '../../src/domain/conversation-kinds/purge.ts';
import { receiptsKind, seenKind } from '../../src/domain/conversation-kinds/seen.ts';
import { sodiumReady } from '../../src/domain/sodium.ts';
import { Onions } from '../sync/onions.ts';
import { must } from '../domain/people.ts';
import { waitingIn } from '../../src/background/life-view.ts';
import { befriend, eventually, Household, surprises } from './household.ts';

let onions: Onions;
let alice: Household;
let bob: Household;

const hour = 3_600_000;

beforeAll(sodiumReady);

beforeEach(async () => {
  onions = new Onions();
  [alice, bob] = await Promise.all([
    Household.found('Alice', onions),
    Household.found('Bob', onions),
  ]);
  await befriend(alice, bob);
});

afterEach(async () => {
  vi.useRealTimers();
  await Promise.all([alice.dispose(), bob.dispose()]);
  await onions.close();
  expect(surprises.splice(0)).toEqual([]);
});

const viewAt = (one: Household, other: Household) => one.person.talk.view(other.address);
const deliveries = (one: Household, other: Household) =>
  viewAt(one, other).messages.flatMap(({ delivery }) => delivery ?? []);
const say = (from: Household, to: Household, content: Content) =>
  from.person.talk.say(to.address, content);

async function says(from: Household, to: Household, text: string): Promise<void> {
  await from.person.sendMessage(to.address, text);
  await eventually(`${to.name} hears "${text}"`, () => to.hears(from).includes(text));
  await eventually(
    `${from.name} knows that it is there`,
    () => !deliveries(from, to).some((one) => one !== 'on-their-machine' && one !== 'read'),
  );
}

/** Which of these strings any file of a host holds. */
function foundAt({ host }: Household, strings: readonly string[]): string[] {
  const files = readdirSync(host.folder, { recursive: true, withFileTypes: true });
  const found = new Set<string>();
  for (const file of files) {
    const where = path.join(file.parentPath, file.name);
    const holds = file.isFile() ? readFileSync(where) : Buffer.from(where);
    for (const one of strings) if (holds.includes(one)) found.add(one);
  }
  return [...found];
}

async function idsAt(one: Household, space: string): Promise<string[]> {
  const database = await one.person.context.stores.open(space);
  return (await database.allDocs()).rows.map(({ id }) => id);
}

/** The beginning of what nobody can open any more: a disk's compression leaves it as it is. */
async function sealedAt(one: Household, space: string, id: string): Promise<string> {
  const database = await one.person.context.stores.open(space);
  const { c } = await database.get<{ c: string }>(id);
  return c.slice(0, 60);
}

describe('read or not', { timeout: 60_000 }, () => {
  it('Bob says so when both want it, and never otherwise', async () => {
    await says(alice, bob, 'one');
    await bob.person.talk.markRead(alice.address);
    await alice.person.talk.setReceipts(bob.address, 'on');
    await eventually('Bob is told', () => viewAt(bob, alice).receipts.theirs);
    await says(alice, bob, 'two');
    await bob.person.talk.markRead(alice.address);
    await bob.person.talk.setSettings({ receipts: true, eraseWhenAsked: true });
    await eventually('Alice is told', () => viewAt(alice, bob).receipts.theirs);
    await says(alice, bob, 'three');
    await bob.person.talk.markRead(alice.address);
    await eventually('the third is read', () => deliveries(alice, bob).includes('read'));
    expect(deliveries(alice, bob)).toEqual(['on-their-machine', 'on-their-machine', 'read']);

    await bob.person.talk.setReceipts(alice.address, 'off');
    await eventually('Alice is told', () => !viewAt(alice, bob).receipts.theirs);
    expect(deliveries(alice, bob)).not.toContain('read');
  });

  it('a hostile Bob claims to have read what he was never sent, or what is his own', async () => {
    await alice.person.talk.setReceipts(bob.address, 'on');
    await says(bob, alice, 'mine');
    const [his] = viewAt(bob, alice).messages;
    await says(alice, bob, 'hers');
    await say(bob, alice, must(receiptsKind.write({ on: true })));
    const documents = [his?.id ?? '', 'a'.repeat(52)];
    await say(bob, alice, must(seenKind.write({ documents })));
    await says(bob, alice, 'and so on');
    expect(deliveries(alice, bob)).toEqual(['on-their-machine']);
    expect(viewAt(alice, bob).messages.map(({ text }) => text)).toEqual([
      'mine',
      'hers',
      'and so on',
    ]);
  });

  it('a message waits, is on its way, and is there: as it is', async () => {
    await bob.close();
    await alice.person.sendMessage(bob.address, 'while you are away');
    await eventually('nobody is there to take it', () =>
      deliveries(alice, bob).every((one) => one === 'waiting'),
    );
    await bob.reopen();
    await eventually('it is there', () => deliveries(alice, bob).includes('on-their-machine'));
  });
});

describe('disappearing messages', { timeout: 60_000 }, () => {
  const texts = (one: Household, other: Household) =>
    viewAt(one, other).messages.flatMap(({ kind, text }) => (kind === 'text' ? [text] : []));

  it('live as long as either has said, from when they are read, and leave nothing', async () => {
    await says(alice, bob, 'for good');
    await alice.person.talk.setTimer(bob.address, 3_600);
    await eventually('Bob sees it', () => viewAt(bob, alice).timer.life === 3_600);
    expect(viewAt(bob, alice).timer.mine).toBe(false);
    expect(viewAt(bob, alice).messages.at(-1)).toMatchObject({ kind: 'timer', timer: 3_600 });
    await says(bob, alice, 'for an hour');
    const { name } = bob.person.book.get(alice.address).conversation;
    const { id = '' } = viewAt(alice, bob).messages.at(-1) ?? {};
    const sealed = await sealedAt(alice, name, id);
    expect([foundAt(alice, [sealed]), foundAt(bob, [sealed])]).toEqual([[sealed], [sealed]]);

    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2 * hour });
    await bob.person.talk.lives.sweep();
    await alice.person.talk.lives.sweep();
    // Bob's copy began to live when it was on Alice's machine; she hasn't read hers.
    expect(texts(bob, alice)).toEqual(['for good']);
    expect(texts(alice, bob)).toEqual(['for good', 'for an hour']);

    await alice.person.talk.markRead(bob.address);
    // The browser is closed when its time is over, and the clock has been set back by a day and more.
    vi.setSystemTime(Date.now() + hour / 2);
    await alice.person.talk.lives.sweep();
    await alice.close();
    vi.setSystemTime(Date.now() - 40 * hour);
    await alice.reopen();
    expect(texts(alice, bob)).toEqual(['for good', 'for an hour']);
    vi.setSystemTime(Date.now() + hour / 2);
    await alice.person.talk.lives.sweep();
    expect(texts(alice, bob)).toEqual(['for good']);
    await eventually('its document is gone, too', async () =>
      [...(await idsAt(alice, name)), ...(await idsAt(bob, name))].every((one) => one !== id),
    );
    await alice.close();
    await bob.close();
    expect([foundAt(alice, [sealed]), foundAt(bob, [sealed])]).toEqual([[], []]);
    await alice.reopen();
    await bob.reopen();
    expect([texts(alice, bob), texts(bob, alice)]).toEqual([['for good'], ['for good']]);
    expect([...alice.refused, ...bob.refused]).toEqual([]);
  });
});

describe('friends of friends, and no friends', { timeout: 60_000 }, () => {
  it('Alice introduces Carol to Bob, who decides for himself', async () => {
    const carol = await Household.found('Carol', onions);
    try {
      await befriend(alice, carol);
      await alice.person.talk.introduce(bob.address, carol.address);
      await eventually('Bob is told', () => bob.person.messages.unread(alice.address) === 1);
      expect(viewAt(bob, alice).messages.at(-1)).toMatchObject({
        kind: 'introduction',
        introduction: { address: carol.address, name: 'Carol' },
      });
      expect(bob.person.book.find(carol.address)).toBeUndefined();
      await befriend(bob, carol);
    } finally {
      await carol.dispose();
    }
  });

  it('Bob blocks Alice: nothing of hers is left, nothing comes any more, until he wants it again', async () => {
    await says(alice, bob, 'buy this');
    await bob.person.blocks.block(alice.address);
    expect(bob.person.blocks.all()).toMatchObject([{ address: alice.address, name: 'Alice' }]);
    expect(bob.person.messages.unread()).toBe(0);
    await expect(bob.tokenAt(alice)).rejects.toThrow();
    await alice.person.friendships.askAgain(bob.address);
    await eventually('her letter was dropped', () => bob.refused.includes('blocked'));
    expect(bob.person.friendships.requests()).toEqual([]);
    await bob.person.blocks.unblock(alice.address);
    await alice.person.friendships.askAgain(bob.address);
    await eventually('he is asked', () => bob.person.friendships.requests().length === 1);
  });
});

describe('a muted conversation', { timeout: 60_000 }, () => {
  it('is counted beside the name only, also after a restart, until it is not muted any more', async () => {
    const waits = () => waitingIn(bob.person).map(({ page, count }) => ({ page, count }));
    const fromAlice = { page: `#conversation/${alice.address}`, count: 1 };
    await says(alice, bob, 'hello');
    expect(waits()).toEqual([fromAlice]);
    await bob.person.talk.mute(alice.address, true);
    expect(waits()).toEqual([]);
    await bob.close();
    await bob.reopen();
    expect(waits()).toEqual([]);
    expect(bob.person.friendViews.all()).toMatchObject([{ unreadMessages: 1, muted: true }]);
    await bob.person.talk.mute(alice.address, false);
    expect(waits()).toEqual([fromAlice]);
  });
});

describe('a conversation', { timeout: 60_000 }, () => {
  it('lives on two machines only: a friend of both has nothing of it', async () => {
    const carol = await Household.found('Carol', onions);
    try {
      await befriend(carol, alice);
      await befriend(carol, bob);
      await says(alice, bob, 'between us');
      await says(carol, bob, 'hello from Carol');
      const { name } = alice.person.book.get(bob.address).conversation;
      const ids = await idsAt(alice, name);
      expect(ids.length).toBeGreaterThan(0);
      expect(await carol.person.context.stores.list()).not.toContain(name);
      await Promise.all([alice.close(), bob.close(), carol.close()]);
      expect(foundAt(alice, ids)).toEqual(ids);
      expect(foundAt(bob, ids)).toEqual(ids);
      expect(foundAt(carol, [...ids, name])).toEqual([]);
    } finally {
      await carol.dispose();
    }
  });

  it('Alice purges: nothing of it is left at once, Bob is asked, and they go on', async () => {
    await says(alice, bob, 'remember this');
    await says(bob, alice, 'I will');
    const { name } = alice.person.book.get(bob.address).conversation;
    const ids = await idsAt(alice, name);
    await bob.close();
    await alice.person.talk.purge(bob.address);
    expect(viewAt(alice, bob)).toMatchObject({ messages: [], purge: { state: 'asked' } });
    expect(await alice.person.context.stores.list()).not.toContain(name);
    await alice.close();
    expect(foundAt(alice, [...ids, name])).toEqual([]);

    await alice.reopen();
    expect(viewAt(alice, bob)).toMatchObject({ messages: [], purge: { state: 'asked' } });
    await bob.reopen();
    await eventually('Bob has erased it, too', () => viewAt(alice, bob).purge?.state === 'erased');
    expect(viewAt(bob, alice).messages).toMatchObject([{ kind: 'purge', text: 'erased' }]);
    await says(bob, alice, 'what was it?');
    await says(alice, bob, 'nothing');
    await alice.close();
    await bob.close();
    expect([foundAt(alice, [...ids, name]), foundAt(bob, [...ids, name])]).toEqual([[], []]);
    await alice.reopen();
    await bob.reopen();
    await says(alice, bob, 'good morning');
    expect(alice.hears(bob)).toEqual(['what was it?', 'nothing', 'good morning']);
    expect([...alice.refused, ...bob.refused]).toEqual([]);
  });

  it('Bob keeps his copy, and Alice is told; what he wrote meanwhile still reaches her', async () => {
    await bob.person.talk.setSettings({ receipts: false, eraseWhenAsked: false });
    await says(alice, bob, 'an offer');
    await alice.close();
    await bob.person.sendMessage(alice.address, 'I accept');
    await bob.close();
    await alice.reopen();
    await alice.person.talk.purge(bob.address);
    await bob.reopen();
    await eventually('Alice is told', () => viewAt(alice, bob).purge?.state === 'kept');
    await eventually('Alice hears', () => alice.hears(bob).includes('I accept'));
    expect(bob.hears(alice)).toContain('an offer');
    expect(viewAt(bob, alice).messages.at(-1)).toMatchObject({ kind: 'purge', text: 'kept' });
    await alice.person.talk.dismissPurge(bob.address);
    expect(viewAt(alice, bob).purge).toBeUndefined();
  });

  it('both purge while they do not see each other, twice over', async () => {
    await says(alice, bob, 'once');
    await bob.close();
    await alice.person.talk.purge(bob.address);
    await alice.close();
    await bob.reopen();
    await bob.person.talk.purge(alice.address);
    await alice.reopen();
    await eventually(
      'both know',
      () =>
        viewAt(alice, bob).purge?.state === 'erased' &&
        viewAt(bob, alice).purge?.state === 'erased',
    );
    await says(bob, alice, 'again');
    await alice.person.talk.purge(bob.address);
    await eventually('Bob knows', () => viewAt(alice, bob).purge?.state === 'erased');
    await says(alice, bob, 'and again');
    expect(bob.hears(alice).filter((text) => text === 'again')).toEqual([]);
  });

  it("is not Mallory's to purge: her word counts in her own conversation, and there only", async () => {
    const mallory = await Household.found('Mallory', onions);
    try {
      await befriend(mallory, alice);
      await says(alice, bob, 'stays');
      await says(alice, mallory, 'to Mallory');
      // She hasn't purged anything: nothing came before this conversation.
      await say(mallory, alice, must(purgeKind.write({})));
      await say(mallory, alice, must(purgedKind.write({ kept: false })));
      await says(mallory, alice, 'did it work?');
      expect(alice.hears(bob)).toEqual(['stays']);
      expect(alice.hears(mallory)).toContain('to Mallory');
      expect(viewAt(alice, mallory).purge).toBeUndefined();
      expect(viewAt(alice, bob).purge).toBeUndefined();
    } finally {
      await mallory.dispose();
    }
  });
});
