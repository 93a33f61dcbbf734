import { concat, toBase64, toBase64Url, toHex, utf8 } from '../../src/domain/bytes.ts';
import { encodeCbor } from '../../src/domain/cbor.ts';
import { makePreKey } from '../../src/domain/conversation/pre-key.ts';
import { chainStart, positionAfter } from '../../src/domain/document/chain.ts';
import { makeFile } from '../../src/domain/document/chunk.ts';
import type { StoredDocument } from '../../src/domain/document/envelope.ts';
import { fileFields } from '../../src/domain/document/file.ts';
import { signedBytesOf, type SignedDocument } from '../../src/domain/document/signed.ts';
import { conversationSpace, pairSecret } from '../../src/domain/friend/pair.ts';
import { proveMove } from '../../src/domain/friend/move.ts';
import { sealRequest } from '../../src/domain/friend/request.ts';
import { phraseFromRoot } from '../../src/domain/recovery-phrase.ts';
import { safetyPhrase } from '../../src/domain/friend/safety-phrase.ts';
import { domainString } from '../../src/domain/hash.ts';
import { expandedKeyForTor, identityFromRoot } from '../../src/domain/identity.ts';
import { createDeviceKeys } from '../../src/domain/keys.ts';
import { encodeCharter } from '../../src/domain/space/charter-bytes.ts';
import {
  blogSpace,
  inboxSpace,
  profileSpace,
  type CharteredSpace,
} from '../../src/domain/space/charter.ts';
import { makeBundle, openBundle } from '../../src/domain/types/bundle.ts';
import { makeKeyDocument } from '../../src/domain/types/key.ts';
import {
  makeEdit,
  makePost,
  makeReaction,
  makeRetraction,
  type Post,
} from '../../src/domain/types/post.ts';
import { makeProfile } from '../../src/domain/types/profile.ts';
import { sha256, type Random } from '../../src/domain/sodium.ts';
import { backupExamples } from './backup-examples.ts';
import { encryptionExamples } from './encryption-examples.ts';
import { spaceExamples } from './space-examples.ts';
import { must, profileContent } from './people.ts';

/**
 * The worked examples of docs/protocol, by name. "Random" bytes are consecutive numbers, so that another
 * implementation can make the very same ones.
 */

type Lines = readonly (readonly [label: string, value: string | Uint8Array])[];

const time = 1_700_000_000_000;

/** first, first+1, …: every call goes on where the one before ended. */
function counting(first: number): Random {
  let next = first;
  return (length) => Uint8Array.from({ length }, () => next++ & 0xff);
}

function examplePerson(
  name: string,
  first: number,
  device = createDeviceKeys(counting(first + 0x20)),
) {
  const identity = identityFromRoot(counting(first)(32));
  const preKey = makePreKey(
    { owner: identity.publicKey, signer: device.signing, now: time },
    counting(first + 0x10),
  );
  const making = { identity, device, preKey, seq: 1, validFrom: time };
  const bundleDocument = makeBundle(making);
  const bundle = must(openBundle(bundleDocument.json, identity.address));
  const writer = { author: identity.publicKey, signer: device.signing };
  return { name, first, identity, device, bundleDocument, bundle, writer };
}

const alice = examplePerson('Alice', 0x00);
const bob = examplePerson('Bob', 0x80);
const movedBob = examplePerson('Bob', 0x40, bob.device);
const blog = blogSpace(alice.identity.publicKey, 'News', counting(0x60));

function signedLines({ json, id }: SignedDocument, spaceId: Uint8Array, type: string): Lines {
  const { header, signature } = must(signedBytesOf(json));
  return [
    ['header', header],
    ['signed before it', concat(domainString(type), spaceId)],
    ['signature', signature],
    ['_id', id],
    ['stored', stored(json)],
  ];
}

function stored(json: StoredDocument): string {
  return JSON.stringify(json);
}

function charterLines(space: CharteredSpace): Lines {
  return [
    [`${space.charter.kind} charter`, encodeCharter(space.charter)],
    [`${space.charter.kind} space id`, space.id],
    [`${space.charter.kind} name`, space.name],
  ];
}

function identityLines({ identity, device, first }: typeof alice): Lines {
  const words = phraseFromRoot(identity.root).split(' ');
  return [
    ['root', counting(first)(32)],
    ['words 1 to 8', words.slice(0, 8).join(' ')],
    ['words 9 to 16', words.slice(8, 16).join(' ')],
    ['words 17 to 24', words.slice(16).join(' ')],
    ['onion seed', identity.secretKey.slice(0, 32)],
    ['onion public key', identity.publicKey],
    ['address', identity.address],
    ['key for Tor (base64)', toBase64(expandedKeyForTor(identity.root))],
    ['device signing seed', device.signing.secretKey.slice(0, 32)],
    ['device signing key', device.signing.publicKey],
    ['encryption secret', device.encryption.secretKey],
    ['encryption key', device.encryption.publicKey],
    ['X-Wing seed', device.sealing.secretKey],
    ['X-Wing key, SHA-256 of it', sha256(device.sealing.publicKey)],
  ];
}

function firstPost(): Post {
  const making = { spaceId: blog.id, writer: alice.writer, text: 'Hello, world', time };
  return must(makePost({ ...making, position: chainStart }, counting(0xc0)));
}

function pushLines(): Lines {
  const { header, body } = firstPost();
  // The one that handshake.md ends with.
  const token = toBase64Url(counting(0xb0)(32));
  return [
    ['POST', `/${blog.name}/_bulk_docs`],
    ['Host', `${bob.identity.address}:25984`],
    ['Authorization', `Bearer ${token}`],
    ['Content-Type', 'application/json'],
    ['body', JSON.stringify({ new_edits: false, docs: [header.json, body.json] })],
  ];
}

function postLines(): Lines {
  const post = firstPost();
  return [
    ['body', encodeCbor({ s: counting(0xc0)(32), t: 'Hello, world' })],
    ['body hash', post.body.hash],
    ['body stored', stored(post.body.json)],
    ...signedLines(post.header, blog.id, 'post'),
  ];
}

function pointingLines(): Lines {
  const { header: post } = firstPost();
  const placing = { spaceId: blog.id, time };
  const own = { ...placing, writer: alice.writer };
  const edited = must(
    makeEdit(
      { ...own, position: positionAfter(post), text: 'Hello, all', post: post.hash },
      counting(0xe0),
    ),
  );
  const retraction = makeRetraction({ ...own, position: positionAfter(edited.header) }, post.hash);
  const reaction = makeReaction(
    { ...placing, writer: bob.writer, position: chainStart },
    { post: post.hash, sign: '👍' },
  );
  return [
    ["edit's header", headerOf(edited.header)],
    ["edit's _id", edited.header.id],
    ["retraction's header", headerOf(retraction)],
    ["retraction's _id", retraction.id],
    ["reaction's header", headerOf(reaction)],
    ["reaction's _id", reaction.id],
  ];
}

function headerOf({ json }: SignedDocument): Uint8Array {
  return must(signedBytesOf(json)).header;
}

function fileLines(): Lines {
  const file = { name: 'hello.txt', type: 'text/plain', bytes: utf8('Hello, world') };
  const { manifest, chunks } = must(makeFile(file, blog.id, counting(0xd0)));
  const [chunk] = chunks;
  return [
    ['piece', chunk?.ciphertext ?? ''],
    ['_id', chunk?.id ?? ''],
    ['entry of f', encodeCbor(fileFields(manifest))],
  ];
}

function profileLines(): Lines {
  const content = profileContent('Alice', {
    about: 'I garden.',
    interests: ['gardens'],
    shownFriends: [{ address: bob.identity.address, name: 'Bob' }],
    feeds: [{ space: blog.name, title: 'News' }],
  });
  const making = { writer: alice.writer, content, version: 1, time, position: chainStart };
  return signedLines(
    must(makeProfile(making)),
    profileSpace(alice.identity.publicKey).id,
    'profile',
  );
}

const pair = must(
  pairSecret(
    alice.device.encryption.secretKey,
    bob.bundle.encryption,
    alice.identity.publicKey,
    bob.identity.publicKey,
  ),
);
const conversation = conversationSpace(pair, alice.identity.publicKey, bob.identity.publicKey);

function pairLines(): Lines {
  const a = alice.identity.publicKey;
  const b = bob.identity.publicKey;
  return [
    ['pair secret', pair],
    ['conversation space id', conversation.id],
    ['conversation name', conversation.name],
    ['safety phrase', safetyPhrase(a, b)],
  ];
}

function requestLines(): Lines {
  const { ciphertext, id } = must(
    sealRequest(
      {
        kind: 'request',
        name: 'Alice',
        note: 'Hello, Bob',
        time,
        bundle: alice.bundle,
        encryption: alice.device.encryption,
        recipient: bob.bundle,
      },
      counting(0xe0),
    ),
  );
  return [
    ['inner content', encodeCbor({ k: 'request', n: 'Alice', o: 'Hello, Bob', m: time })],
    ['length of c in bytes', String(ciphertext.length)],
    ['first 32 bytes of enc', ciphertext.slice(0, 32)],
    ['tag', ciphertext.slice(-16)],
    ['_id', id],
  ];
}

function movedLines(): Lines {
  const { identity, bundle, bundleDocument, device } = movedBob;
  const to = { publicKey: identity.publicKey, bundle: bundleDocument.hash };
  const proof = proveMove(bob.identity, to);
  const letter = { kind: 'moved', name: 'Bob', time } as const;
  const { ciphertext, id } = must(
    sealRequest(
      { ...letter, proof, bundle, encryption: device.encryption, recipient: alice.bundle },
      counting(0xe0),
    ),
  );
  const { former, signature } = proof;
  return [
    ['new root', counting(0x40)(32)],
    ['new address', identity.address],
    ['new bundle _id', bundleDocument.id],
    ['signed', concat(domainString('moved'), former, to.publicKey, to.bundle)],
    ['signature', signature],
    ['inner content', encodeCbor({ k: 'moved', n: 'Bob', m: time, w: former, p: signature })],
    ['length of c in bytes', String(ciphertext.length)],
    ['_id', id],
  ];
}

const profileId = profileSpace(alice.identity.publicKey).id;

const examples: Readonly<Record<string, Lines>> = {
  'identity-alice': identityLines(alice),
  'identity-bob': identityLines(bob),
  'key-bundle': signedLines(alice.bundleDocument, profileId, 'bundle'),
  charters: [
    ...charterLines(profileSpace(alice.identity.publicKey)),
    ...charterLines(inboxSpace(alice.identity.publicKey)),
    ...charterLines(blog),
  ],
  certificate: signedLines(
    makeKeyDocument(alice.identity, blog.id, alice.device.signing.publicKey),
    blog.id,
    'key',
  ),
  post: postLines(),
  pointing: pointingLines(),
  file: fileLines(),
  profile: profileLines(),
  pair: pairLines(),
  request: requestLines(),
  moved: movedLines(),
  push: pushLines(),
  ...backupExamples,
  ...encryptionExamples,
  ...spaceExamples,
};

const width = 96;

/** As the documents show it: bytes in hex, long values on lines of their own. */
export function renderExample(name: string): string | undefined {
  return examples[name]?.map(([label, value]) => renderLine(label, value)).join('\n');
}

export const exampleNames = Object.keys(examples);

function renderLine(label: string, value: string | Uint8Array): string {
  const text = typeof value === 'string' ? value : toHex(value);
  if (label.length + text.length + 2 <= width) return `${label}: ${text}`;
  const rows = text.match(new RegExp(`.{1,${width - 2}}`, 'g')) ?? [];
  return [`${label}:`, ...rows.map((row) => `  ${row}`)].join('\n');
}
