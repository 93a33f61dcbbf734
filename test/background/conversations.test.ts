import { beforeEach, expect, test } from 'vitest';
import type { Context } from '../../src/background/app/context.ts';
import type { Conversations } from '../../src/background/app/conversations/conversations.ts';
import { ConversationStates } from '../../src/background/app/conversations/conversation-states.ts';
import { FriendBook } from '../../src/background/app/friends/friend-book.ts';
import { textContent } from '../../src/background/app/conversations/message-content.ts';
import type { Messages } from '../../src/background/app/conversations/messages.ts';
import { Files } from '../../src/background/app/files/files.ts';
import { PrivateTalk } from '../../src/background/app/conversations/private-talk.ts';
import { foundOwnSpaces, readWhole, stored } from '../../src/background/app/self/own-spaces.ts';
import { PreKeys } from '../../src/background/app/self/pre-keys.ts';
import { encodeCbor } from '../../src/domain/cbor.ts';
import type { Content } from '../../src/domain/conversation/content.ts';
import { defineKind } from '../../src/domain/conversation-kinds/kind.ts';
import { seenKind } from '../../src/domain/conversation-kinds/seen.ts';
import { timerKind } from '../../src/domain/conversation-kinds/timer.ts';
import { limits } from '../../src/domain/limits.ts';
import { decodeFields, isTruth } from '../../src/domain/fields.ts';
import type { DeviceKeys } from '../../src/domain/keys.ts';
import { latestBundle } from '../../src/domain/space/evaluate-profile.ts';
import { profileSpace } from '../../src/domain/space/charter.ts';
import type { KeyBundle } from '../../src/domain/types/bundle.ts';
import { createVaultKey } from '../../src/domain/vault/seal.ts';
import { putDocuments } from '../../src/store/documents.ts';
import { Drafts } from '../../src/background/app/drafts/drafts.ts';
import { StoredWords } from '../../src/background/app/search/stored-words.ts';
import { StoredForms } from '../../src/background/app/stored/stored-forms.ts';
import { openMemoryStores } from '../../src/store/memory-stores.ts';
import type { SpaceStores, StoredDocument } from '../../src/store/ports.ts';
import { sessionVaultHome } from '../../src/store/vault-home.ts';
import { UnkeptKeys } from '../../src/store/unkept-keys.ts';
import { openVault } from '../../src/store/vault.ts';
import { must, person, type Person, seeded, startTime, withNewDevice } from '../domain/people.ts';
import { TestSessionArea } from '../store/session-area.ts';

const day = 24 * 3_600_000;
let now: number;

/** One person's computer: what is in `area` outlasts the add-on. */
class Side {
  readonly refused: string[] = [];
  readonly failures: unknown[] = [];
  readonly #person: Person;
  readonly #area = new TestSessionArea();
  readonly #vaultKeys: UnkeptKeys;
  readonly #random;
  device: DeviceKeys;
  stores!: SpaceStores;
  context!: Context;
  book!: FriendBook;
  talk!: PrivateTalk;
  messages!: Messages;
  preKeys!: PreKeys;
  conversations!: Conversations;

  constructor(name: string) {
    this.#person = person(name);
    this.device = this.#person.device;
    this.#random = seeded(`${name}'s conversations`);
    this.#vaultKeys = new UnkeptKeys(createVaultKey(this.#random));
  }

  /** The add-on starts, on what there is. */
  async start(): Promise<void> {
    const { vault } = await openVault(sessionVaultHome(this.#area), this.#vaultKeys, this.#random);
    this.stores = openMemoryStores(this.#area);
    this.context = {
      me: { identity: this.#person.identity, device: this.device },
      stores: { ...this.stores, open: (name) => this.stores.open(name) },
      vault,
      forms: new StoredForms({ stores: this.stores, vault, random: this.#random }),
      words: new StoredWords(new StoredForms({ stores: this.stores, vault, random: this.#random })),
      drafts: new Drafts({ vault, after: () => () => {}, failed: () => undefined }),
      random: this.#random,
      now: () => now,
      changed: () => undefined,
      refused: (code) => this.refused.push(code),
      failed: (error) => this.failures.push(error),
    };
    await foundOwnSpaces(this.context, 'me');
    this.preKeys = new PreKeys(this.context);
    await this.preKeys.renew();
    this.book = new FriendBook(this.context, () => undefined);
    this.talk = new PrivateTalk(this.context, {
      book: this.book,
      preKeys: this.preKeys,
      files: new Files(this.context, { erase: (space, ids) => this.stores.erase(space, ids) }),
      peers: { push: async () => [], state: () => ({ connection: 'unknown' }) },
      forget: (space) => this.stores.destroy(space),
      erase: (space, ids) => this.stores.erase(space, ids),
      sweepIn: () => undefined,
    });
    this.messages = this.talk.messages;
    this.conversations = this.talk.conversations;
  }

  get address() {
    return this.#person.identity.address;
  }

  async bundle(): Promise<KeyBundle> {
    const { name } = profileSpace(this.#person.identity.publicKey);
    return must(latestBundle(await readWhole(await this.stores.open(name)), this.address));
  }

  async knows(friend: Side): Promise<void> {
    await this.book.save({
      address: friend.address,
      petname: 'a friend',
      name: 'a friend',
      state: 'friend',
      since: now,
      verified: false,
      bundle: stored((await friend.bundle()).document),
      feeds: [],
      unfollowed: [],
      forums: [],
      formerFeeds: [],
      lastSeen: null,
    });
  }

  async says(friend: Side, text: string): Promise<readonly StoredDocument[]> {
    return (await this.conversations.write(friend.address, textContent(text, 0))).documents;
  }

  /** Anything, as a hostile add-on does it. Its conversation is not to be used beside this. */
  async seals(friend: Side, content: Content): Promise<StoredDocument> {
    const states = new ConversationStates(this.context, this.preKeys);
    const known = this.book.get(friend.address);
    const { next, document } = must(states.seal(known, content, now));
    await this.context.vault.putMany([states.entry(next, known)]);
    return document;
  }

  /** The documents come from outside, as replication brings them. */
  async gets(friend: Side, documents: readonly StoredDocument[]): Promise<void> {
    const { name } = this.book.get(friend.address).conversation;
    await putDocuments(await this.stores.open(name), documents);
    await this.conversations.read(name);
  }

  async getsAllOf(friend: Side): Promise<void> {
    const { name } = friend.book.get(this.address).conversation;
    await this.gets(friend, await readWhole(await friend.stores.open(name)));
  }

  hears(friend: Side): string[] {
    return this.talk
      .view(friend.address)
      .messages.flatMap(({ mine, text }) => (mine ? [] : [text]));
  }
}

let alice: Side;
let bob: Side;

beforeEach(async () => {
  now = startTime;
  [alice, bob] = [new Side('Alice'), new Side('Bob')];
  await alice.start();
  await bob.start();
  await alice.knows(bob);
  await bob.knows(alice);
});

test('Alice and Bob talk, and after a restart go on where they were', async () => {
  await bob.gets(alice, await alice.says(bob, 'are you there?'));
  await alice.gets(bob, await bob.says(alice, 'yes'));
  await alice.start();
  await bob.start();
  now += 1;
  await bob.gets(alice, await alice.says(bob, 'good'));
  expect(bob.hears(alice)).toEqual(['are you there?', 'good']);
  expect(alice.hears(bob)).toEqual(['yes']);
  expect([...alice.refused, ...bob.refused]).toEqual([]);
});

test('nothing is opened twice: not at the next start, nor by who seizes the computer', async () => {
  const documents = await alice.says(bob, 'between us');
  await bob.gets(alice, documents);
  await bob.start();
  await bob.getsAllOf(alice);
  expect(bob.hears(alice)).toEqual(['between us']);
  expect(bob.refused).toEqual([]);
  // All that Bob's computer holds, without the message itself, does not give it back.
  await bob.messages.forget(alice.address);
  await bob.start();
  await bob.getsAllOf(alice);
  expect(bob.hears(alice)).toEqual([]);
  expect(bob.refused).toEqual(['already-read']);
});

test('the browser dies before the document is stored: the next start publishes the very same', async () => {
  const open = alice.stores.open.bind(alice.stores);
  alice.stores.open = (name) =>
    name.startsWith(alice.book.get(bob.address).conversation.name)
      ? Promise.reject(new Error('died'))
      : open(name);
  const [document] = await alice.says(bob, 'written in time');
  await expect.poll(() => alice.failures).toHaveLength(1);
  await alice.start();
  expect(await alice.conversations.mend(bob.address)).toBe(false);
  const waiting = await alice.conversations.waiting(bob.address);
  expect(waiting?.documents.map(({ _id }) => _id)).toEqual([document?._id]);
  await bob.getsAllOf(alice);
  expect(bob.hears(alice)).toEqual(['written in time']);
});

test('both write first at the same time, and understand each other from then on', async () => {
  const hers = await alice.says(bob, 'hello Bob');
  const his = await bob.says(alice, 'hello Alice');
  await alice.gets(bob, his);
  await bob.gets(alice, hers);
  now += 1;
  await alice.gets(bob, await bob.says(alice, 'we crossed'));
  await bob.gets(alice, await alice.says(bob, 'so we did'));
  expect(alice.hears(bob)).toEqual(['hello Alice', 'we crossed']);
  expect(bob.hears(alice)).toEqual(['hello Bob', 'so we did']);
});

test('messages come late, twice and in any order', async () => {
  const [first, second, third] = [
    await alice.says(bob, 'one'),
    await alice.says(bob, 'two'),
    await alice.says(bob, 'three'),
  ];
  await bob.gets(alice, third);
  await bob.gets(alice, first);
  await bob.start();
  await bob.gets(alice, [...second, ...first]);
  expect(bob.hears(alice).toSorted()).toEqual(['one', 'three', 'two']);
  expect(bob.refused).toEqual([]);
});

test("Mallory plants what is no message of Alice's: it is counted, and hides none of hers", async () => {
  const [genuine] = await alice.says(bob, 'genuine');
  const mallory = new Side('Mallory');
  await mallory.start();
  await mallory.knows(bob);
  const [planted] = await mallory.says(bob, 'forged');
  await bob.gets(
    alice,
    [planted, genuine].flatMap((one) => one ?? []),
  );
  expect(bob.hears(alice)).toEqual(['genuine']);
  expect(bob.refused).toEqual(['wrong-id']);
});

test('a friend was away for too long: what is written waits for newer keys, and says when it was written', async () => {
  const written = (now += 40 * day);
  await alice.preKeys.renew();
  expect(await alice.says(bob, 'where have you been?')).toEqual([]);
  expect(alice.talk.view(bob.address).messages).toMatchObject([{ delivery: 'waiting-for-keys' }]);
  expect(await alice.conversations.mend(bob.address)).toBe(false);
  await alice.start();
  now += day;
  await bob.preKeys.renew();
  await alice.knows(bob);
  await bob.knows(alice);
  expect(await alice.conversations.mend(bob.address)).toBe(true);
  await bob.getsAllOf(alice);
  expect(bob.talk.view(alice.address).messages).toMatchObject([
    { text: 'where have you been?', time: written },
  ]);
  expect(alice.talk.view(bob.address).messages).toHaveLength(1);
});

test('Bob has lost his computer: with his new keys they go on, and what waited reaches him', async () => {
  await bob.gets(alice, await alice.says(bob, 'before'));
  await alice.says(bob, 'on its way');
  const restored = new Side('Bob');
  restored.device = withNewDevice(person('Bob')).device;
  now += 1_000;
  await restored.start();
  await restored.knows(alice);
  await alice.knows(restored);
  await alice.conversations.forgetEnded();
  expect(await alice.conversations.mend(bob.address)).toBe(true);
  await restored.getsAllOf(alice);
  await alice.gets(restored, await restored.says(alice, 'I am back'));
  expect(restored.hears(alice)).toContain('on its way');
  expect(alice.hears(bob)).toEqual(['I am back']);
});

const rsvp = defineKind('rsvp', (fields) => decodeFields(fields, { coming: isTruth }));

test('who answers for a kind gets what came of it, written in one with the keys, once', async () => {
  const coming = must(rsvp.write({ coming: true }));
  const seen: unknown[] = [];
  const answer = () =>
    bob.conversations.handle(rsvp, ({ fields, documentId }) => {
      seen.push(fields);
      return { changes: [[`rsvp/${documentId}`, fields.coming]] };
    });
  answer();
  const { documents } = await alice.conversations.write(bob.address, coming, [['asked', true]]);
  await bob.gets(alice, documents);
  await bob.start();
  answer();
  await bob.getsAllOf(alice);
  expect(seen).toEqual([{ coming: true }]);
  expect(bob.context.vault.entries('rsvp/').map(([, value]) => value)).toEqual([true]);
  expect(alice.context.vault.get('asked')).toBe(true);
  expect([bob.talk.view(alice.address).messages, alice.talk.view(bob.address).messages]).toEqual([
    [],
    [],
  ]);
  expect(bob.messages.unread()).toBe(0);
  expect(bob.refused).toEqual([]);
});

test('a later Network25 says what this one does not know, and the next message is read all the same', async () => {
  const unknown = must(rsvp.write({ coming: true }));
  await bob.gets(alice, (await alice.conversations.write(bob.address, unknown)).documents);
  now += 1;
  await bob.gets(alice, await alice.says(bob, 'did you see?'));
  expect(bob.talk.view(alice.address).messages).toMatchObject([
    { kind: 'newer' },
    { kind: 'text', text: 'did you see?' },
  ]);
  expect(bob.refused).toEqual([]);
});

test('Alice is hostile and sends what is not of the form of its kind: counted once, and not shown', async () => {
  const wrong = { kind: 'text', fields: encodeCbor({ text: 5 }) };
  const never = { kind: 'rsvp', fields: Uint8Array.of(0xff) };
  bob.conversations.handle(rsvp, () => {
    throw new Error('not for this');
  });
  const documents = [await alice.seals(bob, wrong), await alice.seals(bob, never)];
  await bob.gets(alice, documents);
  expect(bob.refused).toEqual(['malformed', 'malformed']);
  expect(bob.talk.view(alice.address).messages).toEqual([]);
  await bob.start();
  await bob.getsAllOf(alice);
  expect(bob.refused).toHaveLength(2);
});

test('a flood of receipts and timers is taken in, and hides nothing that was said', async () => {
  const said = [];
  for (let turn = 0; turn < 60; turn += 1) {
    now += 1;
    const life = turn % 2 === 0 ? 3_600 : 0;
    const content =
      turn % 3 === 0
        ? must(timerKind.write({ life }))
        : must(seenKind.write({ documents: ['a'.repeat(52)] }));
    said.push(...(await alice.conversations.write(bob.address, content)).documents);
  }
  const giant = { kind: 'later', fields: new Uint8Array(limits.contentBytes) };
  said.push(...(await alice.conversations.write(bob.address, giant)).documents);
  said.push(...(await alice.says(bob, 'can you hear me?')));
  await bob.gets(alice, said);
  expect(bob.hears(alice)).toContain('can you hear me?');
  expect(bob.refused).toEqual([]);
  const before = bob.messages.all(alice.address).length;
  await bob.start();
  await bob.getsAllOf(alice);
  expect(bob.messages.all(alice.address)).toHaveLength(before);
});

test('an ended friendship leaves no keys', async () => {
  await bob.gets(alice, await alice.says(bob, 'hello'));
  await bob.book.remove(alice.address, []);
  await bob.messages.forget(alice.address);
  await bob.conversations.forgetEnded();
  expect(bob.context.vault.entries('conversation/')).toEqual([]);
  expect(bob.context.vault.entries('message/')).toEqual([]);
});

test('an empty text is no message, and one over the limit is said to be', async () => {
  await expect(alice.talk.sendMessage(bob.address, ' \n')).rejects.toThrow('text-empty');
  await expect(alice.talk.sendMessage(bob.address, 'x'.repeat(10_001))).rejects.toThrow(
    'text-too-long',
  );
  expect(alice.talk.view(bob.address).messages).toEqual([]);
});
