import * as fc from 'fast-check';
import { findAddressInLink, parseAddress } from '../../src/domain/address.ts';
import * as encodings from '../../src/domain/bytes.ts';
import { decodeCbor, encodeCbor } from '../../src/domain/cbor.ts';
import { openBody } from '../../src/domain/document/body.ts';
import { checkAtDoor } from '../../src/domain/document/door.ts';
import { openEnvelope } from '../../src/domain/document/envelope.ts';
import { decodeHeader, encodeHeader } from '../../src/domain/document/header.ts';
import { unwrapSealed, wrapSealed } from '../../src/domain/document/sealed.ts';
import { openSignedDocument, type SignedDocument } from '../../src/domain/document/signed.ts';
import { decodeFields, decodeFieldsWithOptional, isHash, isText } from '../../src/domain/fields.ts';
import { checkMove, destinationOf, proveMove } from '../../src/domain/friend/move.ts';
import { openRequest, sealRequest } from '../../src/domain/friend/request.ts';
import { decodeDeviceKeys, encodeDeviceKeys } from '../../src/domain/keys.ts';
import { pad, unpad, unpadFrom } from '../../src/domain/padding.ts';
import type { Refusal } from '../../src/domain/refusal.ts';
import { accept, refuse, type Result } from '../../src/domain/result.ts';
import { addToBlog, emptyBlog } from '../../src/domain/space/blog.ts';
import { decodeCharter, encodeCharter } from '../../src/domain/space/charter-bytes.ts';
import { inboxSpace, newSpace, profileSpace } from '../../src/domain/space/charter.ts';
import { decodeInvitation, encodeInvitation } from '../../src/domain/space/invitation.ts';
import { phraseFromRoot, rootFromPhrase } from '../../src/domain/recovery-phrase.ts';
import { evaluateBlog } from '../../src/domain/space/evaluate-blog.ts';
import { evaluateProfile } from '../../src/domain/space/evaluate-profile.ts';
import { parseSpaceLink } from '../../src/domain/space/link.ts';
import { parseSpaceName } from '../../src/domain/space/name.ts';
import { decodeBundleContent } from '../../src/domain/types/bundle-content.ts';
import { bundleLink, openBundleLink } from '../../src/domain/types/bundle-link.ts';
import { openBundle, readBundle } from '../../src/domain/types/bundle.ts';
import { checkCharterContent } from '../../src/domain/types/charter-content.ts';
import { readCharter } from '../../src/domain/types/charter.ts';
import { decodeKeyContent } from '../../src/domain/types/key-content.ts';
import { readKey } from '../../src/domain/types/key.ts';
import { readPostText } from '../../src/domain/types/post.ts';
import { decodeProfileContent } from '../../src/domain/types/profile-content.ts';
import { readProfile } from '../../src/domain/types/profile.ts';
import { checkType } from '../../src/domain/types/registry.ts';
import { openVaultEntry, sealVaultEntry } from '../../src/domain/vault/seal.ts';
import {
  bytesLike,
  documentsLike,
  found,
  textsLike,
  valuesLike,
  way,
  type Way,
} from './outside-input.ts';
import { blogOf, must, person, profileContent, profileDocuments, seeded } from './people.ts';

const random = seeded('outside input');
const alice = person('Alice');
const bob = person('Bob');
const { address, publicKey } = alice.identity;
const signers = [alice.identity, alice.device.signing];
const blog = blogOf(alice, ['one', 'two']);
const { id: spaceId, name: spaceName } = blog.space;
const home = profileSpace(publicKey);
const profile = profileDocuments(alice, profileContent('Alice', { interests: ['cats'] }));
const opened = [
  ...blog.documents.flatMap((json) => openedIn(json, spaceId)),
  ...profile.flatMap((json) => openedIn(json, home.id)),
];

function openedIn(json: unknown, space: Uint8Array): SignedDocument[] {
  const document = openSignedDocument(json, space);
  return document.ok ? [document.value] : [];
}

const anyBlogged = documentsLike(spaceId, signers, blog.documents);
const anyProfiled = documentsLike(home.id, signers, profile);
const contents = opened.map(({ content }) => content ?? {});
const anyContent = valuesLike(...contents);
const anyHeader = bytesLike(...opened.map(encodeHeader));
const [firstPost] = blog.posts;
const bodyHash = firstPost?.body.hash ?? random(32);

const message = wrapSealed(spaceId, random(353)).json;
const inbox = inboxSpace(bob.identity.publicKey).id;
const letter = must(
  sealRequest(
    {
      kind: 'request',
      name: 'Alice',
      note: '',
      time: 2_000,
      bundle: alice.bundle,
      encryption: alice.device.encryption,
      recipient: bob.bundle,
    },
    random,
  ),
).json;
const voted = { owner: publicKey, title: 'Plot', rule: 'majority', dormancy: true } as const;
const forum = must(newSpace({ kind: 'private-forum', ...voted, mode: 'history' }, random));
const circle = { owner: publicKey, title: 'Close', writers: 'owner', mode: 'ephemeral' } as const;
const friends = must(newSpace({ kind: 'friends-feed', ...circle }, random));
const invitation = { space: forum, logKeys: [random(32)], anchor: random(32), snapshot: null };
const destination = must(destinationOf(alice.bundle));
const proof = proveMove(bob.identity, destination);
const vaultKey = random(32);
const entry = sealVaultEntry(vaultKey, 'name', random(40), random);

/** Reads what opens as a document of the profile space. */
const inProfile =
  (read: (document: SignedDocument) => Result<unknown>) =>
  (json: unknown): Result<unknown> => {
    const document = openSignedDocument(json, home.id);
    return document.ok ? read(document.value) : document;
  };

const refused = (codes: Iterable<Refusal>) => [...codes].map((code) => refuse(code));

export const documentWays: readonly Way[] = [
  way('address.ts#parseAddress', textsLike(address), parseAddress),
  way('address.ts#findAddressInLink', textsLike(address, `http://${address}/x`), findAddressInLink),
  way('bytes.ts#fromHex', textsLike('00ff'), encodings.fromHex),
  way('bytes.ts#fromBase32', textsLike('abc2', 'aa'), encodings.fromBase32),
  way('bytes.ts#fromBase64', textsLike('aGk=', 'aGkh'), encodings.fromBase64),
  way('bytes.ts#fromBase64Url', textsLike('aGk', '_-8'), encodings.fromBase64Url),
  way('bytes.ts#fromUtf8', bytesLike(encodings.utf8('grüße')), encodings.fromUtf8),
  way('cbor.ts#decodeCbor', bytesLike(encodeCbor({ a: [1, 'b', random(3)] })), decodeCbor),
  way('fields.ts#decodeFields', valuesLike({ a: random(32), t: 'x' }), (value) =>
    decodeFields(value, { a: isHash, t: isText }),
  ),
  way('fields.ts#decodeFieldsWithOptional', valuesLike({ a: random(32), t: 'x' }), (value) =>
    decodeFieldsWithOptional(value, { a: isHash }, { t: isText }),
  ),
  way('keys.ts#decodeDeviceKeys', bytesLike(encodeDeviceKeys(alice.device)), decodeDeviceKeys),
  way('padding.ts#unpad', bytesLike(pad(random(20)), pad(random(300))), unpad),
  way('padding.ts#unpadFrom', bytesLike(new Uint8Array(300)), (bytes) => unpadFrom(300, bytes)),
  way('document/door.ts#checkAtDoor', fc.oneof(anyBlogged, anyProfiled), (json) => [
    checkAtDoor('signed', json, spaceName),
    checkAtDoor('sealed', json, spaceName),
    checkAtDoor('inbox', json, home.name),
  ]),
  way('document/envelope.ts#openEnvelope', anyBlogged, (json) =>
    openEnvelope(json, { d: 500, s: 64 }),
  ),
  way('document/header.ts#decodeHeader', anyHeader, decodeHeader),
  way('document/signed.ts#openSignedDocument', anyBlogged, (json) =>
    openSignedDocument(json, spaceId),
  ),
  way('document/body.ts#openBody', anyBlogged, (json) => openBody(json, spaceId)),
  way('document/sealed.ts#unwrapSealed', documentsLike(spaceId, [], [message]), (json) =>
    unwrapSealed(json, spaceId),
  ),
  way(
    'space/charter-bytes.ts#decodeCharter',
    bytesLike(...[blog.space, forum, friends].map(({ charter }) => encodeCharter(charter))),
    decodeCharter,
  ),
  way(
    'space/invitation.ts#decodeInvitation',
    bytesLike(encodeInvitation(invitation)),
    decodeInvitation,
  ),
  way('recovery-phrase.ts#rootFromPhrase', textsLike(phraseFromRoot(random(32))), (text) =>
    found(rootFromPhrase(text)),
  ),
  way('space/name.ts#parseSpaceName', textsLike(spaceName), parseSpaceName),
  way(
    'space/link.ts#parseSpaceLink',
    textsLike(`http://${address}/#n25:${spaceName}`),
    parseSpaceLink,
  ),
  way('space/blog.ts#addToBlog', anyBlogged, (json) => {
    const state = addToBlog(emptyBlog({ spaceName, owner: address }), [json]);
    return [accept(state.posts), ...refused(state.refused.values())];
  }),
  way('space/evaluate-blog.ts#evaluateBlog', anyBlogged, (json) => {
    const blogged = evaluateBlog([json, ...blog.documents.slice(0, 2)], {
      spaceName,
      owner: address,
    });
    return [accept(blogged.posts), ...refused(blogged.refused.map(({ code }) => code))];
  }),
  way('space/evaluate-profile.ts#evaluateProfile', anyProfiled, (json) => [
    evaluateProfile([json, ...profile.slice(1)], address),
  ]),
  way('types/registry.ts#checkType', anyHeader, (bytes) => {
    const header = decodeHeader(bytes);
    return header.ok ? checkType(header.value, spaceId) : header;
  }),
  way('types/bundle.ts#openBundle', anyProfiled, (json) => openBundle(json, address)),
  way(
    'types/bundle.ts#readBundle',
    anyProfiled,
    inProfile((one) => readBundle(one, publicKey)),
  ),
  way('types/bundle-content.ts#decodeBundleContent', anyContent, (content) =>
    decodeBundleContent(content, { author: publicKey }),
  ),
  way(
    'types/bundle-link.ts#openBundleLink',
    fc.oneof(
      textsLike(bundleLink(alice.bundle.document)),
      fc.jsonValue().map((json) => `data:application/json;base64,${btoa(JSON.stringify(json))}`),
    ),
    (text) => openBundleLink(text, address),
  ),
  way(
    'types/charter.ts#readCharter',
    anyProfiled,
    inProfile((one) => readCharter(one, home.id)),
  ),
  way('types/charter-content.ts#checkCharterContent', anyContent, (content) =>
    opened.slice(0, 1).map((header) => checkCharterContent(content, header, spaceId)),
  ),
  way('types/key.ts#readKey', anyProfiled, inProfile(readKey)),
  way('types/key-content.ts#decodeKeyContent', anyContent, decodeKeyContent),
  way('types/post.ts#readPostText', anyBlogged, (json) => readPostText(bodyHash, json, spaceId)),
  way('types/profile.ts#readProfile', anyProfiled, inProfile(readProfile)),
  way('types/profile-content.ts#decodeProfileContent', anyContent, decodeProfileContent),
  way('friend/request.ts#openRequest', documentsLike(inbox, [], [letter]), (json) =>
    openRequest(json, { ...bob.device, address: bob.identity.address }),
  ),
  way(
    'friend/move.ts#checkMove',
    fc.record({ former: bytesLike(proof.former), signature: bytesLike(proof.signature) }),
    (one) => checkMove(one, destination),
  ),
  way('vault/seal.ts#openVaultEntry', valuesLike(entry), (json) => openVaultEntry(vaultKey, json)),
];
