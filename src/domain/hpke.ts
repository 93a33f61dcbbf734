import { concat, utf8 } from './bytes.ts';
import { hkdfExpand, hkdfExtract } from './hash.ts';
import { accept, refuse, type Result } from './result.ts';
import {
  chachaOpen,
  chachaSeal,
  x25519,
  x25519PublicKey,
  xwingDecapsulate,
  xwingEncapsulate,
  type KeyPair,
  type Random,
} from './sodium.ts';

/**
 * HPKE, RFC 9180, single-shot: HKDF-SHA256 and ChaCha20Poly1305 over one of two KEMs. A sealed message is
 * `enc` ‖ ciphertext.
 *
 * DHKEM(X25519, HKDF-SHA256), 0x0020, has base and auth mode; its `enc` has 32 bytes. X-Wing, 0x647a
 * (draft-connolly-cfrg-xwing-kem), has base mode only; its `enc` has 1,120 bytes. It stays closed to a
 * quantum computer, and to whoever breaks one of X25519 and ML-KEM-768, but not both.
 *
 * Base mode authenticates nobody. Auth mode shows the *recipient* that the sender's key made it, and
 * shows nobody else anything, as the recipient could have made it too. Neither has forward secrecy
 * against the recipient's key, and who holds that key can forge any sender to its owner.
 */

const kemSuite = concat(utf8('KEM'), Uint8Array.of(0x00, 0x20));
const suites = {
  x25519: concat(utf8('HPKE'), Uint8Array.of(0x00, 0x20, 0x00, 0x01, 0x00, 0x03)),
  xwing: concat(utf8('HPKE'), Uint8Array.of(0x64, 0x7a, 0x00, 0x01, 0x00, 0x03)),
} as const;
const version = utf8('HPKE-v1');
const empty = new Uint8Array(0);
const encBytes = { x25519: 32, xwing: 1_120 } as const;
const tagBytes = 16;

const modes = { base: Uint8Array.of(0), auth: Uint8Array.of(2) } as const;
type Mode = keyof typeof modes;

export interface Sealing {
  /** The recipient's public key, of the KEM that is used. */
  readonly recipient: Uint8Array;
  readonly info: Uint8Array;
  readonly associated?: Uint8Array;
}

export interface Opening {
  readonly recipient: KeyPair;
  readonly info: Uint8Array;
  readonly associated?: Uint8Array;
}

/** Refuses only a recipient's key that is `weak-key`. */
export function sealBase(
  sealing: Sealing,
  plaintext: Uint8Array,
  random: Random,
): Result<Uint8Array> {
  return seal('base', sealing, undefined, plaintext, random);
}

export function openBase(opening: Opening, sealed: Uint8Array): Result<Uint8Array> {
  return open('base', opening, undefined, sealed);
}

/** Refuses only a recipient's key that is `weak-key`. */
export function sealAuth(
  sealing: Sealing & { readonly sender: KeyPair },
  plaintext: Uint8Array,
  random: Random,
): Result<Uint8Array> {
  return seal('auth', sealing, sealing.sender, plaintext, random);
}

/** `sender` is the public key that must have made it. */
export function openAuth(
  opening: Opening & { readonly sender: Uint8Array },
  sealed: Uint8Array,
): Result<Uint8Array> {
  return open('auth', opening, opening.sender, sealed);
}

/** By X-Wing. Refuses only a recipient's key that is `weak-key`. */
export function sealXWing(
  { recipient, info, associated = empty }: Sealing,
  plaintext: Uint8Array,
  random: Random,
): Result<Uint8Array> {
  const encapsulation = xwingEncapsulate(recipient, random(64));
  if (encapsulation === undefined) return refuse('weak-key');
  const keys = keySchedule('xwing', 'base', encapsulation.secret, info);
  return accept(concat(encapsulation.ciphertext, chachaSeal({ ...keys, associated }, plaintext)));
}

export function openXWing(
  { recipient, info, associated = empty }: Opening,
  sealed: Uint8Array,
): Result<Uint8Array> {
  if (sealed.length < encBytes.xwing + tagBytes) return refuse('malformed');
  const secret = xwingDecapsulate(recipient.secretKey, sealed.subarray(0, encBytes.xwing));
  if (secret === undefined) return refuse('undecryptable');
  const keys = keySchedule('xwing', 'base', secret, info);
  const plaintext = chachaOpen({ ...keys, associated }, sealed.subarray(encBytes.xwing));
  return plaintext === undefined ? refuse('undecryptable') : accept(plaintext);
}

/** DeriveKeyPair of RFC 9180, section 7.1.3, for X25519. */
export function deriveKeyPair(material: Uint8Array): KeyPair {
  const prk = labeledExtract(kemSuite, empty, 'dkp_prk', material);
  const secretKey = labeledExpand(kemSuite, prk, 'sk', empty, 32);
  return { publicKey: x25519PublicKey(secretKey), secretKey };
}

function seal(
  mode: Mode,
  sealing: Sealing,
  sender: KeyPair | undefined,
  plaintext: Uint8Array,
  random: Random,
): Result<Uint8Array> {
  const ephemeral = deriveKeyPair(random(32));
  const shared = [x25519(ephemeral.secretKey, sealing.recipient)];
  const context = [ephemeral.publicKey, sealing.recipient];
  if (sender !== undefined) {
    shared.push(x25519(sender.secretKey, sealing.recipient));
    context.push(sender.publicKey);
  }
  const secret = extractAndExpand(shared, context);
  if (secret === undefined) return refuse('weak-key');
  const keys = keySchedule('x25519', mode, secret, sealing.info);
  const input = { ...keys, associated: sealing.associated ?? empty };
  return accept(concat(ephemeral.publicKey, chachaSeal(input, plaintext)));
}

function open(
  mode: Mode,
  opening: Opening,
  sender: Uint8Array | undefined,
  sealed: Uint8Array,
): Result<Uint8Array> {
  if (sealed.length < encBytes.x25519 + tagBytes) return refuse('malformed');
  const enc = sealed.subarray(0, encBytes.x25519);
  const shared = [x25519(opening.recipient.secretKey, enc)];
  const context = [enc, opening.recipient.publicKey];
  if (sender !== undefined) {
    shared.push(x25519(opening.recipient.secretKey, sender));
    context.push(sender);
  }
  const secret = extractAndExpand(shared, context);
  if (secret === undefined) return refuse('undecryptable');
  const keys = keySchedule('x25519', mode, secret, opening.info);
  const input = { ...keys, associated: opening.associated ?? empty };
  const plaintext = chachaOpen(input, sealed.subarray(encBytes.x25519));
  return plaintext === undefined ? refuse('undecryptable') : accept(plaintext);
}

/** ExtractAndExpand of section 4.1; `undefined` if one of the agreements was. */
function extractAndExpand(
  shared: readonly (Uint8Array | undefined)[],
  context: readonly Uint8Array[],
): Uint8Array | undefined {
  const agreed: Uint8Array[] = [];
  for (const secret of shared) {
    if (secret === undefined) return undefined;
    agreed.push(secret);
  }
  const eaePrk = labeledExtract(kemSuite, empty, 'eae_prk', concat(...agreed));
  return labeledExpand(kemSuite, eaePrk, 'shared_secret', concat(...context), 32);
}

/** KeySchedule of section 5.1 without a pre-shared key. */
function keySchedule(
  kem: keyof typeof suites,
  mode: Mode,
  secret: Uint8Array,
  info: Uint8Array,
): { key: Uint8Array; nonce: Uint8Array } {
  const suite = suites[kem];
  const pskIdHash = labeledExtract(suite, empty, 'psk_id_hash', empty);
  const infoHash = labeledExtract(suite, empty, 'info_hash', info);
  const scheduleContext = concat(modes[mode], pskIdHash, infoHash);
  const scheduled = labeledExtract(suite, secret, 'secret', empty);
  return {
    key: labeledExpand(suite, scheduled, 'key', scheduleContext, 32),
    nonce: labeledExpand(suite, scheduled, 'base_nonce', scheduleContext, 12),
  };
}

function labeledExtract(
  suiteId: Uint8Array,
  salt: Uint8Array,
  label: string,
  secret: Uint8Array,
): Uint8Array {
  return hkdfExtract(salt, concat(version, suiteId, utf8(label), secret));
}

function labeledExpand(
  suiteId: Uint8Array,
  key: Uint8Array,
  label: string,
  info: Uint8Array,
  length: number,
): Uint8Array {
  const lengthPrefix = Uint8Array.of(length >>> 8, length & 0xff);
  return hkdfExpand(key, concat(lengthPrefix, version, suiteId, utf8(label), info), length);
}
