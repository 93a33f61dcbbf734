import { addressFromPublicKey, type OnionAddress } from '../address.ts';
import { concat, equalBytes } from '../bytes.ts';
import { assembleSigned, signedBytesOf } from '../document/signed.ts';
import { domainString } from '../hash.ts';
import type { Identity } from '../identity.ts';
import { accept, refuse, type Result } from '../result.ts';
import { verifySignature } from '../signature.ts';
import { ed25519Sign } from '../sodium.ts';
import type { KeyBundle } from '../types/bundle.ts';

/** That whoever held one onion key has gone over to another, said by the old key itself. */
export interface MoveProof {
  /** The onion key that is left. */
  readonly former: Uint8Array;
  readonly signature: Uint8Array;
}

/** Where to: the new onion key, and the 32 bytes that its bundle's document is named by. */
interface Destination {
  readonly publicKey: Uint8Array;
  readonly bundle: Uint8Array;
}

export function destinationOf(bundle: KeyBundle): Result<Destination> {
  const signed = signedBytesOf(bundle.document);
  if (!signed.ok) return signed;
  return accept({ publicKey: bundle.publicKey, bundle: assembleSigned(signed.value).hash });
}

export function proveMove(former: Identity, to: Destination): MoveProof {
  const { publicKey } = former;
  return {
    former: publicKey,
    signature: ed25519Sign(former.secretKey, signedBytes(publicKey, to)),
  };
}

/** The address that was left. Refuses a proof for any other bundle or key, and a move to where one is. */
export function checkMove({ former, signature }: MoveProof, to: Destination): Result<OnionAddress> {
  if (equalBytes(former, to.publicKey)) return refuse('wrong-author');
  return verifySignature(former, signedBytes(former, to), signature)
    ? accept(addressFromPublicKey(former))
    : refuse('bad-signature');
}

function signedBytes(former: Uint8Array, to: Destination): Uint8Array {
  return concat(domainString('moved'), former, to.publicKey, to.bundle);
}
