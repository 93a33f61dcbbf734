import * as fc from 'fast-check';
import { decodeBody, encodeBody } from '../../src/domain/document/body-content.ts';
import { makeFile, openChunk, unwrapChunk, wrapChunk } from '../../src/domain/document/chunk.ts';
import { checkAtDoor } from '../../src/domain/document/door.ts';
import { checkSealedAtDoor, makeGated, unwrapGated } from '../../src/domain/document/gated.ts';
import { openSignedDocument } from '../../src/domain/document/signed.ts';
import { accept, refuse } from '../../src/domain/result.ts';
import { newSpace } from '../../src/domain/space/charter.ts';
import { readEntry } from '../../src/domain/space/entry.ts';
import {
  addToPublicForum,
  emptyPublicForum,
  evaluatePublicForum,
} from '../../src/domain/space/public-forum.ts';
import { makeCharterDocument } from '../../src/domain/types/charter.ts';
import { decodePointing, decodeReaction } from '../../src/domain/types/pointing-content.ts';
import { readPostBody } from '../../src/domain/types/post.ts';
import { bytesLike, documentsLike, valuesLike, way, type Way } from './outside-input.ts';
import { must, person, seeded } from './people.ts';
import { Pen } from './public-people.ts';

/** Everything that people write where many do, with a file; and all that reads it. */

const random = seeded('outside spaces');
const [alice, bob] = [person('Alice'), person('Bob')];
const signers = [alice, bob].flatMap(({ identity, device }) => [identity, device.signing]);
const owner = alice.identity.publicKey;
const space = must(newSpace({ kind: 'public-forum', owner, title: 'Square' }, random));
const { id: spaceId, name } = space;
const file = must(
  makeFile({ name: 'a.txt', type: 'text/plain', bytes: random(20) }, spaceId, random),
);
const content = {
  text: 'hello',
  title: 'Hello',
  mentions: [bob.identity.publicKey],
  files: [file.manifest],
};
const [a, b] = [new Pen(alice, space), new Pen(bob, space)];
const post = a.post(content);
const answer = b.post('yes', [post]);
const edit = a.edit(post, 'hallo');
const reaction = b.react(post, '👍');
const retraction = b.retract(answer);
const documents = [
  makeCharterDocument(alice.identity, space).json,
  ...a.documents,
  ...b.documents,
  ...file.chunks.map(({ json }) => json),
];

const gate = { hint: random(8), key: random(32) };
const gated = makeGated(spaceId, gate, random(300));
const anyDocument = documentsLike(spaceId, signers, documents);
const anyChunk = fc.oneof(
  documentsLike(
    spaceId,
    [],
    file.chunks.map(({ json }) => json),
  ),
  bytesLike(random(300)).map((bytes) => wrapChunk(spaceId, bytes).json),
);
const anyGated = fc.oneof(
  documentsLike(spaceId, [], [gated.json]),
  bytesLike(random(300)).map((bytes) => makeGated(spaceId, gate, bytes).json),
);
const anyContent = valuesLike(...[edit, reaction, retraction].map((one) => one.content ?? {}));
const bodyHash = post.body ?? random(32);

export const spaceWays: readonly Way[] = [
  way(
    'document/body-content.ts#decodeBody',
    bytesLike(encodeBody(random(32), content)),
    decodeBody,
  ),
  way('document/chunk.ts#unwrapChunk', anyChunk, (json) => [
    unwrapChunk(json, spaceId),
    checkAtDoor('signed', json, name),
  ]),
  way('document/chunk.ts#openChunk', anyChunk, (json) => {
    const chunk = unwrapChunk(json, spaceId);
    if (!chunk.ok) return chunk;
    const named = { ...file.manifest, chunks: [chunk.value.hash] };
    return openChunk(named, 0, chunk.value, spaceId);
  }),
  way('document/gated.ts#unwrapGated', anyGated, (json) => [
    unwrapGated(json, spaceId),
    checkAtDoor('gated', json, name),
  ]),
  way('document/gated.ts#checkSealedAtDoor', anyGated, (json) =>
    checkSealedAtDoor(json, spaceId, [gate]),
  ),
  way('types/pointing-content.ts#decodePointing', anyContent, decodePointing),
  way('types/pointing-content.ts#decodeReaction', anyContent, decodeReaction),
  way('types/post.ts#readPostBody', anyDocument, (json) => readPostBody(bodyHash, json, spaceId)),
  way('space/entry.ts#readEntry', anyDocument, (json) => {
    const document = openSignedDocument(json, spaceId);
    return document.ok ? readEntry(document.value) : document;
  }),
  way('space/public-forum.ts#addToPublicForum', anyDocument, (json) => {
    const state = addToPublicForum(emptyPublicForum(name), [json]);
    return [accept(state.entries), ...[...state.refused.values()].map((code) => refuse(code))];
  }),
  way('space/public-forum.ts#evaluatePublicForum', anyDocument, (json) => {
    const forum = evaluatePublicForum([json, ...documents], name);
    return [accept(forum.posts), ...[...forum.refused.values()].map((code) => refuse(code))];
  }),
];
