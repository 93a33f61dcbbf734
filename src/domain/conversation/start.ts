import { concat } from '../bytes.ts';
import { domainString, hashFor, hkdfExpand, hkdfExtract } from '../hash.ts';
import { accept, refuse, type Result } from '../result.ts';
import {
  x25519,
  x25519PublicKey,
  xwingDecapsulate,
  xwingEncapsulate,
  type KeyPair,
  type Random,
} from '../sodium.ts';
import type { PreKey, PreKeyOffer } from './pre-key.ts';

/**
 * The start of a session, X3DH with an X-Wing secret mixed in (as PQXDH does with Kyber): three
 * agreements and one encapsulation, bound to the space, both people, both long-lived keys, the pre-key
 * and the ephemeral key. Nothing is signed: whoever can read the session could have made it up.
 */

/** What the responder must see to work out the same secrets. */
export interface StartBlock {
  readonly preKeyId: Uint8Array;
  readonly ephemeral: Uint8Array;
  readonly ciphertext: Uint8Array;
}

export interface Started {
  /** Names the session, and is bound into every one of its messages. */
  readonly sessionId: Uint8Array;
  readonly root: Uint8Array;
  /** Under which the initiator's first headers are sealed. */
  readonly initiatorHeaderKey: Uint8Array;
  /** Under which the responder's first headers will be sealed. */
  readonly responderHeaderKey: Uint8Array;
}

/** Who starts with whom: onion keys. */
export interface StartRoute {
  readonly spaceId: Uint8Array;
  readonly initiator: Uint8Array;
  readonly responder: Uint8Array;
}

const ciphertextBytes = 1_120;
export const startBlockBytes = 32 + 32 + ciphertextBytes;

export function encodeStart({ preKeyId, ephemeral, ciphertext }: StartBlock): Uint8Array {
  return concat(preKeyId, ephemeral, ciphertext);
}

/** `bytes` are exactly `startBlockBytes`. */
export function decodeStart(bytes: Uint8Array): StartBlock {
  return {
    preKeyId: bytes.slice(0, 32),
    ephemeral: bytes.slice(32, 64),
    ciphertext: bytes.slice(64, startBlockBytes),
  };
}

export interface Initiating {
  readonly route: StartRoute;
  readonly mine: KeyPair;
  /** The responder's long-lived X25519 key. */
  readonly theirs: Uint8Array;
  readonly offer: PreKeyOffer;
}

/** Refuses only keys of the responder's that are none (`weak-key`). */
export function initiate(
  { route, mine, theirs, offer }: Initiating,
  random: Random,
): Result<{ readonly block: StartBlock; readonly started: Started }> {
  const secretKey = random(32);
  const ephemeral = x25519PublicKey(secretKey);
  const encapsulated = xwingEncapsulate(offer.encapsulation, random(64));
  if (encapsulated === undefined) return refuse('weak-key');
  const agreed = [
    x25519(mine.secretKey, offer.agreement),
    x25519(secretKey, theirs),
    x25519(secretKey, offer.agreement),
    encapsulated.secret,
  ];
  const block = { preKeyId: offer.id, ephemeral, ciphertext: encapsulated.ciphertext };
  const started = schedule(agreed, route, [mine.publicKey, theirs], block);
  return started === undefined ? refuse('weak-key') : accept({ block, started });
}

export interface Responding {
  readonly route: StartRoute;
  readonly mine: KeyPair;
  /** The initiator's long-lived X25519 key. */
  readonly theirs: Uint8Array;
  readonly preKey: PreKey;
  readonly block: StartBlock;
}

/**
 * The same secrets, if all is as the initiator had it; otherwise other ones, under which no message
 * opens. So a start counts only with the first message that opens under it.
 */
export function respond({ route, mine, theirs, preKey, block }: Responding): Result<Started> {
  const agreed = [
    x25519(preKey.agreement.secretKey, theirs),
    x25519(mine.secretKey, block.ephemeral),
    x25519(preKey.agreement.secretKey, block.ephemeral),
    xwingDecapsulate(preKey.encapsulation.secretKey, block.ciphertext),
  ];
  const started = schedule(agreed, route, [theirs, mine.publicKey], block);
  return started === undefined ? refuse('undecryptable') : accept(started);
}

/** X3DH's 32 bytes of FF keep this input apart from every encoding of an X25519 key. */
const separator = new Uint8Array(32).fill(0xff);

function schedule(
  agreed: readonly (Uint8Array | undefined)[],
  { spaceId, initiator, responder }: StartRoute,
  longLived: readonly Uint8Array[],
  block: StartBlock,
): Started | undefined {
  const secrets: Uint8Array[] = [];
  for (const secret of agreed) {
    if (secret === undefined) return undefined;
    secrets.push(secret);
  }
  const people = [spaceId, initiator, responder, ...longLived];
  const sessionId = hashFor('session-id', ...people, encodeStart(block));
  const key = hkdfExtract(new Uint8Array(0), concat(separator, ...secrets));
  const derived = hkdfExpand(key, concat(domainString('session'), sessionId), 96);
  return {
    sessionId,
    root: derived.slice(0, 32),
    initiatorHeaderKey: derived.slice(32, 64),
    responderHeaderKey: derived.slice(64),
  };
}
