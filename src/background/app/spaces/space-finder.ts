import { addressFromPublicKey, type OnionAddress } from '../../../domain/address.ts';
import { statedKind } from '../../../domain/document/id.ts';
import { openSignedDocument } from '../../../domain/document/signed.ts';
import type { Charter } from '../../../domain/space/charter-content.ts';
import type { SpaceLink } from '../../../domain/space/link.ts';
import { spaceIdFromName } from '../../../domain/space/name.ts';
import { readCharter } from '../../../domain/types/charter.ts';
import { CodedError } from '../../../protocol/codes.ts';

export interface FoundSpace {
  readonly charter: Charter;
  readonly owner: OnionAddress;
}

/** Signed documents of a space as they come, a portion at a time. */
export type Portions = (link: SpaceLink) => AsyncIterable<readonly unknown[]>;

/**
 * The charter of the space that a link names, which certifies itself by its name. Throws CodedError
 * `space-missing` where it isn't there, and what `portions` does.
 */
export async function findSpace(link: SpaceLink, portions: Portions): Promise<FoundSpace> {
  const spaceId = spaceIdFromName(link.space);
  try {
    for await (const documents of portions(link)) {
      for (const json of documents) {
        if (statedKind(json) !== 'd') continue;
        const opened = openSignedDocument(json, spaceId);
        const charter = opened.ok ? readCharter(opened.value, spaceId) : opened;
        if (charter.ok) {
          return { charter: charter.value, owner: addressFromPublicKey(charter.value.owner) };
        }
      }
    }
  } catch (error) {
    if (error instanceof CodedError && error.code === 'not-found') {
      throw new CodedError('space-missing');
    }
    throw error;
  }
  throw new CodedError('space-missing');
}
