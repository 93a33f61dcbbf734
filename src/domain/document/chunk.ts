import { concat, equalBytes } from '../bytes.ts';
import { domainString, hashFor } from '../hash.ts';
import { paddedLength } from '../padding.ts';
import { accept, refuse, type Result } from '../result.ts';
import { xchachaOpen, xchachaSeal, type Random } from '../sodium.ts';
import { encodePayload, openEnvelope, storedFields, type SealedJson } from './envelope.ts';
import {
  chunkCount,
  fileLimits,
  type FileManifest,
  noWords,
  type PictureWords,
  pictureWords,
} from './file.ts';
import { documentId, type DocumentId } from './id.ts';

/**
 * One piece of a file, sealed under the file's own key, which only the post's body holds. Erasing the
 * body closes the chunks wherever they are. Here as public spaces store it; see `gated.ts` for others.
 */
export interface Chunk {
  readonly id: DocumentId;
  /** By which the manifest names it. */
  readonly hash: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly json: SealedJson;
}

const tagBytes = 16;
const mostBytes = fileLimits.chunkBytes + tagBytes;

/** What is in piece `index` of a file of this size; behind its content comes its small version. */
function chunkSpan(
  { size, preview = 0 }: Pick<FileManifest, 'size' | 'preview'>,
  index: number,
): { from: number; to: number } {
  if (index >= chunkCount(size)) return { from: 0, to: preview };
  const from = index * fileLimits.chunkBytes;
  return { from, to: Math.min(size, from + fileLimits.chunkBytes) };
}

/** Seals piece `index`. Never twice with one key and index: a changed file has a new key. */
export function sealChunk(
  { spaceId, key, index }: { spaceId: Uint8Array; key: Uint8Array; index: number },
  content: Uint8Array,
): Uint8Array {
  const padded = new Uint8Array(paddedLength(content.length));
  padded.set(content);
  return xchachaSeal(cipherOf(spaceId, key, index), padded);
}

export function wrapChunk(spaceId: Uint8Array, ciphertext: Uint8Array): Chunk {
  const hash = hashFor('chunk', spaceId, ciphertext);
  const id = documentId('f', hash);
  return { id, hash, ciphertext, json: { ...storedFields(id), c: encodePayload(ciphertext) } };
}

export function unwrapChunk(json: unknown, spaceId: Uint8Array): Result<Chunk> {
  const envelope = openEnvelope(json, { c: mostBytes });
  if (!envelope.ok) return envelope;
  const chunk = wrapChunk(spaceId, envelope.value.payload.c);
  return envelope.value.id === chunk.id ? accept(chunk) : refuse('wrong-id');
}

export interface FileMade {
  readonly manifest: FileManifest;
  readonly chunks: readonly Chunk[];
}

/** A file with its name and its media type. */
export interface FileToSeal extends PictureWords {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
  /** A small version of it, of one piece at most. */
  readonly preview?: Uint8Array;
}

/** A file's pieces, and its manifest but for their names. Refuses what no manifest may hold (`too-large`). */
export function cutFile(
  { name, type, bytes, preview, ...words }: FileToSeal,
  spaceId: Uint8Array,
  random: Random,
): Result<{
  readonly manifest: Omit<FileManifest, 'chunks'>;
  readonly ciphertexts: readonly Uint8Array[];
}> {
  const size = bytes.length;
  const isTooMuch = chunkCount(size) + (preview ? 1 : 0) > fileLimits.chunks;
  if (isTooMuch || (preview?.length ?? 0) > fileLimits.chunkBytes) return refuse('too-large');
  const key = random(32);
  const ciphertexts = Array.from({ length: chunkCount(size) }, (_, index) => {
    const { from, to } = chunkSpan({ size }, index);
    return sealChunk({ spaceId, key, index }, bytes.subarray(from, to));
  });
  if (preview) ciphertexts.push(sealChunk({ spaceId, key, index: chunkCount(size) }, preview));
  const small = preview ? { preview: preview.length } : {};
  return accept({
    manifest: { name, type, size, key, ...pictureWords({ ...noWords, ...words }), ...small },
    ciphertexts,
  });
}

/** A file in a public space. */
export function makeFile(file: FileToSeal, spaceId: Uint8Array, random: Random): Result<FileMade> {
  const cut = cutFile(file, spaceId, random);
  if (!cut.ok) return cut;
  const chunks = cut.value.ciphertexts.map((ciphertext) => wrapChunk(spaceId, ciphertext));
  return accept({
    manifest: { ...cut.value.manifest, chunks: chunks.map(({ hash }) => hash) },
    chunks,
  });
}

/**
 * The content of piece `index` from a chunk's ciphertext and the hash it goes by. `wrong-id` for another
 * chunk than the manifest names there, `undecryptable` or `not-canonical` for what its author never
 * made right.
 */
export function openChunk(
  manifest: FileManifest,
  index: number,
  chunk: Pick<Chunk, 'hash' | 'ciphertext'>,
  spaceId: Uint8Array,
): Result<Uint8Array> {
  const named = manifest.chunks[index];
  if (named === undefined || !equalBytes(named, chunk.hash)) return refuse('wrong-id');
  const { from, to } = chunkSpan(manifest, index);
  const padded = xchachaOpen(cipherOf(spaceId, manifest.key, index), chunk.ciphertext);
  if (padded === undefined) return refuse('undecryptable');
  const content = padded.subarray(0, to - from);
  const isPadded = padded.length === paddedLength(to - from);
  return isPadded && padded.subarray(to - from).every((byte) => byte === 0)
    ? accept(content)
    : refuse('not-canonical');
}

/** A whole file from all its chunks, in order. */
export function joinFile(
  manifest: FileManifest,
  chunks: readonly Pick<Chunk, 'hash' | 'ciphertext'>[],
  spaceId: Uint8Array,
): Result<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for (let index = 0; index < chunkCount(manifest.size); index += 1) {
    const chunk = chunks[index];
    if (chunk === undefined) return refuse('malformed');
    const piece = openChunk(manifest, index, chunk, spaceId);
    if (!piece.ok) return piece;
    pieces.push(piece.value);
  }
  return accept(concat(...pieces));
}

const nonceBytes = 24;

function cipherOf(spaceId: Uint8Array, key: Uint8Array, index: number) {
  const nonce = new Uint8Array(nonceBytes);
  new DataView(nonce.buffer).setUint32(nonceBytes - 4, index);
  return { key, nonce, associated: concat(domainString('chunk'), spaceId) };
}
