import { addressFromPublicKey, publicKeyFromAddress, type OnionAddress } from '../address.ts';
import { equalBytes } from '../bytes.ts';
import type { Identity } from '../identity.ts';
import type { DeviceKeys } from '../keys.ts';
import { accept, refuse, type Result } from '../result.ts';
import { profileSpace } from '../space/charter.ts';
import type { SignedDocumentJson } from '../document/envelope.ts';
import type { DocumentId } from '../document/id.ts';
import { openSignedDocument, signDocument, type SignedDocument } from '../document/signed.ts';
import { decodeBundleContent, type BundleContent } from './bundle-content.ts';

/** Whose keys are whose: the onion key, which is the address, vouches for the others. */
export interface KeyBundle extends BundleContent {
  readonly address: OnionAddress;
  /** The onion key. */
  readonly publicKey: Uint8Array;
  readonly id: DocumentId;
  readonly document: SignedDocumentJson;
}

export interface BundleMaking {
  readonly identity: Identity;
  readonly device: DeviceKeys;
  readonly seq: number;
  readonly validFrom: number;
}

/** Goes into the owner's profile space. */
export function makeBundle({ identity, device, seq, validFrom }: BundleMaking): SignedDocument {
  return signDocument({
    spaceId: profileSpace(identity.publicKey).id,
    type: 'bundle',
    author: identity.publicKey,
    signer: identity,
    seq: 0,
    prev: null,
    parents: [],
    time: validFrom,
    content: {
      d: device.signing.publicKey,
      e: device.encryption.publicKey,
      n: seq,
      f: validFrom,
    },
  });
}

/** The keys of the person at this address; a bundle that any other key signed is refused. */
export function openBundle(json: unknown, owner: OnionAddress): Result<KeyBundle> {
  const publicKey = publicKeyFromAddress(owner);
  const document = openSignedDocument(json, profileSpace(publicKey).id);
  return document.ok ? readBundle(document.value, publicKey) : document;
}

/** The bundle that an opened document of a profile space holds. */
export function readBundle(document: SignedDocument, publicKey: Uint8Array): Result<KeyBundle> {
  if (document.type !== 'bundle') return refuse('unknown-type');
  if (!equalBytes(document.author, publicKey)) return refuse('wrong-author');
  const content = decodeBundleContent(document.content);
  if (!content.ok) return content;
  return accept({
    ...content.value,
    address: addressFromPublicKey(publicKey),
    publicKey,
    id: document.id,
    document: document.json,
  });
}
