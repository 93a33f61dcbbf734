import { concat, utf8 } from '../bytes.ts';
import { decodeCbor, encodeCbor } from '../cbor.ts';
import {
  bytesOf,
  bytesUpTo,
  type Check,
  decodeFields,
  decodeFieldsWithOptional,
  isCount,
  isHash,
  oneOf,
} from '../fields.ts';
import { deriveKey, domainString } from '../hash.ts';
import { padTo, unpadFrom } from '../padding.ts';
import { accept, refuse, type Result } from '../result.ts';
import { type Argon2idCost, type Random, xchachaOpen, xchachaSeal } from '../sodium.ts';

/** All keys of a person that nothing else seals. */
export interface SheetKeys {
  readonly root: Uint8Array;
  /** The device's keys as `encodeDeviceKeys` makes them. */
  readonly device: Uint8Array;
  readonly vault: Uint8Array;
  /** The root of the address that is being left. */
  readonly leaving?: Uint8Array;
}

/** How a passphrase becomes the key of a sheet. */
export interface SheetLock {
  readonly salt: Uint8Array;
  readonly cost: Argon2idCost;
}

const saltBytes = 16;
const nonceBytes = 24;
/** All content is padded to this: a sheet's length says nothing. */
const contentBytes = 512;
const mebibyte = 1_048_576;

/** RFC 9106's second choice in passes and memory (with one lane, as libsodium has no more). */
const usualCost: Argon2idCost = { ops: 3, memory: 64 * mebibyte };

/** More than any version of ours asks for: a changed sheet must not take all of a machine's memory. */
const mostOps = 100;
const mostMemory = 1_024 * mebibyte;

const isOps: Check<number> = (value): value is number =>
  isCount(value) && value >= 1 && value <= mostOps;
const isMemory: Check<number> = (value): value is number =>
  isCount(value) && value >= 8_192 && value <= mostMemory;

/** What two keyboards write differently is the same passphrase. */
export function passphraseBytes(passphrase: string): Uint8Array {
  return utf8(passphrase.normalize('NFKC'));
}

/** A new one for each passphrase that is chosen. */
export function createSheetLock(random: Random): SheetLock {
  return { salt: random(saltBytes), cost: usualCost };
}

/**
 * The key sheet, sealed: canonical CBOR of version, lock and nonce ‖ ciphertext.
 * @param stretched Argon2id of the passphrase under this lock, 32 bytes
 */
export function sealKeySheet(
  keys: SheetKeys,
  lock: SheetLock,
  stretched: Uint8Array,
  random: Random,
): Uint8Array {
  const { root, device, vault, leaving } = keys;
  const content = encodeCbor({
    r: root,
    d: device,
    k: vault,
    ...(leaving === undefined ? {} : { l: leaving }),
  });
  const nonce = random(nonceBytes);
  const c = concat(
    nonce,
    xchachaSeal(cipher(lock, stretched, nonce), padTo(contentBytes, content)),
  );
  return encodeCbor({ v: 1, s: lock.salt, o: lock.cost.ops, m: lock.cost.memory, c });
}

/** What must be done with a passphrase before this sheet opens. */
export function lockOfSheet(sheet: Uint8Array): Result<SheetLock> {
  const parts = decodeSheet(sheet);
  return parts.ok ? accept(parts.value.lock) : parts;
}

/** Refuses with `undecryptable` for another passphrase, and for a sheet that was changed. */
export function openKeySheet(sheet: Uint8Array, stretched: Uint8Array): Result<SheetKeys> {
  const parts = decodeSheet(sheet);
  if (!parts.ok) return parts;
  const { lock, sealed } = parts.value;
  if (sealed.length < nonceBytes) return refuse('malformed');
  const nonce = sealed.subarray(0, nonceBytes);
  const padded = xchachaOpen(cipher(lock, stretched, nonce), sealed.subarray(nonceBytes));
  if (padded === undefined) return refuse('undecryptable');
  const content = unpadFrom(contentBytes, padded);
  if (!content.ok) return content;
  const cbor = decodeCbor(content.value);
  if (!cbor.ok) return cbor;
  const fields = decodeFieldsWithOptional(
    cbor.value,
    { r: isHash, d: bytesUpTo(1_000), k: isHash },
    { l: isHash },
  );
  if (!fields.ok) return fields;
  const { r: root, d: device, k: vault, l: leaving } = fields.value;
  return accept({ root, device, vault, ...(leaving === undefined ? {} : { leaving }) });
}

function decodeSheet(sheet: Uint8Array): Result<{ lock: SheetLock; sealed: Uint8Array }> {
  const cbor = decodeCbor(sheet);
  if (!cbor.ok) return cbor;
  const fields = decodeFields(cbor.value, {
    v: oneOf(1),
    s: bytesOf(saltBytes),
    o: isOps,
    m: isMemory,
    c: bytesUpTo(10_000),
  });
  if (!fields.ok) return fields;
  const { s: salt, o: ops, m: memory, c: sealed } = fields.value;
  return accept({ lock: { salt, cost: { ops, memory } }, sealed });
}

/** The lock is sealed along: a cheaper one, put there by somebody else, opens nothing. */
function cipher({ salt, cost }: SheetLock, stretched: Uint8Array, nonce: Uint8Array) {
  return {
    key: deriveKey(stretched, 'key-sheet'),
    nonce,
    associated: concat(
      domainString('key-sheet'),
      encodeCbor({ s: salt, o: cost.ops, m: cost.memory }),
    ),
  };
}
