import { compareBytes } from '../bytes.ts';
import { decodeCbor, encodeCbor } from '../cbor.ts';
import { decodeFieldsWithOptional, isHash, listOf, textOf, type Check } from '../fields.ts';
import { limits } from '../limits.ts';
import { accept, type Result } from '../result.ts';
import { isFileList, manifestFrom, fileFields, type FileManifest } from './file.ts';

/** What a post says. */
export interface BodyContent {
  readonly text: string;
  readonly title?: string;
  /** The onion keys of people it speaks of. */
  readonly mentions: readonly Uint8Array[];
  readonly files: readonly FileManifest[];
}

const isHashes = listOf(isHash, limits.mentions);

/** In strictly rising order, so that one set is written in one way. */
const areMentions: Check<readonly Uint8Array[]> = (value): value is readonly Uint8Array[] =>
  isHashes(value) &&
  value.length > 0 &&
  value.every((key, index) => {
    const before = value[index - 1];
    return before === undefined || compareBytes(before, key) < 0;
  });

/** CBOR `{s: salt, t: text}`, and if there are any `h`: title, `m`: mentions, `f`: files. */
export function encodeBody(salt: Uint8Array, content: BodyContent): Uint8Array {
  const { text, title, mentions, files } = content;
  return encodeCbor({
    s: salt,
    t: text,
    ...(title === undefined ? {} : { h: title }),
    ...(mentions.length === 0 ? {} : { m: mentions.toSorted(compareBytes) }),
    ...(files.length === 0 ? {} : { f: files.map(fileFields) }),
  });
}

export function decodeBody(bytes: Uint8Array): Result<BodyContent> {
  const cbor = decodeCbor(bytes);
  if (!cbor.ok) return cbor;
  const fields = decodeFieldsWithOptional(
    cbor.value,
    { s: isHash, t: textOf(limits.postCharacters) },
    { h: textOf(limits.titleCharacters, 1), m: areMentions, f: isFileList },
  );
  if (!fields.ok) return fields;
  const { t: text, h: title, m: mentions = [], f: files = [] } = fields.value;
  return accept({
    text,
    ...(title === undefined ? {} : { title }),
    mentions,
    files: files.map(manifestFrom),
  });
}
