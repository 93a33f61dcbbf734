import type { Identity } from '../identity.ts';
import { refuse, type Result } from '../result.ts';
import { encodeCharter } from '../space/charter-bytes.ts';
import type { Charter } from '../space/charter-content.ts';
import type { CharteredSpace } from '../space/charter.ts';
import { signDocument, type SignedDocument } from '../document/signed.ts';
import { checkCharterContent } from './charter-content.ts';

/** The first document of a space. It claims no time, so that making it again gives the same document. */
export function makeCharterDocument(owner: Identity, space: CharteredSpace): SignedDocument {
  return signDocument({
    spaceId: space.id,
    type: 'charter',
    author: owner.publicKey,
    signer: owner,
    seq: 0,
    prev: null,
    parents: [],
    time: 0,
    content: { c: encodeCharter(space.charter) },
  });
}

/** The charter that an opened document holds: it is the one the space is named after, signed by its owner. */
export function readCharter(document: SignedDocument, spaceId: Uint8Array): Result<Charter> {
  return document.type === 'charter'
    ? checkCharterContent(document.content, document, spaceId)
    : refuse('unknown-type');
}
