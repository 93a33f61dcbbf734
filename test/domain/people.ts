import { toHex, utf8 } from '../../src/domain/bytes.ts';
import { chainStart, positionAfter, type Writer } from '../../src/domain/document/chain.ts';
import type { StoredDocument } from '../../src/domain/document/envelope.ts';
import { makePreKey, type PreKey } from '../../src/domain/conversation/pre-key.ts';
import { identityFromRoot, type Identity } from '../../src/domain/identity.ts';
import { createDeviceKeys, type DeviceKeys } from '../../src/domain/keys.ts';
import type { Result } from '../../src/domain/result.ts';
import { sha256, sodiumReady, type Random } from '../../src/domain/sodium.ts';
import { blogSpace, profileSpace, type CharteredSpace } from '../../src/domain/space/charter.ts';
import { makeBundle, openBundle, type KeyBundle } from '../../src/domain/types/bundle.ts';
import { makeCharterDocument } from '../../src/domain/types/charter.ts';
import { makeKeyDocument } from '../../src/domain/types/key.ts';
import { makePost, type Post } from '../../src/domain/types/post.ts';
import type { ProfileContent } from '../../src/domain/types/profile-content.ts';
import { makeProfile } from '../../src/domain/types/profile.ts';

await sodiumReady();

/** Random bytes that come again with the same seed, so that a failing test can be repeated. */
export function seeded(seed: string): Random {
  let counter = 0;
  return (length) => {
    const bytes = new Uint8Array(length);
    for (let offset = 0; offset < length; offset += 32) {
      counter += 1;
      bytes.set(sha256(utf8(`${seed} ${counter}`)).subarray(0, length - offset), offset);
    }
    return bytes;
  };
}

/** The value, where the test itself is wrong if there is none. */
export function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`refused: ${result.code}`);
  return result.value;
}

export interface Person {
  readonly name: string;
  readonly random: Random;
  readonly identity: Identity;
  readonly device: DeviceKeys;
  readonly writer: Writer;
  readonly preKey: PreKey;
  readonly bundle: KeyBundle;
}

/** A person with one device. The same name is the same person in every test. */
export function person(name: string): Person {
  const random = seeded(name);
  return withDevice(name, random, identityFromRoot(random(32)), 0);
}

/** The same person after a restore: another device, and a bundle that says so. */
export function withNewDevice(before: Person): Person {
  const { name, random, identity, bundle } = before;
  return withDevice(name, random, identity, bundle.seq + 1);
}

/** The same person and device at another address. */
export function withNewAddress(before: Person): Person {
  const { name, random, device } = before;
  return personWith({ name, random, identity: identityFromRoot(random(32)), device }, 0);
}

function withDevice(name: string, random: Random, identity: Identity, seq: number): Person {
  return personWith({ name, random, identity, device: createDeviceKeys(random) }, seq);
}

function personWith(
  basis: Pick<Person, 'name' | 'random' | 'identity' | 'device'>,
  seq: number,
): Person {
  const { identity, device } = basis;
  const writer = { author: identity.publicKey, signer: device.signing };
  const preKey = preKeyOf(identity, device);
  return { ...basis, writer, preKey, bundle: bundleOf(identity, device, seq) };
}

/** When everybody's keys were made. */
export const startTime = 1_700_000_000_000;

export function bundleOf(
  identity: Identity,
  device: DeviceKeys,
  seq: number,
  validFrom = startTime,
): KeyBundle {
  const preKey = preKeyOf(identity, device, validFrom);
  const made = makeBundle({ identity, device, preKey, seq, validFrom });
  return must(openBundle(made.json, identity.address));
}

/** The same for the same device and time. */
export function preKeyOf(
  { publicKey: owner }: Identity,
  { signing: signer }: DeviceKeys,
  now = startTime,
): PreKey {
  const random = seeded(`${toHex(owner)} ${toHex(signer.publicKey)} ${now}`);
  return makePreKey({ owner, signer, now }, random);
}

export function profileContent(name: string, more: Partial<ProfileContent> = {}): ProfileContent {
  return { name, about: '', interests: [], shownFriends: [], feeds: [], ...more };
}

/** A profile space as it lies in a database: charter, certificate, bundle, profile. */
export function profileDocuments(owner: Person, content: ProfileContent): StoredDocument[] {
  const space = profileSpace(owner.identity.publicKey);
  return [
    makeCharterDocument(owner.identity, space).json,
    makeKeyDocument(owner.identity, space.id, owner.device.signing.publicKey).json,
    owner.bundle.document,
    profileDocument(owner, content, 1),
  ];
}

export function profileDocument(
  owner: Person,
  content: ProfileContent,
  version: number,
): StoredDocument {
  const { writer } = owner;
  return must(makeProfile({ writer, content, version, time: 2_000, position: chainStart })).json;
}

export interface Blog {
  readonly space: CharteredSpace;
  readonly charter: StoredDocument;
  readonly key: StoredDocument;
  readonly posts: readonly Post[];
  readonly documents: readonly StoredDocument[];
}

/** A blog with these posts, one a second. */
export function blogOf(owner: Person, texts: readonly string[], title = 'News'): Blog {
  const space = blogSpace(owner.identity.publicKey, title, owner.random);
  const charter = makeCharterDocument(owner.identity, space).json;
  const key = makeKeyDocument(owner.identity, space.id, owner.device.signing.publicKey).json;
  const posts = postsIn(owner, space, texts);
  return { space, charter, key, posts, documents: [charter, key, ...posts.flatMap(storedPost)] };
}

export function postsIn(owner: Person, space: CharteredSpace, texts: readonly string[]): Post[] {
  const posts: Post[] = [];
  let position = chainStart;
  for (const [index, text] of texts.entries()) {
    const making = { spaceId: space.id, writer: owner.writer, text, time: index * 1_000, position };
    const post = must(makePost(making, owner.random));
    position = positionAfter(post.header);
    posts.push(post);
  }
  return posts;
}

export function storedPost(post: Post): StoredDocument[] {
  return [post.header.json, post.body.json];
}
