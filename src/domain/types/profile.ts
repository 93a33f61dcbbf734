import { addressFromPublicKey, type OnionAddress } from '../address.ts';
import { accept, refuse, type Result } from '../result.ts';
import { profileSpace } from '../space/charter.ts';
import type { ChainPosition, Writer } from '../document/chain.ts';
import type { DocumentId } from '../document/id.ts';
import { signDocument, type SignedDocument } from '../document/signed.ts';
import {
  decodeProfileContent,
  encodeProfileContent,
  type ProfileContent,
} from './profile-content.ts';

/** The profile as its readers see it: key and address come from who signed it, not from what it says. */
export interface Profile extends ProfileContent {
  readonly publicKey: Uint8Array;
  readonly onionAddress: OnionAddress;
  /** The highest one counts. */
  readonly version: number;
  readonly id: DocumentId;
}

export interface ProfileMaking {
  readonly writer: Writer;
  readonly content: ProfileContent;
  /** Greater than that of every profile before; who has lost count takes the time in milliseconds. */
  readonly version: number;
  readonly time: number;
  readonly position: ChainPosition;
}

/** Refuses content over the limits (`malformed`). Goes into the author's profile space. */
export function makeProfile(making: ProfileMaking): Result<SignedDocument> {
  const { writer, version, time, position } = making;
  const content = encodeProfileContent(making.content, version);
  const checked = decodeProfileContent(content);
  if (!checked.ok) return checked;
  return accept(
    signDocument({
      spaceId: profileSpace(writer.author).id,
      type: 'profile',
      author: writer.author,
      signer: writer.signer,
      ...position,
      parents: [],
      time,
      content,
    }),
  );
}

/** The profile that an opened document holds. */
export function readProfile(document: SignedDocument): Result<Profile> {
  if (document.type !== 'profile') return refuse('unknown-type');
  const decoded = decodeProfileContent(document.content);
  if (!decoded.ok) return decoded;
  return accept({
    ...decoded.value.content,
    version: decoded.value.version,
    publicKey: document.author,
    onionAddress: addressFromPublicKey(document.author),
    id: document.id,
  });
}
