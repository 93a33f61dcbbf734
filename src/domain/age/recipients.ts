import { concat, utf8 } from '../bytes.ts';
import { hkdfExpand, hkdfExtract } from '../hash.ts';
import { refuse, accept, type Result } from '../result.ts';
import { chachaOpen, chachaSeal, type Random, x25519, x25519PublicKey } from '../sodium.ts';
import { type AgeHeader, bytesOf, isHeaderOf, type Stanza, unpadded } from './header.ts';

const fileKeyBytes = 16;
const saltBytes = 16;
const nonce = new Uint8Array(12);
const x25519Label = utf8('age-encryption.org/v1/X25519');
const scryptLabel = utf8('age-encryption.org/v1/scrypt');

/** age's own: 2^18 blocks of 1 KiB, which takes a browser about a second and 256 MiB. */
const usualLogN = 18;
/** More would take a gigabyte: a changed file must not take all of a machine's memory. */
const mostLogN = 20;

/** How a passphrase becomes the key of a file: scrypt with r = 8, p = 1 and this salt, to 32 bytes. */
export interface PassphraseLock {
  /** With age's label before it. */
  readonly salt: Uint8Array;
  readonly logN: number;
}

export function createFileKey(random: Random): Uint8Array {
  return random(fileKeyBytes);
}

/** For the holder of an X25519 key. Throws for a key of small order, which none of ours is. */
export function sealToKey(fileKey: Uint8Array, recipient: Uint8Array, random: Random): Stanza {
  const ephemeral = random(32);
  const share = x25519PublicKey(ephemeral);
  const shared = x25519(ephemeral, recipient);
  if (!shared) throw new TypeError('recipient: a weak key');
  const key = wrapKey(shared, share, recipient);
  const body = chachaSeal({ key, nonce, associated: new Uint8Array(0) }, fileKey);
  return { args: ['X25519', unpadded(share)], body };
}

/** What has to be done with a passphrase for a new file. */
export function createPassphraseLock(random: Random): PassphraseLock {
  return { salt: concat(scryptLabel, random(saltBytes)), logN: usualLogN };
}

/** For who knows the passphrase. `stretched` is scrypt of it under this lock. */
export function sealToPassphrase(
  fileKey: Uint8Array,
  { salt, logN }: PassphraseLock,
  stretched: Uint8Array,
): Stanza {
  const body = chachaSeal({ key: stretched, nonce, associated: new Uint8Array(0) }, fileKey);
  return { args: ['scrypt', unpadded(salt.subarray(scryptLabel.length)), String(logN)], body };
}

/** What a passphrase has to go through to open this file; `undefined` where none opens it. Refuses what would cost too much. */
export function readPassphraseLock({ stanzas }: AgeHeader): Result<PassphraseLock> | undefined {
  const stanza = stanzas.find(({ args }) => args[0] === 'scrypt');
  if (!stanza) return undefined;
  // A file with a passphrase has no other way in, or who knows it could not tell who made it.
  const [, salt = '', work = '', more] = stanza.args;
  const bytes = bytesOf(salt);
  if (stanzas.length > 1 || more !== undefined || bytes?.length !== saltBytes) {
    return refuse('malformed');
  }
  if (!/^[1-9]\d?$/.test(work)) return refuse('malformed');
  const logN = Number(work);
  return logN > mostLogN ? refuse('too-large') : accept({ salt: concat(scryptLabel, bytes), logN });
}

/** Refuses `undecryptable` for another passphrase. */
export function openWithPassphrase(header: AgeHeader, stretched: Uint8Array): Result<Uint8Array> {
  const [stanza] = header.stanzas;
  if (!stanza || stanza.args[0] !== 'scrypt') return refuse('undecryptable');
  return checked(header, unwrap(stretched, stanza));
}

/** Refuses `undecryptable` where this key is none of the recipients'. */
export function openWithKey(header: AgeHeader, secretKey: Uint8Array): Result<Uint8Array> {
  const recipient = x25519PublicKey(secretKey);
  for (const stanza of header.stanzas) {
    const [kind, text = '', more] = stanza.args;
    const share = kind === 'X25519' && more === undefined ? bytesOf(text) : undefined;
    if (share?.length !== 32) continue;
    const shared = x25519(secretKey, share);
    const fileKey = shared && unwrap(wrapKey(shared, share, recipient), stanza);
    if (fileKey) return checked(header, fileKey);
  }
  return refuse('undecryptable');
}

function checked(header: AgeHeader, fileKey: Uint8Array | undefined): Result<Uint8Array> {
  if (fileKey === undefined) return refuse('undecryptable');
  return isHeaderOf(header, fileKey) ? accept(fileKey) : refuse('malformed');
}

function wrapKey(shared: Uint8Array, share: Uint8Array, recipient: Uint8Array): Uint8Array {
  return hkdfExpand(hkdfExtract(concat(share, recipient), shared), x25519Label, 32);
}

function unwrap(key: Uint8Array, { body }: Stanza): Uint8Array | undefined {
  if (body.length !== fileKeyBytes + 16) return undefined;
  return chachaOpen({ key, nonce, associated: new Uint8Array(0) }, body);
}
