import { hashFor } from '../hash.ts';
import { limits } from '../limits.ts';
import { accept, refuse, type Result } from '../result.ts';
import type { Random } from '../sodium.ts';
import { decodeBody, encodeBody, type BodyContent } from './body-content.ts';
import { encodePayload, openEnvelope, storedFields, type BodyJson } from './envelope.ts';
import { documentId, type DocumentId } from './id.ts';

/**
 * What a post says, apart from the signed header that names its hash, so that it can be erased and
 * the author's chain still holds. The salt keeps anyone from confirming a guess of an erased text.
 */
export interface Body extends BodyContent {
  readonly id: DocumentId;
  readonly hash: Uint8Array;
  readonly json: BodyJson;
}

/** Refuses what is over the limits of a body (`too-large`). */
export function makeBody(spaceId: Uint8Array, content: BodyContent, random: Random): Result<Body> {
  const body = bodyFrom(encodeBody(random(32), content), spaceId);
  return body.ok ? body : refuse('too-large');
}

export function openBody(json: unknown, spaceId: Uint8Array): Result<Body> {
  const envelope = openEnvelope(json, { b: limits.bodyBytes });
  if (!envelope.ok) return envelope;
  const bytes = envelope.value.payload.b;
  if (envelope.value.id !== bodyId(hashFor('body', spaceId, bytes))) return refuse('wrong-id');
  return bodyFrom(bytes, spaceId);
}

/** A body from its bytes, wherever they were carried. */
export function bodyFrom(bytes: Uint8Array, spaceId: Uint8Array): Result<Body> {
  if (bytes.length > limits.bodyBytes) return refuse('too-large');
  const content = decodeBody(bytes);
  if (!content.ok) return content;
  const hash = hashFor('body', spaceId, bytes);
  const id = bodyId(hash);
  const json = { ...storedFields(id), b: encodePayload(bytes) };
  return accept({ ...content.value, id, hash, json });
}

/** The `_id` of the body that a header names. */
export function bodyId(hash: Uint8Array): DocumentId {
  return documentId('b', hash);
}
