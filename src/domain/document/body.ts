import { decodeCbor, encodeCbor } from '../cbor.ts';
import { decodeFields, isHash, textOf } from '../fields.ts';
import { hashFor } from '../hash.ts';
import { limits } from '../limits.ts';
import { accept, refuse, type Result } from '../result.ts';
import type { Random } from '../sodium.ts';
import { encodePayload, openEnvelope, storedFields, type BodyJson } from './envelope.ts';
import { documentId, type DocumentId } from './id.ts';

/**
 * The text of a post, apart from the signed header that names its hash, so that it can be erased and
 * the author's chain still holds. The salt keeps anyone from confirming a guess of an erased text.
 */
export interface Body {
  readonly id: DocumentId;
  readonly hash: Uint8Array;
  readonly text: string;
  readonly json: BodyJson;
}

export function makeBody(spaceId: Uint8Array, text: string, random: Random): Body {
  const bytes = encodeCbor({ s: random(32), t: text });
  const hash = hashFor('body', spaceId, bytes);
  const id = documentId('b', hash);
  return { id, hash, text, json: { ...storedFields(id), b: encodePayload(bytes) } };
}

export function openBody(json: unknown, spaceId: Uint8Array): Result<Body> {
  const envelope = openEnvelope(json, { b: limits.bodyBytes });
  if (!envelope.ok) return envelope;
  const bytes = envelope.value.payload.b;
  const hash = hashFor('body', spaceId, bytes);
  const id = documentId('b', hash);
  if (envelope.value.id !== id) return refuse('wrong-id');
  const cbor = decodeCbor(bytes);
  if (!cbor.ok) return cbor;
  const fields = decodeFields(cbor.value, { s: isHash, t: textOf(limits.postCharacters) });
  if (!fields.ok) return fields;
  const stored = { ...storedFields(id), b: encodePayload(bytes) };
  return accept({ id, hash, text: fields.value.t, json: stored });
}

/** The `_id` of the body that a header names. */
export function bodyId(hash: Uint8Array): DocumentId {
  return documentId('b', hash);
}
