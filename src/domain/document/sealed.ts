import { hashFor } from '../hash.ts';
import { limits } from '../limits.ts';
import { accept, refuse, type Result } from '../result.ts';
import { encodePayload, openEnvelope, storedFields, type SealedJson } from './envelope.ts';
import { documentId, type DocumentId } from './id.ts';

/** Ciphertext under an id that binds it to its space; what it is sealed to, it does not say. */
export interface SealedDocument {
  readonly id: DocumentId;
  readonly ciphertext: Uint8Array;
  readonly json: SealedJson;
}

export function wrapSealed(spaceId: Uint8Array, ciphertext: Uint8Array): SealedDocument {
  const id = documentId('e', hashFor('sealed-id', spaceId, ciphertext));
  return { id, ciphertext, json: { ...storedFields(id), c: encodePayload(ciphertext) } };
}

export function unwrapSealed(
  json: unknown,
  spaceId: Uint8Array,
  mostBytes: number = limits.sealedBytes,
): Result<SealedDocument> {
  const envelope = openEnvelope(json, { c: mostBytes });
  if (!envelope.ok) return envelope;
  const sealed = wrapSealed(spaceId, envelope.value.payload.c);
  return envelope.value.id === sealed.id ? accept(sealed) : refuse('wrong-id');
}
