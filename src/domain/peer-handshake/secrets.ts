import { concat } from '../bytes.ts';
import { domainString, hashFor, hkdfExpand, hkdfExtract } from '../hash.ts';
import { chachaOpen, chachaSeal, x25519PublicKey, type KeyPair, type Random } from '../sodium.ts';

/** What both sides have said before anyone is named. */
export interface Opening {
  /** The onion key that was dialled. */
  readonly server: Uint8Array;
  readonly dialerEphemeral: Uint8Array;
  readonly serverEphemeral: Uint8Array;
  readonly serverStatement: Uint8Array;
}

export interface Keys {
  /** Under which the dialer names itself, and proves that it has what it names. */
  readonly toServer: Uint8Array;
  /** Under which the server answers. */
  readonly toDialer: Uint8Array;
}

/** Hash of the opening: the statement, which may vary in length, comes last. */
export function openingHash(opening: Opening): Uint8Array {
  const { server, dialerEphemeral, serverEphemeral, serverStatement } = opening;
  return hashFor('peer-opening', server, dialerEphemeral, serverEphemeral, serverStatement);
}

/** Known to whoever has both ephemerals' agreement and the server's: hides the dialer's name. */
export function nameKey(opening: Uint8Array, ee: Uint8Array, se: Uint8Array): Uint8Array {
  const key = hkdfExtract(new Uint8Array(0), concat(ee, se));
  return hkdfExpand(key, concat(domainString('peer-name'), opening), 32);
}

/** All three agreements, bound to both onion keys, both ephemerals and both statements. */
export function finalKeys(
  transcript: Uint8Array,
  ee: Uint8Array,
  se: Uint8Array,
  de: Uint8Array,
): Keys {
  const key = hkdfExtract(new Uint8Array(0), concat(ee, se, de));
  const derived = hkdfExpand(key, concat(domainString('peer-keys'), transcript), 64);
  return { toServer: derived.slice(0, 32), toDialer: derived.slice(32) };
}

/** The dialer's statement, which may vary in length, comes last. */
export function transcriptHash(
  opening: Uint8Array,
  dialer: Uint8Array,
  statement: Uint8Array,
): Uint8Array {
  return hashFor('peer-transcript', opening, dialer, statement);
}

/** Each of these keys seals one message only. */
const nonce = new Uint8Array(12);

export function sealOnce(
  key: Uint8Array,
  associated: Uint8Array,
  plaintext: Uint8Array,
): Uint8Array {
  return chachaSeal({ key, nonce, associated }, plaintext);
}

export function openOnce(
  key: Uint8Array,
  associated: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | undefined {
  return chachaOpen({ key, nonce, associated }, sealed);
}

export function ephemeralKeys(random: Random): KeyPair {
  const secretKey = random(32);
  return { publicKey: x25519PublicKey(secretKey), secretKey };
}
