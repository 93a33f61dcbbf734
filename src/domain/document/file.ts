import { concat } from '../bytes.ts';
import type { CborMap } from '../cbor.ts';
import {
  bytesUpTo,
  decodeFieldsWithOptional,
  isCount,
  isHash,
  listOf,
  textOf,
  type Check,
} from '../fields.ts';

/** What its author says of a picture, so that a page can leave room for it and say what is in it. */
export interface PictureWords {
  /** For who doesn't see it. */
  readonly description?: string;
  /** Pixels; both or neither. */
  readonly width?: number;
  readonly height?: number;
}

/** What a post says of a file: where its chunks are, and the key they are sealed with. */
export interface FileManifest extends PictureWords {
  readonly name: string;
  /** Media type as its author claims it: nothing may be run because of it. */
  readonly type: string;
  readonly size: number;
  readonly key: Uint8Array;
  /** Bytes of a small version of it, which is one chunk more. */
  readonly preview?: number;
  /** The hashes of its chunks' documents, in order; the last is that of the small version, if there is one. */
  readonly chunks: readonly Uint8Array[];
}

export const fileLimits = {
  /** Content of every chunk but the last. */
  chunkBytes: 65_536,
  files: 8,
  /** Of all files of one body together, 52 MiB: their hashes and the longest texts fit in one body. */
  chunks: 832,
  nameCharacters: 120,
  typeCharacters: 100,
  descriptionCharacters: 160,
  /** Of either side. */
  pixels: 65_535,
} as const;

/** How many pieces the content of a file of this size has. */
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

// A type, not an interface: as such it may be a CBOR map.
type FileFields = {
  readonly n: string;
  readonly t: string;
  readonly z: number;
  readonly k: Uint8Array;
  readonly c: Uint8Array;
  readonly d?: string;
  readonly w?: number;
  readonly h?: number;
  readonly p?: number;
};

const upTo =
  (most: number): Check<number> =>
  (value): value is number =>
    isCount(value) && value >= 1 && value <= most;

export const isDescription = textOf(fileLimits.descriptionCharacters, 1);
const isSide = upTo(fileLimits.pixels);
const isPreview = upTo(fileLimits.chunkBytes);

const isFields: Check<FileFields> = (value): value is FileFields => {
  const fields = decodeFieldsWithOptional(
    value,
    {
      n: isFileName,
      t: isMediaType,
      z: isCount,
      k: isHash,
      c: bytesUpTo(fileLimits.chunks * hashBytes),
    },
    { d: isDescription, w: isSide, h: isSide, p: isPreview },
  );
  if (!fields.ok) return false;
  const { z, c, w, h, p } = fields.value;
  const pieces = chunkCount(z) + (p === undefined ? 0 : 1);
  return c.length === pieces * hashBytes && (w === undefined) === (h === undefined);
};

/**
 * `f` of a body: 1 to 8 of `{n, t, z, k, c}`, `c` being the chunks' hashes one after the other; of a picture also
 * `d`: what is in it, `w` and `h`: its size, `p`: the bytes of its small version.
 */
export const isFileList: Check<readonly FileFields[]> = (value): value is readonly FileFields[] => {
  if (!listOf(isFields, fileLimits.files)(value) || value.length === 0) return false;
  const bytes = value.reduce((sum, { c }) => sum + c.length, 0);
  return bytes <= fileLimits.chunks * hashBytes;
};

export function manifestFrom({ n, t, z, k, c, d, w, h, p }: FileFields): FileManifest {
  const chunks = Array.from({ length: c.length / hashBytes }, (_, index) =>
    c.slice(index * hashBytes, (index + 1) * hashBytes),
  );
  return {
    name: n,
    type: t,
    size: z,
    key: k,
    ...pictureWords({ description: d, width: w, height: h }),
    ...(p === undefined ? {} : { preview: p }),
    chunks,
  };
}

/** As a list of files holds it. */
export function fileFields(manifest: FileManifest): FileFields & CborMap {
  const { name, type, size, key, chunks, description, width, height, preview } = manifest;
  return {
    n: name,
    t: type,
    z: size,
    k: key,
    c: concat(...chunks),
    ...(description === undefined ? {} : { d: description }),
    ...(width === undefined || height === undefined ? {} : { w: width, h: height }),
    ...(preview === undefined ? {} : { p: preview }),
  };
}

export const noWords = { description: undefined, width: undefined, height: undefined };

/** Only what there is of it. */
export function pictureWords(words: {
  readonly [name in keyof PictureWords]: PictureWords[name] | undefined;
}): PictureWords {
  const { description, width, height } = words;
  return {
    ...(description === undefined ? {} : { description }),
    ...(width === undefined || height === undefined ? {} : { width, height }),
  };
}
