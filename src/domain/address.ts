import { concat, equalBytes, fromBase32, toBase32, utf8 } from './bytes.ts';
import { limits } from './limits.ts';
import { accept, refuse, type Result } from './result.ts';
import { isEd25519Key, sha3256 } from './sodium.ts';

declare const onionAddress: unique symbol;

/** A v3 onion address, lower case, with its `.onion`: a person's identity in one word. */
export type OnionAddress = string & { readonly [onionAddress]: true };

const suffix = '.onion';
const hostCharacters = 56;
const version = Uint8Array.of(3);
const checksumPrefix = utf8('.onion checksum');

/** Tor's rend-spec-v3, section 6: base32(public key ‖ checksum ‖ version). */
export function addressFromPublicKey(publicKey: Uint8Array): OnionAddress {
  const host = toBase32(concat(publicKey, checksumOf(publicKey), version));
  return `${host}${suffix}` as OnionAddress;
}

/** The address that this text is, exactly: lower case, checksum right, and its key a proper point. */
export function parseAddress(text: string): Result<OnionAddress> {
  if (text.length !== hostCharacters + suffix.length || !text.endsWith(suffix)) {
    return refuse('bad-address');
  }
  const decoded = fromBase32(text.slice(0, hostCharacters));
  if (!decoded.ok) return refuse('bad-address');
  const publicKey = decoded.value.subarray(0, 32);
  const whole = concat(publicKey, checksumOf(publicKey), version);
  return equalBytes(decoded.value, whole) && isEd25519Key(publicKey)
    ? accept(text as OnionAddress)
    : refuse('bad-address');
}

export function publicKeyFromAddress(address: OnionAddress): Uint8Array {
  const decoded = fromBase32(address.slice(0, hostCharacters));
  if (!decoded.ok) throw new TypeError('an OnionAddress was made without parseAddress');
  return decoded.value.slice(0, 32);
}

/**
 * The address a person meant with what they typed, pasted or right-clicked: a bare address (with or
 * without `.onion`) or any URL whose *host* is one or lies under one. An address in a path or a query
 * does not count: the link leads elsewhere.
 */
export function findAddressInLink(text: string): Result<OnionAddress> {
  if (text.length > limits.linkCharacters) return refuse('bad-address');
  const afterScheme = text
    .trim()
    .toLowerCase()
    .replace(/^[a-z][a-z0-9+.-]*:\/\//, '');
  const authority = afterScheme.split(/[/?#\\]/, 1)[0] ?? '';
  const host = authority
    .slice(authority.lastIndexOf('@') + 1)
    .replace(/:\d*$/, '')
    .replace(/\.$/, '');
  const label = host.endsWith(suffix) ? host.slice(0, -suffix.length).split('.').at(-1) : host;
  return parseAddress(`${label ?? ''}${suffix}`);
}

function checksumOf(publicKey: Uint8Array): Uint8Array {
  return sha3256(concat(checksumPrefix, publicKey, version)).subarray(0, 2);
}
