import type { Identity } from '../identity.ts';
import { refuse, type Result } from '../result.ts';
import { signDocument, type SignedDocument } from '../document/signed.ts';
import { decodeKeyContent } from './key-content.ts';

/**
 * The onion key brings a device key into one space's own log. It claims no time, so that making it
 * again gives the same document.
 */
export function makeKeyDocument(
  owner: Identity,
  spaceId: Uint8Array,
  devicePublicKey: Uint8Array,
): SignedDocument {
  return signDocument({
    spaceId,
    type: 'key',
    author: owner.publicKey,
    signer: owner,
    seq: 0,
    prev: null,
    parents: [],
    time: 0,
    content: { k: devicePublicKey },
  });
}

/** The device key that an opened document certifies for its author in its space. */
export function readKey(document: SignedDocument): Result<Uint8Array> {
  return document.type === 'key' ? decodeKeyContent(document.content) : refuse('unknown-type');
}
