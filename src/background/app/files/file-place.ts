import type { Chunk, FileToSeal } from '../../../domain/document/chunk.ts';
import { makeFile, unwrapChunk } from '../../../domain/document/chunk.ts';
import type { FileManifest } from '../../../domain/document/file.ts';
import { unwrapGated } from '../../../domain/document/gated.ts';
import { documentId, type DocumentId } from '../../../domain/document/id.ts';
import { openSealedBody } from '../../../domain/forum/sealed-body.ts';
import type { ForumState } from '../../../domain/forum/state.ts';
import { piecesOf } from '../../../domain/space/judge-brought.ts';
import { sealFile } from '../../../domain/forum/write.ts';
import type { PrivateForum } from '../../../domain/forum/view.ts';
import type { Result } from '../../../domain/result.ts';
import type { Random } from '../../../domain/sodium.ts';
import { spaceIdFromName, type SpaceName } from '../../../domain/space/name.ts';
import type { StoredDocument } from '../../../store/ports.ts';
import { stored } from '../self/own-spaces.ts';

export interface SealedFile {
  readonly manifest: FileManifest;
  readonly documents: readonly StoredDocument[];
}

/** How the pieces of files lie in one space. */
export interface FilePlace {
  readonly name: SpaceName;
  /** Refuses `too-large`, and `unknown-epoch` where we may not write. */
  seal(file: FileToSeal, random: Random): Result<SealedFile>;
  readonly idOf: (chunk: Uint8Array) => DocumentId;
  open(json: unknown): Result<Pick<Chunk, 'hash' | 'ciphertext'>>;
  /** The pieces of files that these bodies name, as far as we can open them. */
  named(bodies: readonly StoredDocument[]): DocumentId[];
}

/** The document that stands for a whole file, where one is counted. */
export function firstPiece(
  { idOf }: Pick<FilePlace, 'idOf'>,
  { chunks: [first] }: FileManifest,
): DocumentId {
  if (first === undefined) throw new TypeError('a file has at least one piece');
  return idOf(first);
}

/** Public spaces, and conversations: a piece shows that it is one, and nothing else. */
export function plainPlace(name: SpaceName): FilePlace {
  const spaceId = spaceIdFromName(name);
  return {
    name,
    seal(file, random) {
      const made = makeFile(file, spaceId, random);
      if (!made.ok) return made;
      const { manifest, chunks } = made.value;
      return { ok: true, value: { manifest, documents: chunks.map(({ json }) => stored(json)) } };
    },
    idOf: (chunk) => documentId('f', chunk),
    open: (json) => unwrapChunk(json, spaceId),
    named: (bodies) => bodies.flatMap((body) => piecesOf(body, spaceId)),
  };
}

/** Spaces with members: a piece is a sealed document like any other. */
export function sealedPlace(name: SpaceName, forum: () => PrivateForum): FilePlace {
  const spaceId = spaceIdFromName(name);
  return {
    name,
    seal(file, random) {
      const made = sealFile(forum(), file, random);
      if (!made.ok) return made;
      const { manifest, documents } = made.value;
      return {
        ok: true,
        value: { manifest, documents: documents.map(({ json }) => stored(json)) },
      };
    },
    idOf: (chunk) => documentId('e', chunk),
    open: (json) => unwrapGated(json, spaceId),
    named: (bodies) => sealedPieces(forum().state, bodies),
  };
}

function sealedPieces(
  { bodies: places, entries, space }: ForumState,
  bodies: readonly StoredDocument[],
): DocumentId[] {
  const byId = new Map(bodies.map((body) => [body._id, body]));
  const pieces: DocumentId[] = [];
  for (const [name, place] of places) {
    const document = byId.get(documentId('e', place.hash));
    const entry = entries.get(name);
    if (!document || !entry || !('bodyHash' in entry)) continue;
    const body = openSealedBody(document, { spaceId: space.id, place, bodyHash: entry.bodyHash });
    if (!body.ok) continue;
    for (const { chunks } of body.value.files) {
      pieces.push(...chunks.map((chunk) => documentId('e', chunk)));
    }
  }
  return pieces;
}
