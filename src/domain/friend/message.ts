import { decodeCbor, encodeCbor } from '../cbor.ts';
import { concat, toBase32 } from '../bytes.ts';
import { unwrapSealed, wrapSealed, type SealedDocument } from '../document/sealed.ts';
import { bytesOf, decodeFields, isTime, textOf } from '../fields.ts';
import { domainString } from '../hash.ts';
import { openAuth, sealAuth } from '../hpke.ts';
import { limits } from '../limits.ts';
import { pad, unpad } from '../padding.ts';
import { accept, refuse, type Result } from '../result.ts';
import type { KeyPair, Random } from '../sodium.ts';

export interface Message {
  /** The sender's own name for it, the same in every copy. */
  readonly id: string;
  readonly text: string;
  readonly time: number;
}

/** One direction of a conversation. Public keys are onion keys. */
interface MessageRoute {
  readonly spaceId: Uint8Array;
  readonly from: Uint8Array;
  readonly to: Uint8Array;
}

const isMessageText = textOf(limits.messageCharacters);
const idBytes = 16;

export interface MessageSealing extends MessageRoute {
  readonly text: string;
  readonly time: number;
  /** The sender's X25519 keys. */
  readonly sender: KeyPair;
  /** The recipient's X25519 public key, from their bundle. */
  readonly recipient: Uint8Array;
}

/**
 * A message that only the recipient can read, and that convinces only the recipient of who wrote it.
 * The sender can't open it again either: their own copy is for the vault. Refuses a text over the limit
 * (`too-large`) or a recipient's key of small order (`weak-key`).
 */
export function sealMessage(
  sealing: MessageSealing,
  random: Random,
): Result<{ readonly message: Message; readonly sealed: SealedDocument }> {
  const { text, time, sender, recipient } = sealing;
  if (!isMessageText(text)) return refuse('too-large');
  const id = random(idBytes);
  const plaintext = pad(encodeCbor({ i: id, t: text, m: time }));
  const ciphertext = sealAuth({ sender, recipient, info: infoOf(sealing) }, plaintext, random);
  if (!ciphertext.ok) return ciphertext;
  return accept({
    message: { id: toBase32(id), text, time },
    sealed: wrapSealed(sealing.spaceId, ciphertext.value),
  });
}

export interface MessageOpening extends MessageRoute {
  /** Our X25519 keys. */
  readonly recipient: KeyPair;
  /** The sender's X25519 public key, from their bundle. */
  readonly sender: Uint8Array;
}

/** `undecryptable` for our own messages in the same space, too: they are sealed to the friend. */
export function openMessage(json: unknown, opening: MessageOpening): Result<Message> {
  const sealed = unwrapSealed(json, opening.spaceId);
  if (!sealed.ok) return sealed;
  const { recipient, sender } = opening;
  const padded = openAuth({ recipient, sender, info: infoOf(opening) }, sealed.value.ciphertext);
  if (!padded.ok) return padded;
  const plaintext = unpad(padded.value);
  if (!plaintext.ok) return plaintext;
  const cbor = decodeCbor(plaintext.value);
  if (!cbor.ok) return cbor;
  const fields = decodeFields(cbor.value, { i: bytesOf(idBytes), t: isMessageText, m: isTime });
  if (!fields.ok) return fields;
  return accept({ id: toBase32(fields.value.i), text: fields.value.t, time: fields.value.m });
}

/** Binds place and direction, so that a message neither opens elsewhere nor when sent back. */
function infoOf({ spaceId, from, to }: MessageRoute): Uint8Array {
  return concat(domainString('message'), spaceId, from, to);
}
