import { publicKeyFromAddress, type OnionAddress } from '../address.ts';
import { equalBytes, toHex } from '../bytes.ts';
import type { DocumentId } from '../document/id.ts';
import { openSignedDocument, type SignedDocument } from '../document/signed.ts';
import { readBundle, type KeyBundle } from '../types/bundle.ts';
import { readKey } from '../types/key.ts';
import { readProfile, type Profile } from '../types/profile.ts';
import type { Refusal } from '../refusal.ts';
import { accept, refuse, type Result } from '../result.ts';
import { isBy, isCertified } from './certified.ts';
import { profileSpace } from './charter.ts';
import { idForDiagnosis, sortRefused, type RefusedDocument } from './refused.ts';

export interface ProfileEvaluation {
  readonly bundle: KeyBundle;
  readonly profile: Profile;
  readonly profileDocumentId: DocumentId;
  /** Whether the bundle's own device has written the profile; a new device first has to. */
  readonly isByCurrentDevice: boolean;
  readonly refused: readonly RefusedDocument[];
}

/**
 * Who the person at this address is, from the documents of their profile space in any order. The
 * bundle with the highest sequence number counts. Of the profiles signed by certified devices, those of
 * the bundle's own device come first, then the highest version: a device that has been replaced can't
 * hold on to the profile. Ties go to the lowest id.
 *
 * Refuses with `no-bundle`, `no-profile` or `uncertified-key`, or, when documents were there and none was good, with the
 * code of the first that was refused.
 */
export function evaluateProfile(
  documents: readonly unknown[],
  owner: OnionAddress,
): Result<ProfileEvaluation> {
  const publicKey = publicKeyFromAddress(owner);
  const { opened, refused } = openAll(documents, publicKey);
  const bundle = bundleAmong(opened, publicKey);
  if (bundle === undefined) return refuse(refused[0]?.code ?? 'no-bundle');

  const keys = new Set(readAll(opened, readKey).map(toHex));
  const certified = opened.filter((document) => isCertified(document, keys));
  const current = certified.filter((document) => equalBytes(document.key, bundle.device));
  const newest = best(readAll(current, readProfile), byVersion);
  const profile = newest ?? best(readAll(certified, readProfile), byVersion);
  if (profile === undefined) return refuse(refused[0]?.code ?? missingProfile(opened));
  return accept({
    bundle,
    profile,
    profileDocumentId: profile.id,
    isByCurrentDevice: newest !== undefined,
    refused,
  });
}

/** The keys of the person at this address, whether or not there is a profile yet; refuses with `no-bundle`. */
export function latestBundle(
  documents: readonly unknown[],
  owner: OnionAddress,
): Result<KeyBundle> {
  const publicKey = publicKeyFromAddress(owner);
  const bundle = bundleAmong(openAll(documents, publicKey).opened, publicKey);
  return bundle === undefined ? refuse('no-bundle') : accept(bundle);
}

function bundleAmong(
  opened: readonly SignedDocument[],
  publicKey: Uint8Array,
): KeyBundle | undefined {
  return best(
    readAll(opened, (document) => readBundle(document, publicKey)),
    (a, b) => a.seq - b.seq,
  );
}

/** A profile whose certificate is not here is not the same as none. */
function missingProfile(opened: readonly SignedDocument[]): Refusal {
  return readAll(opened, readProfile).length > 0 ? 'uncertified-key' : 'no-profile';
}

function openAll(
  documents: readonly unknown[],
  publicKey: Uint8Array,
): { opened: SignedDocument[]; refused: RefusedDocument[] } {
  const spaceId = profileSpace(publicKey).id;
  const opened: SignedDocument[] = [];
  const refused: RefusedDocument[] = [];
  for (const json of documents) {
    const document = openSignedDocument(json, spaceId);
    if (!document.ok) refused.push({ id: idForDiagnosis(json), code: document.code });
    else if (isBy(document.value, publicKey)) opened.push(document.value);
    else refused.push({ id: document.value.id, code: 'wrong-author' });
  }
  return { opened, refused: sortRefused(refused) };
}

function readAll<T>(
  documents: readonly SignedDocument[],
  read: (document: SignedDocument) => Result<T>,
): T[] {
  const values: T[] = [];
  for (const document of documents) {
    const value = read(document);
    if (value.ok) values.push(value.value);
  }
  return values;
}

function byVersion(a: Profile, b: Profile): number {
  return a.version - b.version;
}

/** The greatest by this order; of equals, the one with the lowest id. */
function best<T extends { readonly id: DocumentId }>(
  candidates: readonly T[],
  compare: (a: T, b: T) => number,
): T | undefined {
  let winner: T | undefined;
  for (const candidate of candidates) {
    const difference = winner === undefined ? 1 : compare(candidate, winner);
    if (difference > 0 || (difference === 0 && winner !== undefined && candidate.id < winner.id)) {
      winner = candidate;
    }
  }
  return winner;
}
