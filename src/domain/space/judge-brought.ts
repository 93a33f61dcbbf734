import { bodyId, openBody } from '../document/body.ts';
import { documentId, type DocumentId, statedKind } from '../document/id.ts';
import { openSignedDocument } from '../document/signed.ts';
import { toHex } from '../bytes.ts';
import { personOf, type PersonKey } from '../membership/operation.ts';
import { readCharter } from '../types/charter.ts';
import { readKey } from '../types/key.ts';
import { readEntry } from './entry.ts';
import { spaceIdFromName } from './name.ts';
import type { PublicForumState } from './public-forum.ts';

export interface BroughtRules {
  /** Of whom nothing is kept here. */
  readonly shuns: (author: PersonKey) => boolean;
  /** Whether another document of this author has room; counts it if so. */
  readonly takes: (author: PersonKey) => boolean;
  /** Pieces of files that bodies already here name. */
  readonly pieces: ReadonlySet<DocumentId>;
}

/** What is in neither list waits for what it builds on, or for room. */
export interface Verdict {
  readonly accept: readonly string[];
  readonly drop: readonly string[];
  /** Of what waits: whose author has no room left. */
  readonly crowded: readonly string[];
}

/**
 * What somebody who carries a public forum makes of documents that anybody brought, each of which has passed the
 * door: only what counts there, or what such a document names, is stored and served.
 */
export function judgeBrought(
  state: PublicForumState,
  documents: readonly { readonly _id: string }[],
  { shuns, takes, pieces }: BroughtRules,
): Verdict {
  const spaceId = spaceIdFromName(state.spaceName);
  const accept: string[] = [];
  const drop: string[] = [];
  const crowded: string[] = [];
  const certified = new Set(state.certified);
  const named = new Set<string>();
  const shunned = new Set<string>();
  for (const entry of state.entries.values()) {
    if ('bodyHash' in entry) named.add(bodyId(entry.bodyHash));
  }
  const signed = documents.flatMap((json) => {
    if (statedKind(json) !== 'd') return [];
    const opened = openSignedDocument(json, spaceId);
    if (opened.ok && !shuns(personOf(opened.value.author))) return [opened.value];
    if (opened.ok && opened.value.body !== undefined) shunned.add(bodyId(opened.value.body));
    drop.push(json._id);
    return [];
  });
  for (const document of signed.filter(({ type }) => type === 'key' || type === 'charter')) {
    const author = personOf(document.author);
    const key = readKey(document);
    const charter = readCharter(document, spaceId);
    if (key.ok) certified.add(`${author}/${toHex(key.value)}`);
    if (!key.ok && !(charter.ok && charter.value.kind === 'public-forum')) drop.push(document.id);
    else if (takes(author)) accept.push(document.id);
    else crowded.push(document.id);
  }
  for (const document of signed.filter(({ type }) => type !== 'key' && type !== 'charter')) {
    const entry = readEntry(document);
    const author = personOf(document.author);
    if (!entry.ok) drop.push(document.id);
    else if (!certified.has(`${author}/${entry.value.key}`)) continue;
    else if (!takes(author)) crowded.push(document.id);
    else {
      accept.push(document.id);
      if ('bodyHash' in entry.value) named.add(bodyId(entry.value.bodyHash));
    }
  }
  const wanted = new Set<string>(pieces);
  for (const json of documents) {
    if (statedKind(json) !== 'b') continue;
    if (shunned.has(json._id)) drop.push(json._id);
    if (!named.has(json._id)) continue;
    accept.push(json._id);
    for (const piece of piecesOf(json, spaceId)) wanted.add(piece);
  }
  for (const json of documents) {
    if (statedKind(json) === 'f' && wanted.has(json._id)) accept.push(json._id);
  }
  return { accept, drop, crowded };
}

/** The pieces of files that a body names; none for what is no body. */
export function piecesOf(json: unknown, spaceId: Uint8Array): DocumentId[] {
  const opened = openBody(json, spaceId);
  if (!opened.ok) return [];
  return opened.value.files.flatMap(({ chunks }) => chunks.map((hash) => documentId('f', hash)));
}
