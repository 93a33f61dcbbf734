import * as fc from 'fast-check';
import { findAddressInLink, parseAddress } from '../../src/domain/address.ts';
import { concat, toBase64Url } from '../../src/domain/bytes.ts';
import { decodeCbor, encodeCbor, type CborMap } from '../../src/domain/cbor.ts';
import { openBody } from '../../src/domain/document/body.ts';
import { checkAtDoor } from '../../src/domain/document/door.ts';
import { decodeHeader } from '../../src/domain/document/header.ts';
import { documentId, revisionOf } from '../../src/domain/document/id.ts';
import { wrapSealed } from '../../src/domain/document/sealed.ts';
import {
  assembleSigned,
  openSignedDocument,
  signDocument,
} from '../../src/domain/document/signed.ts';
import { openMessage } from '../../src/domain/friend/message.ts';
import { openRequest } from '../../src/domain/friend/request.ts';
import { hashFor } from '../../src/domain/hash.ts';
import { openAuth, openBase, openXWing } from '../../src/domain/hpke.ts';
import { decodeDeviceKeys } from '../../src/domain/keys.ts';
import { unpad } from '../../src/domain/padding.ts';
import { refusals } from '../../src/domain/refusal.ts';
import type { Result } from '../../src/domain/result.ts';
import { decodeCharter } from '../../src/domain/space/charter-bytes.ts';
import { decodeInvitation } from '../../src/domain/space/invitation.ts';
import { addToBlog, emptyBlog } from '../../src/domain/space/blog.ts';
import { evaluateBlog } from '../../src/domain/space/evaluate-blog.ts';
import { evaluateProfile } from '../../src/domain/space/evaluate-profile.ts';
import { parseSpaceName } from '../../src/domain/space/name.ts';
import { openBundle } from '../../src/domain/types/bundle.ts';
import { openBundleLink } from '../../src/domain/types/bundle-link.ts';
import { openVaultEntry } from '../../src/domain/vault/seal.ts';
import { blogOf, person, profileContent, profileDocuments } from './people.ts';

/**
 * Everything a peer, a page, a link or a disk may put before the domain, from random bytes to documents
 * whose ids and signatures are right and whose inside is anything.
 */

const alice = person('Alice');
const bob = person('Bob');
const blog = blogOf(alice, ['one', 'two']);
const { id: spaceId, name: spaceName } = blog.space;
const genuine = [...blog.documents, ...profileDocuments(alice, profileContent('Alice'))];

export const anyBytes = fc.uint8Array({ maxLength: 400 });

const cborLeaf = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.maxSafeInteger(),
  fc.string({ maxLength: 20 }),
  fc.uint8Array({ maxLength: 40 }),
  fc.uint8Array({ minLength: 32, maxLength: 32 }),
  fc.constantFrom('post', 'key', 'bundle', 'profile', 'charter'),
);
const cborValue = fc.oneof(cborLeaf, fc.array(cborLeaf, { maxLength: 3 }));
const cborMap: fc.Arbitrary<CborMap> = fc.dictionary(
  fc.constantFrom(...'abcdefghijklmnoprstvwx'.split('')),
  cborValue,
  { noNullPrototype: true },
);

/** Bytes that are the CBOR of something, so that decoders get past the first gate. */
const structured = cborMap.map(encodeCbor);
const payload = fc.oneof(anyBytes, structured);

const enveloped = fc.oneof(
  fc
    .record({ header: payload, signature: fc.uint8Array({ minLength: 64, maxLength: 64 }) })
    .map((signed) => assembleSigned(signed).json),
  payload.map((bytes) => {
    const id = documentId('b', hashFor('body', spaceId, bytes));
    return { _id: id, _rev: revisionOf(id), v: 1, b: toBase64Url(bytes) };
  }),
  payload.map((bytes) => wrapSealed(spaceId, bytes).json),
);

/** Signed by the person who may, with anything inside. */
const signedByAlice = fc
  .record({
    type: fc.constantFrom('charter', 'key', 'bundle', 'profile', 'post'),
    onion: fc.boolean(),
    seq: fc.integer({ min: -1, max: 3 }),
    prev: fc.option(fc.uint8Array({ minLength: 32, maxLength: 32 })),
    parents: fc.array(fc.uint8Array({ maxLength: 33 }), { maxLength: 2 }),
    time: fc.maxSafeInteger(),
    body: fc.option(fc.uint8Array({ minLength: 32, maxLength: 32 }), { nil: undefined }),
    content: fc.option(cborMap, { nil: undefined }),
  })
  .map(({ onion, body, content, ...rest }) => {
    const signer = onion ? alice.identity : alice.device.signing;
    return signDocument({
      ...rest,
      spaceId,
      author: alice.identity.publicKey,
      signer,
      ...(body === undefined ? {} : { body }),
      ...(content === undefined ? {} : { content }),
    }).json;
  });

/** A genuine document with one field replaced or added. */
const mutated = fc
  .record({
    document: fc.constantFrom(...genuine),
    field: fc.constantFrom('_id', '_rev', 'v', 'd', 's', 'b', 'c', '_revisions', '_deleted'),
    value: fc.anything({ maxDepth: 2, withBigInt: true, withNullPrototype: true }),
  })
  .map(({ document, field, value }) => ({ ...document, [field]: value }));

export const anyJson = fc.oneof(
  fc.anything({ maxDepth: 3, withBigInt: true, withNullPrototype: true, withTypedArray: true }),
  fc.jsonValue(),
  enveloped,
  signedByAlice,
  mutated,
);

export const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 100 }),
  fc.webUrl(),
  fc.base64String().map((text) => `data:application/json;base64,${text}`),
  fc.jsonValue().map((value) => {
    const json = Buffer.from(JSON.stringify(value)).toString('base64');
    return `data:application/json;base64,${json}`;
  }),
);

/** Every way in. Each must answer with a value or with a code of the closed list. */
export function readEverything(bytes: Uint8Array, json: unknown, text: string): Result<unknown>[] {
  const recipient = bob.device.encryption;
  const info = new Uint8Array(0);
  const { address } = alice.identity;
  const route = { spaceId, from: alice.identity.publicKey, to: bob.identity.publicKey };
  const place = { spaceName, owner: address };
  const state = addToBlog(emptyBlog(place), [json, ...blog.documents]);
  const evaluated = evaluateBlog([json, ...blog.documents], place);
  const refused = [...evaluated.refused.map(({ code }) => code), ...state.refused.values()];
  return [
    ...refused.map((code) => ({ ok: false, code }) as const),
    checkAtDoor('signed', json, spaceName),
    checkAtDoor('sealed', json, spaceName),
    checkAtDoor('inbox', json, spaceName),
    openSignedDocument(json, spaceId),
    openBody(json, spaceId),
    openBundle(json, address),
    openMessage(json, { ...route, recipient, sender: alice.bundle.encryption }),
    openRequest(json, { ...bob.device, address: bob.identity.address }),
    openVaultEntry(info, json),
    evaluateProfile([json], address),
    evaluateProfile([json, ...genuine], address),
    decodeCbor(bytes),
    decodeHeader(bytes),
    decodeCharter(bytes),
    decodeInvitation(bytes),
    decodeDeviceKeys(bytes),
    unpad(bytes),
    openBase({ recipient, info }, bytes),
    openXWing({ recipient: bob.device.sealing, info }, concat(new Uint8Array(1_120), bytes)),
    openAuth({ recipient, info, sender: bytes }, bytes),
    parseAddress(text),
    findAddressInLink(text),
    parseSpaceName(text),
    openBundleLink(text, address),
  ];
}

/** Whether an answer is one a caller may get. */
export function isAnswer(result: Result<unknown>): boolean {
  return result.ok || refusals.includes(result.code);
}
