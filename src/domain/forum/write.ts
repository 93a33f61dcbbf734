import { wrapGated, makeGated, type GatedDocument, type GateKey } from '../document/gated.ts';
import { cutFile, type FileToSeal } from '../document/chunk.ts';
import type { FileManifest } from '../document/file.ts';
import type { SignedDocument } from '../document/signed.ts';
import { sealForumMessage } from '../forum-keys/message.ts';
import type { EpochKeys } from '../forum-keys/epoch-keys.ts';
import { accept, refuse, type Result } from '../result.ts';
import type { Random } from '../sodium.ts';
import { readEntry } from '../space/entry.ts';
import type { Placing } from '../types/post.ts';
import { answersOf, makeSaying, type Said, type Saying } from '../types/saying.ts';
import { membershipParents, type Author } from './author.ts';
import { finishForum, forumDraft } from './draft.ts';
import { encodeInner } from './inner.ts';
import { noteLink } from './unseal-log.ts';
import { sealBody } from './sealed-body.ts';
import { epochNameOf, type ForumState } from './state.ts';
import type { PrivateForum } from './view.ts';

export interface ForumWritten {
  /** To be kept before the documents are published: a key must not serve twice. */
  readonly state: ForumState;
  readonly signed: SignedDocument;
  readonly documents: readonly GatedDocument[];
}

/**
 * Refuses with `unknown-epoch` while there is no epoch for the members of now, `uncertified-key` before
 * the device's certificate is in the log, `too-large`.
 */
export function writeInForum(
  forum: PrivateForum,
  author: Author,
  saying: Saying,
  random: Random,
): Result<ForumWritten> {
  const named = membershipParents(forum.membership, author.writer);
  if (!named.ok) return named;
  const spaceId = forum.state.space.id;
  const placing: Placing = { ...author, spaceId, parents: [...named.value, ...answersOf(saying)] };
  const made = makeSaying(placing, saying, random);
  return made.ok ? seal(forum, made.value, random) : made;
}

export interface ForumFile {
  /** For the body of the post that goes with it. */
  readonly manifest: FileManifest;
  readonly documents: readonly GatedDocument[];
}

/** A file's pieces as documents of the forum. `too-large` over the limits, `unknown-epoch` as above. */
export function sealFile(forum: PrivateForum, file: FileToSeal, random: Random): Result<ForumFile> {
  const keys = keysInUse(forum);
  if (keys === undefined) return refuse('unknown-epoch');
  const spaceId = forum.state.space.id;
  const cut = cutFile(file, spaceId, random);
  if (!cut.ok) return cut;
  const documents = cut.value.ciphertexts.map((one) => makeGated(spaceId, gateOf(keys), one));
  const chunks = documents.map(({ hash }) => hash);
  return accept({ manifest: { ...cut.value.manifest, chunks }, documents });
}

function seal(forum: PrivateForum, { header, body }: Said, random: Random): Result<ForumWritten> {
  const { state } = forum;
  const keys = keysInUse(forum);
  if (keys === undefined) return refuse('unknown-epoch');
  const { id: spaceId } = state.space;
  const sealed =
    body === undefined ? undefined : sealBody(body, { spaceId, gate: gateOf(keys) }, random);
  const inner = { document: header, ...(sealed === undefined ? {} : { body: sealed.place }) };
  const plaintext = encodeInner(inner);
  const message = sealForumMessage(keys, spaceId, plaintext, random);
  if (!message.ok) return message;
  const gated = wrapGated(spaceId, message.value.message);
  const documents = sealed === undefined ? [gated] : [gated, sealed.document];
  const entry = readEntry(header);
  if (!entry.ok) return entry;
  const draft = forumDraft(state);
  draft.keys.set(epochNameOf(keys.id), message.value.keys);
  draft.entries.set(entry.value.name, entry.value);
  if (sealed !== undefined) draft.bodies.set(entry.value.name, sealed.place);
  for (const { id } of documents) draft.opened.add(id);
  if (state.space.charter.mode === 'ephemeral') draft.journal.set(gated.id, plaintext);
  noteLink(header, draft);
  return accept({ state: finishForum(draft, state), signed: header, documents });
}

function keysInUse({ state, epoch }: PrivateForum): EpochKeys | undefined {
  return epoch === undefined ? undefined : state.keys.get(epochNameOf(epoch.epoch.id));
}

function gateOf({ hint, gateKey }: EpochKeys): GateKey {
  return { hint, key: gateKey };
}
