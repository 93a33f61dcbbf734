import { equalBytes, toHex } from '../bytes.ts';
import type { SignedDocument } from '../document/signed.ts';
import { isSignedByOnion } from '../document/signed.ts';

/** The device keys, in hex, that `key` documents of a space certify for one author. */
export type CertifiedKeys = ReadonlySet<string>;

/**
 * A device speaks for its author in a space once a `key` document signed by the author's onion key is
 * there. Order does not matter: a post may arrive before its certificate, and counts when that comes.
 */
export function isCertified(document: SignedDocument, keys: CertifiedKeys): boolean {
  return isSignedByOnion(document) || keys.has(toHex(document.key));
}

export function isBy(document: SignedDocument, author: Uint8Array): boolean {
  return equalBytes(document.author, author);
}
