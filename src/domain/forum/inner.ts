import { decodeCbor, encodeCbor } from '../cbor.ts';
import { bytesOf, bytesUpTo, decodeFieldsWithOptional, isHash, recordOf } from '../fields.ts';
import {
  assembleSigned,
  openSignedDocument,
  signedBytesOf,
  type SignedDocument,
} from '../document/signed.ts';
import { limits } from '../limits.ts';
import { accept, refuse, type Result } from '../result.ts';

/** Where a sealed document's body is, and what opens it. */
export interface BodyPlace {
  /** By which the gated document that holds it goes. */
  readonly hash: Uint8Array;
  readonly key: Uint8Array;
}

/** What is inside a sealed document of a space with members. */
export interface Inner {
  readonly document: SignedDocument;
  readonly body?: BodyPlace;
}

/** CBOR `{d: header, s: signature}`, with `b: {i, k}` exactly if the header names a body. */
export function encodeInner({ document, body }: Inner): Uint8Array {
  const bytes = signedBytesOf(document.json);
  if (!bytes.ok) throw new TypeError('a signed document was made without bytes');
  const { header: d, signature: s } = bytes.value;
  return encodeCbor({ d, s, ...(body === undefined ? {} : { b: { i: body.hash, k: body.key } }) });
}

export function decodeInner(bytes: Uint8Array, spaceId: Uint8Array): Result<Inner> {
  const cbor = decodeCbor(bytes);
  if (!cbor.ok) return cbor;
  const fields = decodeFieldsWithOptional(
    cbor.value,
    { d: bytesUpTo(limits.headerBytes), s: bytesOf(64) },
    { b: recordOf({ i: isHash, k: isHash }) },
  );
  if (!fields.ok) return fields;
  const { d: header, s: signature, b } = fields.value;
  const { json } = assembleSigned({ header, signature });
  const opened = openSignedDocument(json, spaceId);
  if (!opened.ok) return opened;
  const document = opened.value;
  if ((document.body === undefined) !== (b === undefined)) return refuse('malformed');
  return accept(b === undefined ? { document } : { document, body: { hash: b.i, key: b.k } });
}
