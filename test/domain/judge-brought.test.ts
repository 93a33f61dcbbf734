import { expect, test } from 'vitest';
import { chainStart } from '../../src/domain/document/chain.ts';
import { unwrapChunk } from '../../src/domain/document/chunk.ts';
import { documentId, type DocumentId } from '../../src/domain/document/id.ts';
import { signDocument } from '../../src/domain/document/signed.ts';
import { personOf, type PersonKey } from '../../src/domain/membership/operation.ts';
import { newSpace } from '../../src/domain/space/charter.ts';
import { judgeBrought, piecesOf, type BroughtRules } from '../../src/domain/space/judge-brought.ts';
import { addToPublicForum, emptyPublicForum } from '../../src/domain/space/public-forum.ts';
import { makeCharterDocument } from '../../src/domain/types/charter.ts';
import { must, person } from './people.ts';
import { Pen } from './public-people.ts';

const [alice, bob, mallory] = [person('Alice'), person('Bob'), person('Mallory')];
const owner = alice.identity.publicKey;
const space = must(newSpace({ kind: 'public-forum', owner, title: 'Square' }, alice.random));
const charter = makeCharterDocument(alice.identity, space).json;
const begun = addToPublicForum(emptyPublicForum(space.name), [charter]);
const ids = (documents: readonly { _id: string }[]) => documents.map(({ _id }) => _id).toSorted();
const rules: BroughtRules = { shuns: () => false, takes: () => true, pieces: new Set() };

test('what counts is taken, with the bodies that it names, in whatever order it came', () => {
  const pen = new Pen(bob, space);
  const post = pen.post('Hello.');
  pen.edit(post, 'Hello!');
  pen.react(post, '👍');
  const verdict = judgeBrought(begun, [...pen.documents].toReversed(), rules);
  expect(verdict.drop).toEqual([]);
  expect(verdict.accept.toSorted()).toEqual(ids(pen.documents));
});

test('a body that nothing names waits, as does what no certificate is here for', () => {
  const pen = new Pen(bob, space);
  pen.post('Hello.');
  const [, ...withoutCertificate] = pen.documents;
  expect(judgeBrought(begun, withoutCertificate, rules)).toEqual({
    accept: [],
    drop: [],
    crowded: [],
  });
  // Later the post is here, and its body comes alone.
  const [certificate, body, header] = pen.documents;
  const state = addToPublicForum(begun, [certificate, header]);
  expect(judgeBrought(state, body ? [body] : [], rules).accept).toEqual([body?._id]);
});

test('of who is shunned nothing is kept, bodies included', () => {
  const [pen, other] = [new Pen(mallory, space), new Pen(bob, space)];
  pen.post('Buy!');
  other.post('Hello.');
  const shunned = personOf(mallory.identity.publicKey);
  const verdict = judgeBrought(begun, [...pen.documents, ...other.documents], {
    ...rules,
    shuns: (author) => author === shunned,
  });
  expect(verdict.drop.toSorted()).toEqual(ids(pen.documents));
  expect(verdict.accept.toSorted()).toEqual(ids(other.documents));
});

test('who has no room left is taken as far as there is room; the rest waits', () => {
  const pen = new Pen(bob, space);
  pen.post('one');
  pen.post('two');
  let room = 2;
  const takes = (_author: PersonKey) => (room -= 1) >= 0;
  const { accept, drop, crowded } = judgeBrought(begun, pen.documents, { ...rules, takes });
  const [certificate, body, header] = pen.documents;
  expect(new Set(accept)).toEqual(new Set([certificate, body, header].map((one) => one?._id)));
  expect(drop).toEqual([]);
  expect(crowded).toEqual([pen.documents.at(-1)?._id]);
  const full = judgeBrought(begun, pen.documents, { ...rules, takes: () => false });
  expect(full.accept).toEqual([]);
  expect(full.crowded).toHaveLength(3);
});

test('what belongs into no public forum is dropped', () => {
  const pen = new Pen(bob, space);
  const { writer } = bob;
  const operation = signDocument({
    spaceId: space.id,
    type: 'leave',
    author: writer.author,
    signer: writer.signer,
    ...chainStart,
    parents: [],
    time: 0,
    content: { o: new Uint8Array(32) },
  });
  const notACharter = signDocument({
    spaceId: space.id,
    type: 'charter',
    author: bob.identity.publicKey,
    signer: bob.identity,
    seq: 0,
    prev: null,
    parents: [],
    time: 0,
    content: { c: new Uint8Array(3) },
  });
  const forged = { ...pen.documents[0], _id: documentId('d', new Uint8Array(32)) };
  const brought = [...pen.documents, operation.json, notACharter.json, forged];
  const { accept, drop } = judgeBrought(begun, brought, rules);
  expect(accept).toEqual(ids(pen.documents));
  expect(drop.toSorted()).toEqual(
    [operation.json._id, notACharter.json._id, forged._id].toSorted(),
  );
  // The charter itself may come by anybody.
  expect(judgeBrought(begun, [charter], rules).accept).toEqual([charter._id]);
});

test('pieces of files are taken once a body that is here names them', () => {
  const piece: { _id: string } = { _id: documentId('f', new Uint8Array(32)) };
  expect(unwrapChunk(piece, space.id).ok).toBe(false);
  expect(judgeBrought(begun, [piece], rules)).toMatchObject({ accept: [], drop: [] });
  const pieces = new Set<DocumentId>([documentId('f', new Uint8Array(32))]);
  expect(judgeBrought(begun, [piece], { ...rules, pieces }).accept).toEqual([piece._id]);
  expect(piecesOf(piece, space.id)).toEqual([]);
});
