import { concat, equalBytes } from '../bytes.ts';
import { domainString, hashFor } from '../hash.ts';
import { accept, refuse, type Result } from '../result.ts';
import { hmacSha256, sha256 } from '../sodium.ts';

/**
 * What a stranger pays for a place in an inbox: SHA-256 tried until enough leading bits are zero. It is
 * for one document, one recipient and one nonce of the recipient's server, so that work can't be done
 * in store, sold on or used twice.
 */
export interface Challenge {
  /** The recipient's onion key. */
  readonly recipient: Uint8Array;
  /** The server's, from `workNonce`. */
  readonly nonce: Uint8Array;
  /** SHA-256 of what is delivered. */
  readonly delivery: Uint8Array;
}

export const workLimits = {
  /** Leading zero bits that an empty inbox asks for: a million tries, measured at a microsecond each. */
  least: 20,
  /** What a full one asks for: 256 times that, some minutes. */
  most: 28,
  /** How long a nonce is given out; it counts as long again. */
  nonceMilliseconds: 600_000,
} as const;

/** The nonce that a server with this secret key gives out now. Nothing is stored. */
export function workNonce(key: Uint8Array, now: number): Uint8Array {
  return nonceOf(key, Math.floor(now / workLimits.nonceMilliseconds));
}

function nonceOf(key: Uint8Array, window: number): Uint8Array {
  const number = new Uint8Array(8);
  new DataView(number.buffer).setBigUint64(0, BigInt(Math.max(0, window)));
  return hmacSha256(key, concat(domainString('work-nonce'), number));
}

/** The bits to ask for when so much of the inbox is taken (0 to 1). */
export function workAsked(
  fill: number,
  { least, most }: { readonly least: number; readonly most: number } = workLimits,
): number {
  const share = Math.min(1, Math.max(0, fill));
  return least + Math.floor(share * (most - least));
}

/** What a delivery is named by in a challenge. */
export function deliveryHash(bytes: Uint8Array): Uint8Array {
  return hashFor('work-delivery', bytes);
}

/** Leading zero bits that this solution (8 bytes) reaches. More are worth more when room runs out. */
export function workDone(challenge: Challenge, solution: Uint8Array): number {
  return zeroBits(sha256(concat(beginning(challenge), solution)));
}

/**
 * A solution among `tries` numbers from `first` on, or `undefined`. Deterministic, and short enough a
 * piece that the caller can do something else between two.
 */
export function searchWork(
  challenge: Challenge,
  bits: number,
  first: number,
  tries: number,
): Uint8Array | undefined {
  const start = beginning(challenge);
  const input = concat(start, new Uint8Array(8));
  const view = new DataView(input.buffer);
  for (let number = first; number < first + tries; number += 1) {
    view.setUint32(start.length, Math.floor(number / 2 ** 32));
    view.setUint32(start.length + 4, number % 2 ** 32);
    if (zeroBits(sha256(input)) >= bits) return input.slice(start.length);
  }
  return undefined;
}

export interface WorkCheck {
  /** The server's secret key. */
  readonly key: Uint8Array;
  readonly now: number;
  readonly bits: number;
}

/**
 * How many bits of work were done, for the order of eviction. Refused: `expired` for a nonce that is not
 * of this time window or the one before, `too-little-work`, `malformed`.
 */
export function checkWork(
  challenge: Challenge,
  solution: Uint8Array,
  { key, now, bits }: WorkCheck,
): Result<number> {
  if (solution.length !== 8) return refuse('malformed');
  const window = Math.floor(now / workLimits.nonceMilliseconds);
  const isOurs = [window, window - 1].some((one) => equalBytes(challenge.nonce, nonceOf(key, one)));
  if (!isOurs) return refuse('expired');
  const done = workDone(challenge, solution);
  return done >= bits ? accept(done) : refuse('too-little-work');
}

function beginning({ recipient, nonce, delivery }: Challenge): Uint8Array {
  return concat(domainString('inbox-work'), recipient, nonce, delivery);
}

function zeroBits(hash: Uint8Array): number {
  const at = hash.findIndex((byte) => byte !== 0);
  return at === -1 ? hash.length * 8 : at * 8 + Math.clz32(hash[at] ?? 0) - 24;
}
