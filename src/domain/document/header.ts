import { decodeCbor, encodeCbor, type CborMap } from '../cbor.ts';
import {
  bytesOf,
  decodeFieldsWithOptional,
  isCount,
  isHash,
  isMap,
  isText,
  isTime,
  listOf,
  nullOr,
  type Check,
} from '../fields.ts';
import { limits } from '../limits.ts';
import { accept, refuse, type Result } from '../result.ts';

/** What is signed. Lists and hashes are of 32 bytes each. */
export interface Header {
  readonly type: string;
  /** The author's onion public key. */
  readonly author: Uint8Array;
  /** The Ed25519 key that signs: the onion key itself, or one of the author's device keys. */
  readonly key: Uint8Array;
  /** The document's place in the chain of this author's key in this space, from 0. */
  readonly seq: number;
  /** Hash of the document before it in that chain. */
  readonly prev: Uint8Array | null;
  /** Hashes of the documents it answers or builds on. */
  readonly parents: readonly Uint8Array[];
  /** Milliseconds since 1970, as the author claims. */
  readonly time: number;
  /** Hash of its body. */
  readonly body?: Uint8Array;
  /** What the type itself holds. */
  readonly content?: CborMap;
}

const isContent = isMap as Check<CborMap>;

export function encodeHeader(header: Header): Uint8Array {
  return encodeCbor({
    t: header.type,
    a: header.author,
    k: header.key,
    n: header.seq,
    p: header.prev,
    r: header.parents,
    m: header.time,
    ...(header.body === undefined ? {} : { b: header.body }),
    ...(header.content === undefined ? {} : { x: header.content }),
  });
}

export function decodeHeader(bytes: Uint8Array): Result<Header> {
  const cbor = decodeCbor(bytes);
  if (!cbor.ok) return cbor;
  const fields = decodeFieldsWithOptional(
    cbor.value,
    {
      t: isText,
      a: bytesOf(32),
      k: bytesOf(32),
      n: isCount,
      p: nullOr(isHash),
      r: listOf(isHash, limits.parents),
      m: isTime,
    },
    { b: isHash, x: isContent },
  );
  if (!fields.ok) return fields;
  const { t, a, k, n, p, r, m, b, x } = fields.value;
  // A first document has nothing before it, and every other has something.
  if ((n === 0) !== (p === null)) return refuse('malformed');
  return accept({
    type: t,
    author: a,
    key: k,
    seq: n,
    prev: p,
    parents: r,
    time: m,
    ...(b === undefined ? {} : { body: b }),
    ...(x === undefined ? {} : { content: x }),
  });
}
