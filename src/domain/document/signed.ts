import { concat, equalBytes, fromBase64Url } from '../bytes.ts';
import { domainString, hashFor } from '../hash.ts';
import { limits } from '../limits.ts';
import { accept, refuse, type Result } from '../result.ts';
import { verifySignature } from '../signature.ts';
import { ed25519Sign, type KeyPair } from '../sodium.ts';
import { encodePayload, openEnvelope, storedFields, type SignedDocumentJson } from './envelope.ts';
import { decodeHeader, encodeHeader, type Header } from './header.ts';
import { documentId, type DocumentId } from './id.ts';
import { checkType, type DocumentType } from '../types/registry.ts';

export interface SignedDocument extends Header {
  readonly type: DocumentType;
  readonly id: DocumentId;
  /** The 32 bytes that other documents name it by. */
  readonly hash: Uint8Array;
  /** As it is stored: nothing but our own fields. */
  readonly json: SignedDocumentJson;
}

export interface Signing extends Omit<Header, 'key'> {
  readonly type: DocumentType;
  readonly spaceId: Uint8Array;
  readonly signer: KeyPair;
}

/** Signs what it is given, right or wrong: the makers in `types/` know what is right. */
export function signDocument(signing: Signing): SignedDocument {
  const { spaceId, signer, ...rest } = signing;
  const header = { ...rest, key: signer.publicKey };
  const bytes = encodeHeader(header);
  const signature = ed25519Sign(signer.secretKey, signedBytes(header.type, spaceId, bytes));
  return { ...header, ...assembleSigned({ header: bytes, signature }) };
}

/**
 * Everything about a signed document that can be known without any other document: its shape and size,
 * its id and revision, that its type is known and holds what it must, and the signature of the key it
 * names. Whether that key speaks for the author, and whether the author may, is for the space to say.
 */
export function openSignedDocument(json: unknown, spaceId: Uint8Array): Result<SignedDocument> {
  const envelope = openEnvelope(json, { d: limits.headerBytes, s: 64 });
  if (!envelope.ok) return envelope;
  const { id: stated, revision, payload, texts } = envelope.value;
  const { d: bytes, s: signature } = payload;
  const hash = hashOf({ header: bytes, signature });
  const id = documentId('d', hash);
  if (stated !== id) return refuse('wrong-id');
  const header = decodeHeader(bytes);
  if (!header.ok) return header;
  const type = checkType(header.value, spaceId);
  if (!type.ok) return type;
  if (!verifySignature(header.value.key, signedBytes(type.value, spaceId, bytes), signature)) {
    return refuse('bad-signature');
  }
  const stored = { _id: id, _rev: revision, v: 1, ...texts } as const;
  return accept({ ...header.value, type: type.value, id, hash, json: stored });
}

/** The two byte strings that a signed document consists of. */
export interface SignedBytes {
  readonly header: Uint8Array;
  readonly signature: Uint8Array;
}

/** The stored form of these bytes, unchecked: it still has to pass `openSignedDocument`. */
export function assembleSigned({ header, signature }: SignedBytes): {
  readonly id: DocumentId;
  readonly hash: Uint8Array;
  readonly json: SignedDocumentJson;
} {
  const hash = hashOf({ header, signature });
  const id = documentId('d', hash);
  const json = { ...storedFields(id), d: encodePayload(header), s: encodePayload(signature) };
  return { id, hash, json };
}

function hashOf({ header, signature }: SignedBytes): Uint8Array {
  return hashFor('document-id', header, signature);
}

/** Whether the onion key itself signed, and not a device. */
export function isSignedByOnion(document: Header): boolean {
  return equalBytes(document.author, document.key);
}

function signedBytes(type: string, spaceId: Uint8Array, header: Uint8Array): Uint8Array {
  return concat(domainString(type), spaceId, header);
}

/** The bytes of a stored document, unchecked; for carrying it inside something else. */
export function signedBytesOf(json: SignedDocumentJson): Result<SignedBytes> {
  const header = fromBase64Url(json.d);
  if (!header.ok) return header;
  const signature = fromBase64Url(json.s);
  return signature.ok ? accept({ header: header.value, signature: signature.value }) : signature;
}
