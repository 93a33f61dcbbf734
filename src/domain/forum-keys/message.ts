import { concat, equalBytes } from '../bytes.ts';
import { nextKey } from '../conversation/chain-keys.ts';
import { gateMac, type Gated } from '../document/gated.ts';
import { domainString, hkdfExpand } from '../hash.ts';
import { pad, unpad } from '../padding.ts';
import { accept, refuse, type Result } from '../result.ts';
import { chachaOpen, chachaSeal, xchachaOpen, xchachaSeal, type Random } from '../sodium.ts';
import { takeKey, type EpochKeys } from './epoch-keys.ts';
import { chainLimits } from './sender-chain.ts';

const nonceBytes = 24;
const plainHeaderBytes = 32 + 4;
const tagBytes = 16;
const headerBytes = nonceBytes + plainHeaderBytes + tagBytes;

/**
 * Seals a document (a signed one: every member can seal in every member's name). Write the new keys
 * down before the ciphertext is published. `too-large` when the epoch's numbers are used up: make
 * another epoch.
 */
export function sealForumMessage(
  keys: EpochKeys,
  spaceId: Uint8Array,
  plaintext: Uint8Array,
  random: Random,
): Result<{ readonly keys: EpochKeys; readonly message: Gated }> {
  const { own } = keys;
  if (own.next >= chainLimits.messages) return refuse('too-large');
  const { messageKey, chain } = nextKey(own);
  const header = sealHeader(keys, own.sender, own.next, random);
  const payload = chachaSeal(cipherOf(messageKey, spaceId, keys.id, header), pad(plaintext));
  const ciphertext = concat(header, payload);
  const { hint } = keys;
  const gate = gateMac(keys.gateKey, spaceId, { hint, ciphertext });
  return accept({ keys: { ...keys, own: chain }, message: { hint, ciphertext, gate } });
}

export interface ForumOpened<T> {
  readonly keys: EpochKeys;
  /** What `check` made of the plaintext. */
  readonly value: T;
}

/**
 * Opens a message with the epoch that its hint names. `check` says whether the plaintext is a document
 * that this sender has signed: only then is its key used up, or a member could spend another's keys.
 * Refused: `unknown-epoch`, `malformed`, `undecryptable`, what `takeKey` and `check` refuse.
 */
export function openForumMessage<T>(
  epochs: readonly EpochKeys[],
  spaceId: Uint8Array,
  { hint, ciphertext }: Pick<Gated, 'hint' | 'ciphertext'>,
  check: (plaintext: Uint8Array, sender: Uint8Array) => Result<T>,
): Result<ForumOpened<T>> {
  if (ciphertext.length < headerBytes + tagBytes) return refuse('malformed');
  const keys = epochs.find((epoch) => equalBytes(epoch.hint, hint));
  if (keys === undefined) return refuse('unknown-epoch');
  const header = openHeader(keys, ciphertext);
  if (header === undefined) return refuse('undecryptable');
  const taken = takeKey(keys, header.sender, header.number);
  if (!taken.ok) return taken;
  const bound = ciphertext.subarray(0, headerBytes);
  const padded = chachaOpen(
    cipherOf(taken.value.messageKey, spaceId, keys.id, bound),
    ciphertext.subarray(headerBytes),
  );
  if (padded === undefined) return refuse('undecryptable');
  const plaintext = unpad(padded);
  if (!plaintext.ok) return plaintext;
  const value = check(plaintext.value, header.sender);
  return value.ok ? accept({ keys: taken.value.keys, value: value.value }) : value;
}

/**
 * Whose message it would be, and which, by its header alone; undefined for what is no message of this
 * epoch. Nothing is checked by it: it is for putting messages in order before they are opened.
 */
export function placeOfMessage(
  keys: EpochKeys,
  { ciphertext }: Pick<Gated, 'ciphertext'>,
): { readonly sender: Uint8Array; readonly number: number } | undefined {
  return ciphertext.length < headerBytes + tagBytes ? undefined : openHeader(keys, ciphertext);
}

const headerPurpose = domainString('forum-header');

function sealHeader(
  keys: EpochKeys,
  sender: Uint8Array,
  number: number,
  random: Random,
): Uint8Array {
  const plain = new Uint8Array(plainHeaderBytes);
  plain.set(sender);
  new DataView(plain.buffer).setUint32(32, number);
  const nonce = random(nonceBytes);
  const input = { key: keys.headerKey, nonce, associated: headerPurpose };
  return concat(nonce, xchachaSeal(input, plain));
}

function openHeader(keys: EpochKeys, ciphertext: Uint8Array) {
  const nonce = ciphertext.subarray(0, nonceBytes);
  const input = { key: keys.headerKey, nonce, associated: headerPurpose };
  const plain = xchachaOpen(input, ciphertext.subarray(nonceBytes, headerBytes));
  if (plain === undefined) return undefined;
  const view = new DataView(plain.buffer, plain.byteOffset, plain.byteLength);
  return { sender: plain.slice(0, 32), number: view.getUint32(32) };
}

/**
 * The header, with its random nonce, goes into the key: should a sender use a number twice (a restored
 * backup that went on in an old epoch), the two ciphertexts still have different keys.
 */
function cipherOf(
  messageKey: Uint8Array,
  spaceId: Uint8Array,
  epochId: Uint8Array,
  header: Uint8Array,
) {
  const purpose = domainString('forum-message');
  const derived = hkdfExpand(messageKey, concat(purpose, header), 44);
  return {
    key: derived.subarray(0, 32),
    nonce: derived.subarray(32),
    associated: concat(purpose, spaceId, epochId, header),
  };
}
