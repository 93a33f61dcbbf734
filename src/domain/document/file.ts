import { concat } from '../bytes.ts';
import type { CborMap } from '../cbor.ts';
import { bytesUpTo, isCount, isHash, listOf, recordOf, textOf, type Check } from '../fields.ts';

/** What a post says of a file: where its chunks are, and the key they are sealed with. */
export interface FileManifest {
  readonly name: string;
  /** Media type as its author claims it: nothing may be run because of it. */
  readonly type: string;
  readonly size: number;
  readonly key: Uint8Array;
  /** The hashes of its chunks' documents, in order. */
  readonly chunks: readonly Uint8Array[];
}

export const fileLimits = {
  /** Content of every chunk but the last. */
  chunkBytes: 65_536,
  files: 8,
  /** Of all files of one body together, 56 MiB: their hashes and the longest text fit in one body. */
  chunks: 896,
  nameCharacters: 120,
  typeCharacters: 100,
} as const;

export function chunkCount(size: number): number {
  return Math.max(1, Math.ceil(size / fileLimits.chunkBytes));
}

const hashBytes = 32;
const isName = textOf(fileLimits.nameCharacters, 1);
const isType = textOf(fileLimits.typeCharacters, 3);

/** A name that is no path, and holds nothing that could hide its ending. */
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const forbidden = /[\u0000-\u001f\u007f/\\\u200e\u200f\u202a-\u202e\u2066-\u2069]|^\.{1,2}$/;
const mediaType = /^[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*$/;

export const isFileName: Check<string> = (value): value is string =>
  isName(value) && !forbidden.test(value);

export const isMediaType: Check<string> = (value): value is string =>
  isType(value) && mediaType.test(value);

const isFields = recordOf({
  n: isFileName,
  t: isMediaType,
  z: isCount,
  k: isHash,
  c: bytesUpTo(fileLimits.chunks * hashBytes),
});

/** `f` of a body: 1 to 8 of `{n, t, z, k, c}`, `c` being the chunks' hashes one after the other. */
export const isFileList: Check<readonly FileFields[]> = (value): value is readonly FileFields[] => {
  if (!listOf(isFields, fileLimits.files)(value) || value.length === 0) return false;
  const chunks = value.reduce((sum, { z }) => sum + chunkCount(z), 0);
  return (
    chunks <= fileLimits.chunks && value.every(({ z, c }) => c.length === chunkCount(z) * hashBytes)
  );
};

type FileFields = typeof isFields extends Check<infer T> ? T : never;

export function manifestFrom({ n, t, z, k, c }: FileFields): FileManifest {
  const chunks = Array.from({ length: c.length / hashBytes }, (_, index) =>
    c.slice(index * hashBytes, (index + 1) * hashBytes),
  );
  return { name: n, type: t, size: z, key: k, chunks };
}

/** As a list of files holds it. */
export function fileFields({ name, type, size, key, chunks }: FileManifest): FileFields & CborMap {
  return { n: name, t: type, z: size, k: key, c: concat(...chunks) };
}
