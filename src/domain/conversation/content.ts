import { toBase32 } from '../bytes.ts';
import { decodeCbor, encodeCbor } from '../cbor.ts';
import { bytesOf, bytesUpTo, type Check, decodeFields, isText, isTime } from '../fields.ts';
import { limits } from '../limits.ts';
import { pad, unpad } from '../padding.ts';
import { accept, refuse, type Result } from '../result.ts';
import type { Random } from '../sodium.ts';

/** What a message says: its kind's name, and the CBOR that only its kind can read (conversation-kinds/kind.ts). */
export interface Content {
  readonly kind: string;
  readonly fields: Uint8Array;
}

export interface Message extends Content {
  /** The sender's own name for it, the same in every copy. */
  readonly id: string;
  /** Milliseconds since 1970, as the sender claims. */
  readonly time: number;
}

const idBytes = 16;

/** A later version's kind, too: what is not known here is kept as it came, and breaks nothing. */
export const isKindName: Check<string> = (value): value is string =>
  isText(value) && /^[a-z][a-z-]{0,31}$/.test(value);

/** What is sealed: padded CBOR `{i, k, m, x}`. Refuses only what is over the limit (`too-large`). */
export function makeContent(
  { kind, fields, time }: Content & { readonly time: number },
  random: Random,
): Result<{ readonly message: Message; readonly padded: Uint8Array }> {
  if (fields.length > limits.contentBytes) return refuse('too-large');
  const id = random(idBytes);
  return accept({
    message: { id: toBase32(id), kind, fields, time },
    padded: pad(encodeCbor({ i: id, k: kind, m: time, x: fields })),
  });
}

export function openContent(padded: Uint8Array): Result<Message> {
  const plaintext = unpad(padded);
  if (!plaintext.ok) return plaintext;
  const cbor = decodeCbor(plaintext.value);
  if (!cbor.ok) return cbor;
  const opened = decodeFields(cbor.value, {
    i: bytesOf(idBytes),
    k: isKindName,
    m: isTime,
    x: bytesUpTo(limits.contentBytes),
  });
  if (!opened.ok) return opened;
  const { i, k: kind, m: time, x: fields } = opened.value;
  return accept({ id: toBase32(i), kind, fields, time });
}
