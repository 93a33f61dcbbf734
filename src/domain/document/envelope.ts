import { fromBase64Url, toBase64Url } from '../bytes.ts';
import { decodeFieldsWithOptional, isText, oneOf, recordOf, type Check } from '../fields.ts';
import { accept, refuse, type Result } from '../result.ts';
import { revisionHash, revisionOf, type DocumentId } from './id.ts';

/** What every stored document has; its payload fields are base64url. */
export interface StoredFields {
  readonly _id: DocumentId;
  readonly _rev: string;
  readonly v: 1;
}

export interface SignedDocumentJson extends StoredFields {
  /** The CBOR header. */
  readonly d: string;
  /** The Ed25519 signature. */
  readonly s: string;
}

export interface BodyJson extends StoredFields {
  /** The CBOR body. */
  readonly b: string;
}

export interface SealedJson extends StoredFields {
  /** The ciphertext. */
  readonly c: string;
}

export interface GatedJson extends SealedJson {
  /** The hint of its key. */
  readonly k: string;
  /** The gate MAC. */
  readonly g: string;
}

export type StoredDocument = SignedDocumentJson | BodyJson | SealedJson | GatedJson;

/** The sizes in bytes that each payload field may have at most. */
export type PayloadLimits<F extends string> = Readonly<Record<F, number>>;

export interface Envelope<F extends string> {
  readonly id: string;
  readonly revision: string;
  readonly payload: Readonly<Record<F, Uint8Array>>;
  /** The payload as it is stored, which is the one way to write it. */
  readonly texts: Readonly<Record<F, string>>;
}

const version = 1;

const isPresent: Check<unknown> = (value): value is unknown => value !== undefined;

/** What replication adds to say which revisions came before: none. */
const isRevisions = recordOf({
  start: oneOf(1),
  ids: (value): value is readonly [string] =>
    Array.isArray(value) && value.length === 1 && typeof value[0] === 'string',
});

/** The JSON fields that every document with this id has. */
export function storedFields(id: DocumentId): StoredFields {
  return { _id: id, _rev: revisionOf(id), v: version };
}

export const encodePayload: (bytes: Uint8Array) => string = toBase64Url;

/**
 * The payload of a document as it comes from a database or a peer. Checks everything about the outer
 * JSON except that `_id` is the payload's hash: only these fields, our version, the one revision that
 * follows from `_id`, and canonical base64url within the given sizes. `_revisions`, which replication
 * adds, may be there if it agrees.
 */
export function openEnvelope<F extends string>(
  json: unknown,
  most: PayloadLimits<F>,
): Result<Envelope<F>> {
  const names = Object.keys(most);
  const fields = decodeFieldsWithOptional<
    Record<string, Check<unknown>>,
    { _revisions: Check<unknown> }
  >(
    json,
    {
      _id: isText,
      _rev: isText,
      v: isPresent,
      ...Object.fromEntries(names.map((name) => [name, isText])),
    },
    { _revisions: isPresent },
  );
  if (!fields.ok) return fields;
  const { _id: id, _rev: revision, _revisions: revisions, v } = fields.value;
  if (v !== version) return refuse('wrong-version');
  if (!isText(id) || revision !== revisionOf(id) || !agrees(revisions, id)) {
    return refuse('wrong-revision');
  }
  const payload: Record<string, Uint8Array> = {};
  const texts: Record<string, string> = {};
  for (const name of names) {
    const text = fields.value[name];
    if (!isText(text)) return refuse('malformed');
    const decoded = decodePayload(text, most[name as F]);
    if (!decoded.ok) return decoded;
    payload[name] = decoded.value;
    texts[name] = text;
  }
  // The loop has just set every one of these names.
  return accept({
    id,
    revision,
    payload: payload as Record<F, Uint8Array>,
    texts: texts as Record<F, string>,
  });
}

function agrees(revisions: unknown, id: string): boolean {
  if (revisions === undefined) return true;
  return isRevisions(revisions) && revisions.ids[0] === revisionHash(id);
}

function decodePayload(text: string, most: number): Result<Uint8Array> {
  // Before decoding: base64url has four characters for three bytes.
  return text.length > Math.ceil((most * 4) / 3) ? refuse('too-large') : fromBase64Url(text);
}
