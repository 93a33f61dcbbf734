import { decode, encode, rfc8949EncodeOptions } from 'cborg';
import { equalBytes } from './bytes.ts';
import { accept, refuse, type Result } from './result.ts';

/** What our structures are made of: no floats, no tags, no `undefined`, and text as the only keys. */
export type Cbor = null | boolean | number | string | Uint8Array | readonly Cbor[] | CborMap;

export interface CborMap {
  readonly [key: string]: Cbor;
}

const strict = {
  allowIndefinite: false,
  allowUndefined: false,
  allowBigInt: false,
  allowInfinity: false,
  allowNaN: false,
  rejectDuplicateMapKeys: true,
  strict: true,
} as const;

/** Core deterministic encoding of RFC 8949, section 4.2.1. The bytes are the caller's own. */
export function encodeCbor(value: CborMap): Uint8Array {
  // In Node cborg may give a Buffer: its `slice` shares memory, and its memory is shared with other Buffers.
  return new Uint8Array(encode(value, rfc8949EncodeOptions));
}

/** What the bytes hold, if they are exactly what `encodeCbor` writes for it. */
export function decodeCbor(bytes: Uint8Array): Result<unknown> {
  let value: unknown;
  let again: Uint8Array;
  try {
    value = decode(bytes, strict);
    again = encode(value, rfc8949EncodeOptions);
  } catch {
    return refuse('malformed');
  }
  return equalBytes(bytes, again) ? accept(value) : refuse('not-canonical');
}
