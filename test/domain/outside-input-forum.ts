import * as fc from 'fast-check';
import { encodeCbor, type CborMap } from '../../src/domain/cbor.ts';
import { makeGated, unwrapGated } from '../../src/domain/document/gated.ts';
import { makeBody } from '../../src/domain/document/body.ts';
import { openSignedDocument, signedBytesOf } from '../../src/domain/document/signed.ts';
import { addToForum } from '../../src/domain/forum/add.ts';
import { decodeInner, encodeInner } from '../../src/domain/forum/inner.ts';
import { openFromLog, sealForLog } from '../../src/domain/forum/log-key.ts';
import { openSealedBody, sealBody } from '../../src/domain/forum/sealed-body.ts';
import { evaluatePrivateForum, viewForum } from '../../src/domain/forum/view.ts';
import { sealForumMessage } from '../../src/domain/forum-keys/message.ts';
import { makeGenesis } from '../../src/domain/membership/make.ts';
import { refuse } from '../../src/domain/result.ts';
import { newSpace } from '../../src/domain/space/charter.ts';
import {
  addToProjectBlog,
  emptyProjectBlog,
  evaluateProjectBlog,
  viewProjectBlog,
} from '../../src/domain/space/project-blog.ts';
import { makeCharterDocument } from '../../src/domain/types/charter.ts';
import {
  decodeComplaintContent,
  decodeEpochContent,
  decodePreKeyContent,
} from '../../src/domain/types/epoch-content.ts';
import { decodeFarewell } from '../../src/domain/types/farewell-content.ts';
import { bytesLike, documentsLike, valuesLike, way, type Way } from './outside-input.ts';
import { must, person, seeded } from './people.ts';
import { Place } from './private-people.ts';
import { Pen } from './public-people.ts';

/** A sealed forum in which much has happened, and what its members and its host may be sent. */

const random = seeded('outside forum');
const owner = person('Alice').identity.publicKey;
const voted = { owner, title: 'Plot', rule: 'majority', dormancy: false } as const;
const place = new Place({ kind: 'private-forum', ...voted, mode: 'history' }, 'outside forum');
const [alice, bob] = [place.person('Alice'), place.person('Bob')];
alice.found([bob]);
bob.offerPreKey();
const post = alice.read().post('hello');
const reaction = alice.say({ what: 'reaction', post: post.hash, sign: '👍' });
const complaint = alice.tell('complaint', { e: random(32) });
const preKey = alice.offerPreKey();
const epoch = alice.epoch();
const { id: spaceId } = place.space;
const { forum } = alice;
const { state } = forum;
const [logKey] = state.logKeys.values();
const [keys] = state.keys.values();
const [bodyPlace] = state.bodies.values();
if (!logKey || !keys || !bodyPlace || !post.body) throw new TypeError('a forum without keys');
const gate = { hint: keys.hint, key: keys.gateKey };
const body = must(makeBody(spaceId, { text: 'hello', mentions: [], files: [] }, random));
const sealedBody = sealBody(body, { spaceId, gate }, random);

const inners = [
  encodeInner({ document: reaction }),
  encodeInner({ document: complaint }),
  encodeInner({ document: preKey }),
  encodeInner({ document: epoch }),
  encodeInner({ document: post, body: bodyPlace }),
];
const signers = [alice.person.identity, alice.person.device.signing];
/** Documents of every type that this member signs, whatever is in them. */
const anySigned = documentsLike(
  spaceId,
  signers,
  [reaction, complaint, preKey, epoch, post].map(({ json }) => json),
).map((json) => {
  const fields = new Map<string, unknown>(Object.entries(Object(json)));
  const [d, s] = [fields.get('d'), fields.get('s')];
  const bytes = signedBytesOf({
    _id: post.id,
    _rev: '',
    v: 1,
    d: typeof d === 'string' ? d : '',
    s: typeof s === 'string' ? s : '',
  });
  const map: CborMap = bytes.ok ? { d: bytes.value.header, s: bytes.value.signature } : {};
  return encodeCbor(map);
});
const anyInner = fc.oneof(bytesLike(...inners), anySigned);
const anyGated = fc.oneof(
  anyInner.map((bytes) => sealForLog(logKey, spaceId, bytes, random).json),
  anyInner.map((bytes) => {
    const { message } = must(sealForumMessage(keys, spaceId, bytes, random));
    return makeGated(spaceId, gate, message.ciphertext).json;
  }),
  bytesLike(random(300)).map((bytes) => makeGated(spaceId, gate, bytes).json),
  bytesLike(random(300)).map((bytes) => makeGated(spaceId, logKey.gate, bytes).json),
  documentsLike(
    spaceId,
    [],
    place.documents.filter((one): one is object => one instanceof Object),
  ),
);
const anyContent = valuesLike(...[complaint, preKey, epoch].map(({ content }) => content ?? {}), {
  d: random(32),
  h: [random(32)],
});

const garden = must(newSpace({ kind: 'project-blog', ...voted }, random));
const pen = new Pen(alice.person, garden);
pen.post('beans');
const gardenDocuments = [
  makeCharterDocument(alice.person.identity, garden).json,
  makeGenesis(alice.person.identity, garden.id, [owner]).json,
  ...pen.documents,
];
const anyGarden = documentsLike(garden.id, signers, gardenDocuments);
const refusedIn = (codes: Iterable<Parameters<typeof refuse>[0]>) =>
  [...codes].map((code) => refuse(code));

export const forumWays: readonly Way[] = [
  way('forum/inner.ts#decodeInner', anyInner, (bytes) => decodeInner(bytes, spaceId)),
  way('forum/log-key.ts#openFromLog', anyGated, (json) => {
    const gated = unwrapGated(json, spaceId);
    return gated.ok ? openFromLog(logKey, spaceId, gated.value) : gated;
  }),
  way(
    'forum/sealed-body.ts#openSealedBody',
    fc.oneof(fc.constant<unknown>(sealedBody.document.json), anyGated),
    (json) => {
      const gated = unwrapGated(json, spaceId);
      const hash = gated.ok ? gated.value.hash : random(32);
      const { key } = sealedBody.place;
      return openSealedBody(json, { spaceId, place: { hash, key }, bodyHash: body.hash });
    },
  ),
  way('forum/add.ts#addToForum', fc.array(anyGated, { maxLength: 3 }), (documents) => {
    const after = addToForum(state, documents);
    return [viewForum(after), ...refusedIn(after.refused.values())];
  }),
  way('forum/view.ts#evaluatePrivateForum', anyGated, (json) => {
    const viewed = evaluatePrivateForum(state, [json]);
    return viewed.ok ? [viewed, ...refusedIn(viewed.value.refused.values())] : viewed;
  }),
  way('space/project-blog.ts#addToProjectBlog', anyGarden, (json) => {
    const empty = must(emptyProjectBlog(garden));
    const after = addToProjectBlog(empty, [json, ...gardenDocuments.slice(0, 2)]);
    return [viewProjectBlog(after, null), ...refusedIn(after.refused.values())];
  }),
  way('space/project-blog.ts#evaluateProjectBlog', anyGarden, (json) =>
    evaluateProjectBlog([json, ...gardenDocuments], garden, null),
  ),
  way('types/epoch-content.ts#decodePreKeyContent', anyContent, (content) =>
    decodePreKeyContent(content, preKey, spaceId),
  ),
  way('types/epoch-content.ts#decodeEpochContent', anyContent, (content) =>
    decodeEpochContent(content, epoch, spaceId),
  ),
  way('types/epoch-content.ts#decodeComplaintContent', anyContent, decodeComplaintContent),
  way('types/farewell-content.ts#decodeFarewell', anyContent, decodeFarewell),
];

if (!openSignedDocument(post.json, spaceId).ok) throw new TypeError('a post that is none');
