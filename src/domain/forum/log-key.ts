import { concat, equalBytes } from '../bytes.ts';
import { makeGated, type Gated, type GatedDocument, type GateKey } from '../document/gated.ts';
import { deriveKey, domainString } from '../hash.ts';
import { pad, unpad } from '../padding.ts';
import { refuse, type Result } from '../result.ts';
import { xchachaOpen, xchachaSeal, type Random } from '../sodium.ts';

/**
 * What a sealed space's log is sealed under: charter, members, votes, epochs. It comes with the
 * invitation, so that newcomers can work out who belongs, and changes when somebody is removed.
 */
export interface LogKey {
  readonly secret: Uint8Array;
  readonly gate: GateKey;
}

const nonceBytes = 24;
const tagBytes = 16;

export function logKeyFrom(secret: Uint8Array, spaceId: Uint8Array): LogKey {
  const hint = deriveKey(secret, 'log-hint', spaceId).slice(0, 8);
  return { secret, gate: { hint, key: deriveKey(secret, 'log-gate', spaceId) } };
}

export function sealForLog(
  { secret, gate }: LogKey,
  spaceId: Uint8Array,
  plaintext: Uint8Array,
  random: Random,
): GatedDocument {
  const nonce = random(nonceBytes);
  const sealed = xchachaSeal(cipherOf(secret, spaceId, nonce), pad(plaintext));
  return makeGated(spaceId, gate, concat(nonce, sealed));
}

/** `unknown-epoch` for what goes by another key's hint. */
export function openFromLog(
  { secret, gate }: LogKey,
  spaceId: Uint8Array,
  { hint, ciphertext }: Pick<Gated, 'hint' | 'ciphertext'>,
): Result<Uint8Array> {
  if (!equalBytes(hint, gate.hint)) return refuse('unknown-epoch');
  if (ciphertext.length < nonceBytes + tagBytes) return refuse('malformed');
  const nonce = ciphertext.subarray(0, nonceBytes);
  const padded = xchachaOpen(cipherOf(secret, spaceId, nonce), ciphertext.subarray(nonceBytes));
  return padded === undefined ? refuse('undecryptable') : unpad(padded);
}

function cipherOf(secret: Uint8Array, spaceId: Uint8Array, nonce: Uint8Array) {
  const key = deriveKey(secret, 'log-seal', spaceId);
  return { key, nonce, associated: concat(domainString('log-entry'), spaceId) };
}
