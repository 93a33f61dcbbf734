import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { statedId } from '../../src/domain/document/id.ts';
import { signDocument, type SignedDocument } from '../../src/domain/document/signed.ts';
import { personOf } from '../../src/domain/membership/operation.ts';
import { newSpace, profileSpace } from '../../src/domain/space/charter.ts';
import {
  addToPublicForum,
  emptyPublicForum,
  evaluatePublicForum,
  viewPublicForum,
  type PublicForum,
} from '../../src/domain/space/public-forum.ts';
import { judgeBrought, type BroughtRules } from '../../src/domain/space/judge-brought.ts';
import { makeCharterDocument } from '../../src/domain/types/charter.ts';
import { readPostBody } from '../../src/domain/types/post.ts';
import { must, person, withNewDevice } from './people.ts';
import { plainCopy } from './plain-copy.ts';
import { Pen } from './public-people.ts';

const [alice, bob, mallory] = [person('Alice'), person('Bob'), person('Mallory')];

function square() {
  const owner = alice.identity.publicKey;
  const space = must(newSpace({ kind: 'public-forum', owner, title: 'Square' }, alice.random));
  const charter = makeCharterDocument(alice.identity, space).json;
  const [a, b, m] = [new Pen(alice, space), new Pen(bob, space), new Pen(mallory, space)];
  const all = (): unknown[] => [charter, ...a.documents, ...b.documents, ...m.documents];
  return { space, charter, a, b, m, all };
}

/** What each post says, by its current wording, in the order of their ids. */
function texts(forum: PublicForum, documents: readonly unknown[], spaceId: Uint8Array) {
  return [...forum.posts.values()].map(({ wording }) => {
    if (wording === undefined) return undefined;
    const json = documents.find((one) => statedId(one) === wording.id);
    const body = readPostBody(wording.hash, json, spaceId);
    return body.ok ? body.value.text : body.code;
  });
}

const codeOf = (forum: PublicForum, { id }: SignedDocument) => forum.refused.get(id);
const shown = (forum: PublicForum, post: SignedDocument) =>
  [...forum.posts.values()].find(({ id }) => id === post.id);

test('Alice opens a forum, Bob answers her, and she reacts to his answer', () => {
  const { space, a, b, all } = square();
  const question = a.post({ text: 'Who brings bread?', title: 'Bread' });
  const answer = b.post('I do', [question]);
  a.react(answer, '🍞');
  const forum = evaluatePublicForum(all(), space.name);
  expect(forum.title).toBe('Square');
  expect(texts(forum, all(), space.id)).toEqual(['Who brings bread?', 'I do']);
  expect(shown(forum, answer)?.answers).toEqual([shown(forum, question)?.name]);
  expect([...(shown(forum, answer)?.reactions ?? [])]).toEqual([
    [personOf(alice.identity.publicKey), '🍞'],
  ]);
  expect([forum.waiting, [...forum.refused], [...forum.purge]]).toEqual([[], [], []]);
  expect(Object.fromEntries(forum.chains.map(({ author, head }) => [author, head.seq]))).toEqual({
    [personOf(alice.identity.publicKey)]: 1,
    [personOf(bob.identity.publicKey)]: 0,
  });
});

test('an answer that comes before what it answers waits, and is not refused', () => {
  const { space, charter, a, b } = square();
  const question = a.post('Who brings bread?');
  b.post('I do', [question]);
  const state = addToPublicForum(emptyPublicForum(space.name), [charter, ...b.documents]);
  const early = viewPublicForum(state);
  expect([early.posts.size, early.waiting.length, early.refused.size]).toEqual([0, 1, 0]);
  expect(viewPublicForum(addToPublicForum(state, a.documents)).posts.size).toBe(2);
});

test('without charter or certificate nothing counts yet', () => {
  const { space, charter, a } = square();
  a.post('hello');
  const uncertified = a.documents.slice(1);
  expect(evaluatePublicForum(a.documents, space.name).waiting).toHaveLength(1);
  expect(evaluatePublicForum(a.documents, space.name).title).toBeUndefined();
  expect(evaluatePublicForum([charter, ...uncertified], space.name).waiting).toHaveLength(1);
});

test('Mallory certifies her device for herself, which lets it speak in nobody else’s name', () => {
  const { space, a, m, all } = square();
  const writer = { author: alice.identity.publicKey, signer: mallory.device.signing };
  const forger = new Pen({ ...mallory, writer }, space);
  const forged = forger.post('I am Alice');
  a.post('I am, too');
  m.post('hello');
  const forum = evaluatePublicForum([...all(), ...forger.documents], space.name);
  expect(forum.posts.size).toBe(2);
  expect(forum.waiting.map(({ id }) => id)).toEqual([forged.id]);
});

test('Alice changes her words: the last wording counts, whichever came first', () => {
  const { space, a, all } = square();
  const post = a.post('tomorow');
  a.edit(post, 'tomorrow');
  a.edit(post, 'on Tuesday');
  const forum = evaluatePublicForum(all().toReversed(), space.name);
  expect(texts(forum, all(), space.id)).toEqual(['on Tuesday']);
  expect(shown(forum, post)?.edited).toBe(true);
});

test("Mallory changes and takes back Alice's post, but she is not its author", () => {
  const { space, a, m, all } = square();
  const post = a.post('I stay');
  const edit = m.edit(post, 'I resign');
  const retraction = m.retract(post);
  const forum = evaluatePublicForum(all(), space.name);
  expect(texts(forum, all(), space.id)).toEqual(['I stay']);
  expect([codeOf(forum, edit), codeOf(forum, retraction)]).toEqual([
    'wrong-author',
    'wrong-author',
  ]);
});

test('Alice takes a post back: its words are gone in all wordings, before and after, the answer stays', () => {
  const { space, a, b, all } = square();
  const post = a.post('secret');
  const edit = a.edit(post, 'still secret');
  const answer = b.post('really?', [post]);
  a.retract(post);
  const late = a.edit(post, 'secret again');
  const forum = evaluatePublicForum(all(), space.name);
  expect(texts(forum, all(), space.id)).toEqual([undefined, 'really?']);
  expect(forum.purge.size).toBe(3);
  expect(shown(forum, answer)?.answers).toHaveLength(1);
  expect(forum.chains.every(({ holes, forks }) => holes.length + forks.length === 0)).toBe(true);
  expect([codeOf(forum, edit), codeOf(forum, late)]).toEqual([undefined, undefined]);
});

test("of each person's reactions to a post the last one counts, and an empty one takes it back", () => {
  const { space, a, b, m, all } = square();
  const post = a.post('bread');
  b.react(post, '👍');
  b.react(post, '❤️');
  m.react(post, '👎');
  m.react(post, '');
  const forum = evaluatePublicForum(all().toReversed(), space.name);
  expect([...(shown(forum, post)?.reactions.values() ?? [])]).toEqual(['❤️']);
});

test("a second device replaces what it has seen of the first one's reactions, and nothing else", () => {
  const { space, a, b, all } = square();
  const phone = new Pen(withNewDevice(bob), space);
  const post = a.post('bread');
  const first = b.react(post, '👍');
  const second = phone.react(post, '❤️', [first]);
  const signs = (documents: unknown[]) => [
    ...(shown(evaluatePublicForum(documents, space.name), post)?.reactions.values() ?? []),
  ];
  expect(signs([...all(), ...phone.documents])).toEqual(['❤️']);
  // Side by side, neither follows the other: the lowest id counts, for everybody.
  const beside = b.react(post, '🙂');
  const lowest = [beside, second].toSorted((x, y) => (x.id < y.id ? -1 : 1))[0];
  const expected = lowest === beside ? '🙂' : '❤️';
  expect(signs([...all(), ...phone.documents])).toEqual([expected]);
  expect(signs([...phone.documents, ...all().toReversed()])).toEqual([expected]);
});

test('who names the future as a parent gains nothing: one of the two counts', () => {
  const { space, a, b, all } = square();
  const post = a.post('bread');
  const phone = new Pen(withNewDevice(bob), space);
  const one = b.react(post, '1');
  const two = phone.react(post, '2', [one]);
  b.react(post, '3', [two]);
  const forum = evaluatePublicForum([...all(), ...phone.documents], space.name);
  expect([...(shown(forum, post)?.reactions.values() ?? [])]).toEqual(['3']);
});

test('what points at no post counts for nothing', () => {
  const { space, charter, a, b, all } = square();
  const post = a.post('bread');
  const reaction = b.react(post, '👍');
  const toReaction = a.react(reaction, '👍');
  const opened = signDocument({
    spaceId: space.id,
    type: 'key',
    author: alice.identity.publicKey,
    signer: alice.identity,
    seq: 0,
    prev: null,
    parents: [],
    time: 0,
    content: { k: alice.device.signing.publicKey },
  });
  const toKey = a.react(opened, '👍');
  const forum = evaluatePublicForum(all(), space.name);
  expect([codeOf(forum, toReaction), codeOf(forum, toKey)]).toEqual([
    'bad-ancestry',
    'bad-ancestry',
  ]);
  const waiting = evaluatePublicForum([charter, ...b.documents], space.name);
  expect(waiting.waiting.map(({ id }) => id)).toEqual([reaction.id]);
});

test('the charter of another space, and types that belong elsewhere, are refused', () => {
  const { space, a, all } = square();
  const profile = profileSpace(alice.identity.publicKey);
  const foreign = makeCharterDocument(alice.identity, profile);
  expect([...evaluatePublicForum([foreign.json], profile.name).refused.values()]).toEqual([]);
  const genesis = signDocument({
    spaceId: space.id,
    type: 'genesis',
    author: alice.identity.publicKey,
    signer: alice.identity,
    seq: 0,
    prev: null,
    parents: [],
    time: 0,
    content: { m: [alice.identity.publicKey] },
  });
  a.post('x');
  const state = addToPublicForum(emptyPublicForum(space.name), [
    ...all(),
    genesis.json,
    { _id: 'd' },
  ]);
  expect([...state.refused.values()].toSorted()).toEqual(['malformed', 'wrong-door']);
  const elsewhere = addToPublicForum(emptyPublicForum(profile.name), [foreign.json]);
  expect([...elsewhere.refused.values()]).toEqual(['wrong-space']);
});

test('the same documents in any order, any portions, some twice, give the same forum', () => {
  const { space, a, b, m, all } = square();
  const phone = new Pen(withNewDevice(bob), space);
  const first = a.post('one');
  const second = b.post('two', [first]);
  a.edit(first, 'uno');
  m.edit(first, 'nothing');
  const reaction = b.react(first, '👍');
  phone.react(first, '❤️', [reaction]);
  phone.react(second, '🙂');
  m.react(first, '👎');
  b.post('three', [second]);
  b.retract(second);
  const documents = [...all(), ...phone.documents, 7, { _id: 'dx' }, { _id: 'dx', v: 1 }];
  const plain = ({ title, chains, ...forum }: PublicForum) => ({
    title,
    chains,
    posts: [...forum.posts.values()].toSorted((x, y) => (x.id < y.id ? -1 : 1)),
    refused: new Map([...forum.refused].toSorted(([x], [y]) => (x < y ? -1 : 1))),
    purge: [...forum.purge].toSorted(),
    waiting: forum.waiting.map(({ id }) => id).toSorted(),
    counted: [...forum.counted.values()].map(({ id }) => id).toSorted(),
  });
  const expected = plain(evaluatePublicForum(documents, space.name));
  expect(expected.posts).toHaveLength(3);
  fc.assert(
    fc.property(
      fc.shuffledSubarray(documents, { minLength: documents.length }),
      fc.nat(documents.length),
      (shuffled, cut) => {
        let state = addToPublicForum(emptyPublicForum(space.name), shuffled.slice(0, cut));
        const before = plainCopy(state);
        const after = addToPublicForum(state, shuffled.slice(Math.max(0, cut - 3)));
        expect(plainCopy(state)).toEqual(before);
        state = after;
        expect(plain(viewPublicForum(state))).toEqual(expected);
      },
    ),
  );
});

test('who carries a forum takes what counts there, and leaves the rest or lets it wait', () => {
  const { space, charter, a, b, m } = square();
  const welcome = a.post('Welcome.');
  const state = addToPublicForum(emptyPublicForum(space.name), [charter, ...a.documents]);
  const open: BroughtRules = { shuns: () => false, takes: () => true, pieces: new Set() };
  const judge = (documents: readonly unknown[], rules: Partial<BroughtRules> = {}) => {
    const verdict = judgeBrought(state, documents as { _id: string }[], { ...open, ...rules });
    return { accept: new Set(verdict.accept), drop: new Set(verdict.drop) };
  };
  const ids = (documents: readonly unknown[]) => new Set(documents.map((one) => statedId(one)));
  b.post('Hello.', [welcome]);
  const [key, ...words] = b.documents;
  const none = new Set();
  expect(judge(b.documents)).toEqual({ accept: ids(b.documents), drop: none });
  // Whatever the order, and what has no certificate yet waits for it.
  expect(judge(b.documents.toReversed())).toEqual({ accept: ids(b.documents), drop: none });
  expect(judge(words)).toEqual({ accept: none, drop: none });
  expect(judge([key])).toEqual({ accept: ids([key]), drop: none });
  // A text that nobody has named waits; one of somebody we shun does not.
  const isBob = (author: string) => author === personOf(bob.identity.publicKey);
  expect(judge(b.documents, { shuns: isBob })).toEqual({ accept: none, drop: ids(b.documents) });
  expect(judge(b.documents, { takes: () => false })).toEqual({ accept: none, drop: none });
  // Mallory's operation has no place here.
  const profile = profileSpace(mallory.identity.publicKey);
  const bundle = makeCharterDocument(mallory.identity, profile).json;
  expect(judge([bundle]).drop).toEqual(ids([bundle]));
  expect(judge(m.documents).accept).toEqual(ids(m.documents));
});
