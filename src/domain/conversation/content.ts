import { toBase32 } from '../bytes.ts';
import { decodeCbor, encodeCbor } from '../cbor.ts';
import { bytesOf, decodeFields, isTime, textOf } from '../fields.ts';
import { limits } from '../limits.ts';
import { pad, unpad } from '../padding.ts';
import { accept, refuse, type Result } from '../result.ts';
import type { Random } from '../sodium.ts';

export interface Message {
  /** The sender's own name for it, the same in every copy. */
  readonly id: string;
  readonly text: string;
  /** Milliseconds since 1970, as the sender claims. */
  readonly time: number;
}

const isMessageText = textOf(limits.messageCharacters);
const idBytes = 16;

/** What is sealed: padded CBOR `{i, t, m}`. Refuses only a text over the limit (`too-large`). */
export function makeContent(
  { text, time }: { readonly text: string; readonly time: number },
  random: Random,
): Result<{ readonly message: Message; readonly padded: Uint8Array }> {
  if (!isMessageText(text)) return refuse('too-large');
  const id = random(idBytes);
  return accept({
    message: { id: toBase32(id), text, time },
    padded: pad(encodeCbor({ i: id, t: text, m: time })),
  });
}

export function openContent(padded: Uint8Array): Result<Message> {
  const plaintext = unpad(padded);
  if (!plaintext.ok) return plaintext;
  const cbor = decodeCbor(plaintext.value);
  if (!cbor.ok) return cbor;
  const fields = decodeFields(cbor.value, { i: bytesOf(idBytes), t: isMessageText, m: isTime });
  if (!fields.ok) return fields;
  return accept({ id: toBase32(fields.value.i), text: fields.value.t, time: fields.value.m });
}
