import sodium, { memcmp, ready } from 'libsodium-wrappers';

/**
 * The one place that touches libsodium (WebAssembly). Everything here is a primitive under a plain
 * name. Wrong lengths from our own code are bugs and throw; what an outsider can influence returns
 * `undefined` or `false`.
 */

/** Must have resolved before anything else in the domain is used. */
export async function sodiumReady(): Promise<void> {
  await ready;
}

/** A source of random bytes: a port, so that tests can repeat themselves. */
export type Random = (length: number) => Uint8Array;

/** The operating system's randomness. */
export const randomBytes: Random = (length) => sodium.randombytes_buf(length);

export interface KeyPair {
  readonly publicKey: Uint8Array;
  readonly secretKey: Uint8Array;
}

export function sha256(message: Uint8Array): Uint8Array {
  return sodium.crypto_hash_sha256(message);
}

/** SHA-256 of what comes piece by piece. */
export class Sha256 {
  readonly #state = sodium.crypto_hash_sha256_init();

  push(bytes: Uint8Array): void {
    sodium.crypto_hash_sha256_update(this.#state, bytes);
  }

  /** Once only. */
  finish(): Uint8Array {
    return sodium.crypto_hash_sha256_final(this.#state);
  }
}

export function sha512(message: Uint8Array): Uint8Array {
  return sodium.crypto_hash_sha512(message);
}

export function sha3256(message: Uint8Array): Uint8Array {
  return sodium.crypto_hash_sha3256(message);
}

/** HMAC-SHA-256 with a key of any length (the one-shot call takes 32 bytes only). */
export function hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array {
  const state = sodium.crypto_auth_hmacsha256_init(key);
  sodium.crypto_auth_hmacsha256_update(state, message);
  return sodium.crypto_auth_hmacsha256_final(state);
}

/** Whether two byte strings are equal, in a time that depends on their lengths only. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && memcmp(a, b);
}

/** The Ed25519 key pair of a 32-byte seed; `secretKey` is libsodium's 64 bytes, seed ‖ public key. */
export function ed25519KeyPair(seed: Uint8Array): KeyPair {
  const { publicKey, privateKey } = sodium.crypto_sign_seed_keypair(seed);
  return { publicKey, secretKey: privateKey };
}

export function ed25519Sign(secretKey: Uint8Array, message: Uint8Array): Uint8Array {
  return sodium.crypto_sign_detached(message, secretKey);
}

/** A canonical point of the prime-order subgroup, and not its neutral element. */
export function isEd25519Key(publicKey: Uint8Array): boolean {
  return publicKey.length === 32 && sodium.crypto_core_ed25519_is_valid_point(publicKey);
}

/** libsodium's own check alone; `signature.ts` has the whole rule. */
export function ed25519VerifyDetached(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  return (
    publicKey.length === 32 &&
    signature.length === 64 &&
    sodium.crypto_sign_verify_detached(signature, message, publicKey)
  );
}

export function x25519PublicKey(secretKey: Uint8Array): Uint8Array {
  return sodium.crypto_scalarmult_base(secretKey);
}

/** The shared secret, or `undefined` where the other key makes it predictable (RFC 7748, section 6.1). */
export function x25519(secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined {
  try {
    return sodium.crypto_scalarmult(secretKey, publicKey);
  } catch {
    return undefined;
  }
}

export interface AeadInput {
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
  readonly associated: Uint8Array;
}

/** ChaCha20-Poly1305 of RFC 8439: 32-byte key, 12-byte nonce, 16-byte tag at the end. */
export function chachaSeal(input: AeadInput, plaintext: Uint8Array): Uint8Array {
  return sodium.crypto_aead_chacha20poly1305_ietf_encrypt(
    plaintext,
    input.associated,
    null,
    input.nonce,
    input.key,
  );
}

export function chachaOpen(input: AeadInput, ciphertext: Uint8Array): Uint8Array | undefined {
  try {
    return sodium.crypto_aead_chacha20poly1305_ietf_decrypt(
      null,
      ciphertext,
      input.associated,
      input.nonce,
      input.key,
    );
  } catch {
    return undefined;
  }
}

/** XChaCha20-Poly1305: 32-byte key, 24-byte nonce that may be random, 16-byte tag at the end. */
export function xchachaSeal(input: AeadInput, plaintext: Uint8Array): Uint8Array {
  return sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(
    plaintext,
    input.associated,
    null,
    input.nonce,
    input.key,
  );
}

export function xchachaOpen(input: AeadInput, ciphertext: Uint8Array): Uint8Array | undefined {
  try {
    return sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(
      null,
      ciphertext,
      input.associated,
      input.nonce,
      input.key,
    );
  } catch {
    return undefined;
  }
}

/** The X-Wing key pair of a 32-byte seed; the seed is the secret key (draft-connolly-cfrg-xwing-kem). */
export function xwingKeyPair(seed: Uint8Array): KeyPair {
  const { publicKey, privateKey } = sodium.crypto_kem_xwing_seed_keypair(seed);
  return { publicKey, secretKey: privateKey };
}

/** What a ciphertext can be made for: ML-KEM's modulus check passes, and X25519's half is not of small order. */
export function isXwingKey(publicKey: Uint8Array): boolean {
  return xwingEncapsulate(publicKey, new Uint8Array(64).fill(9)) !== undefined;
}

export interface Encapsulation {
  /** For the holder of the secret key. */
  readonly ciphertext: Uint8Array;
  readonly secret: Uint8Array;
}

/** `randomness` is 64 bytes. `undefined` for what is no X-Wing public key. */
export function xwingEncapsulate(
  publicKey: Uint8Array,
  randomness: Uint8Array,
): Encapsulation | undefined {
  try {
    const made = sodium.crypto_kem_xwing_enc_deterministic(publicKey, randomness);
    return { ciphertext: made.ciphertext, secret: made.sharedSecret };
  } catch {
    return undefined;
  }
}

/** A wrong ciphertext gives another secret, not an error; `undefined` only for one of small order or wrong length. */
export function xwingDecapsulate(
  secretKey: Uint8Array,
  ciphertext: Uint8Array,
): Uint8Array | undefined {
  try {
    return sodium.crypto_kem_xwing_dec(ciphertext, secretKey);
  } catch {
    return undefined;
  }
}

export interface Argon2idCost {
  /** Passes over the memory, at least one. */
  readonly ops: number;
  /** In bytes, at least 8,192. */
  readonly memory: number;
}

/** 32 bytes by Argon2id (RFC 9106, version 1.3, one lane); the salt is 16 bytes. Blocks for as long as it costs. */
export function argon2id(
  password: Uint8Array,
  salt: Uint8Array,
  { ops, memory }: Argon2idCost,
): Uint8Array {
  return sodium.crypto_pwhash(32, password, salt, ops, memory, sodium.crypto_pwhash_ALG_ARGON2ID13);
}

/** 32 bytes by scrypt (RFC 7914) with r = 8, p = 1 and N = 2^`logN`, which takes N KiB. Blocks for as long as it costs. */
export function scrypt(password: Uint8Array, salt: Uint8Array, logN: number): Uint8Array {
  return sodium.crypto_pwhash_scryptsalsa208sha256_ll(password, salt, 2 ** logN, 8, 1, 32);
}
