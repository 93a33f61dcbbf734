import { toBase32, toHex, utf8 } from '../bytes.ts';
import { hashFor } from '../hash.ts';

declare const documentIdBrand: unique symbol;

/**
 * `_id` of a stored document: `d` (signed), `b` (body), `e` (sealed) or `f` (piece of a public file) and
 * 52 base32 characters.
 */
export type DocumentId = string & { readonly [documentIdBrand]: true };

export type DocumentKind = 'd' | 'b' | 'e' | 'f';

export function documentId(kind: DocumentKind, hash: Uint8Array): DocumentId {
  return `${kind}${toBase32(hash)}` as DocumentId;
}

/**
 * The one revision a document has. It follows from its id, and CouchDB replicates it as any other;
 * every other revision is refused, or a planted `2-…` would hide the genuine document.
 */
export function revisionOf(id: string): string {
  return `1-${revisionHash(id)}`;
}

/** The part of the revision after `1-`, as `_revisions.ids` has it. */
export function revisionHash(id: string): string {
  return toHex(hashFor('rev', utf8(id)).subarray(0, 16));
}

/** The `_id` a document from outside says it has, if it says one at all. */
export function statedId(json: unknown): string | undefined {
  if (typeof json !== 'object' || json === null || !('_id' in json)) return undefined;
  const { _id: id } = json;
  return typeof id === 'string' ? id : undefined;
}

/** The first character of the stated `_id`: what kind of document it wants to be. */
export function statedKind(json: unknown): string | undefined {
  return statedId(json)?.charAt(0);
}
