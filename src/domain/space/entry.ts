import { toHex } from '../bytes.ts';
import type { SignedDocument } from '../document/signed.ts';
import { nameOf, personOf, type OperationName, type PersonKey } from '../membership/operation.ts';
import { accept, refuse, type Result } from '../result.ts';
import { decodePointing, decodeReaction } from '../types/pointing-content.ts';
import type { ChainLink } from './chains.ts';

/** A document's hash in hex, by which others name it. */
export type EntryName = OperationName;

interface Written extends ChainLink {
  readonly name: EntryName;
  readonly author: PersonKey;
  /** Milliseconds since 1970, as the author claims. */
  readonly time: number;
  readonly parents: readonly EntryName[];
}

export interface PostEntry extends Written {
  readonly kind: 'post';
  readonly bodyHash: Uint8Array;
}

export interface EditEntry extends Written {
  readonly kind: 'edit';
  readonly target: EntryName;
  readonly bodyHash: Uint8Array;
}

export interface RetractionEntry extends Written {
  readonly kind: 'retraction';
  readonly target: EntryName;
}

export interface ReactionEntry extends Written {
  readonly kind: 'reaction';
  readonly target: EntryName;
  readonly sign: string;
}

/** What people write in a space: a post, or what points at one. */
export type Entry = PostEntry | EditEntry | RetractionEntry | ReactionEntry;

export type Pointing = Exclude<Entry, PostEntry>;

/** The entry that an opened document is; `wrong-door` for documents of other types. */
export function readEntry(document: SignedDocument): Result<Entry> {
  const { type, body, content } = document;
  const written = writtenFrom(document);
  if (type === 'post' && body !== undefined) {
    return accept({ ...written, kind: type, bodyHash: body });
  }
  if (type === 'reaction') {
    const reaction = decodeReaction(content);
    if (!reaction.ok) return reaction;
    const { p, e } = reaction.value;
    return accept({ ...written, kind: type, target: nameOf(p), sign: e });
  }
  if (type !== 'edit' && type !== 'retraction') return refuse('wrong-door');
  const pointing = decodePointing(content);
  if (!pointing.ok) return pointing;
  const target = nameOf(pointing.value.p);
  if (type === 'retraction') return accept({ ...written, kind: type, target });
  return body === undefined
    ? refuse('malformed')
    : accept({ ...written, kind: type, target, bodyHash: body });
}

function writtenFrom(document: SignedDocument): Written {
  const { id, hash, author, key, seq, prev, time, parents } = document;
  return {
    id,
    hash,
    name: nameOf(hash),
    author: personOf(author),
    key: toHex(key),
    seq,
    prev,
    time,
    parents: parents.map(nameOf),
  };
}
