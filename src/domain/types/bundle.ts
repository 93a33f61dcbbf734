import type { PreKey } from '../conversation/pre-key.ts';
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
  /** One that `makePreKey` made for this identity and device. */
  readonly preKey: Pick<PreKey, 'statement'>;
  readonly seq: number;
  readonly validFrom: number;
}

/**
 * Each new pre-key brings a new bundle, so whoever has been at home in the last weeks has a valid one.
 * A bundle that nobody renews for a season belongs to someone who is gone, or comes from somebody who
 * withholds the newer ones: then no new secret should be sealed to its keys.
 */
const validity = 90 * 24 * 3_600_000;

/** Goes into the owner's profile space. */
export function makeBundle(making: BundleMaking): SignedDocument {
  const { identity, device, preKey, seq, validFrom } = making;
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
      w: device.sealing.publicKey,
      p: preKey.statement,
      n: seq,
      f: validFrom,
      u: validFrom + validity,
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
  const content = decodeBundleContent(document.content, document);
  if (!content.ok) return content;
  return accept({
    ...content.value,
    address: addressFromPublicKey(publicKey),
    publicKey,
    id: document.id,
    document: document.json,
  });
}

/**
 * Whether nothing new may be begun with these keys: no request sealed, no conversation started. The
 * friend stays a friend, and what was begun before goes on. A bundle from the future is no worry: its
 * owner's clock is ahead of ours.
 */
export function isExpired({ validUntil }: KeyBundle, now: number): boolean {
  return now > validUntil;
}
