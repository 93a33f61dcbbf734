import * as v from 'valibot';
import { toBase32 } from '../../../domain/bytes.ts';
import { openChunk } from '../../../domain/document/chunk.ts';
import {
  chunkCount,
  type FileManifest,
  noWords,
  pictureWords,
} from '../../../domain/document/file.ts';
import { spaceIdFromName, type SpaceName } from '../../../domain/space/name.ts';
import { CodedError } from '../../../protocol/codes.ts';
import type { FileView } from '../../../protocol/page-calls/files.ts';
import { putDocuments, readDocuments } from '../../../store/documents.ts';
import type { Context } from '../context.ts';
import { decodeRecord, spaceField } from '../records.ts';
import type { FilePlace } from './file-place.ts';
import { HeldFiles } from './held-files.ts';

/** Which part of a file is asked for: from this piece on, or its small version. */
export interface FilePart {
  readonly from: number;
  readonly preview?: boolean | undefined;
}

export interface FilesParts {
  /** Erases documents of a space for good, here and at the host. */
  readonly erase: (space: SpaceName, ids: readonly string[]) => Promise<void>;
}

/** Pieces that are being stored for something not said yet. Kept as `attaching/<random>` until it is. */
const attachingRecord = v.strictObject({ space: spaceField, ids: v.array(v.string()) });
const prefix = 'attaching/';

/** Pieces that are read at once, about half a megabyte. */
const piecesAtOnce = 8;
/** Documents that are erased at once. */
const erasedAtOnce = 200;

/** Files in posts and messages: sealed in pieces that replicate like everything else, one by one. */
export class Files {
  readonly held: HeldFiles;
  readonly #context: Context;
  readonly #parts: FilesParts;
  /** Where files on their way have been shown. */
  readonly #awaited = new Set<string>();

  constructor(context: Context, parts: FilesParts) {
    this.#context = context;
    this.#parts = parts;
    this.held = new HeldFiles(context);
  }

  /** What was stored for something that was never said, because the browser died, goes. */
  async finish(): Promise<void> {
    for (const [name, value] of this.#context.vault.entries(prefix)) {
      const record = decodeRecord(attachingRecord, value);
      if (record) await this.eraseDocuments(record.space, record.ids);
      await this.#context.vault.remove(name);
    }
  }

  /**
   * Stores these held files' pieces, says what goes with them by `say`, and lets go of them. Where
   * saying fails nothing stays, and the page can try again. Throws CodedErrors as `HeldFiles.whole` does.
   */
  async attach<T>(
    place: FilePlace,
    ids: readonly string[],
    say: (manifests: readonly FileManifest[]) => Promise<T>,
  ): Promise<T> {
    if (ids.length === 0) return say([]);
    const sealed = this.held.whole(ids).map((file) => {
      const made = place.seal(file, this.#context.random);
      if (made.ok) return made.value;
      throw new CodedError(made.code === 'too-large' ? 'file-too-large' : 'not-ready');
    });
    const documents = sealed.flatMap((file) => file.documents);
    const record = { space: place.name, ids: documents.map(({ _id }) => _id) };
    const name = `${prefix}${toBase32(this.#context.random(10))}`;
    const { vault, stores } = this.#context;
    await vault.put(name, record);
    try {
      await putDocuments(await stores.open(place.name), documents);
      const said = await say(sealed.map(({ manifest }) => manifest));
      this.held.drop(ids);
      await vault.remove(name);
      return said;
    } catch (error) {
      await this.eraseDocuments(place.name, record.ids);
      await vault.remove(name);
      throw error;
    }
  }

  /** As pages show them, with how much of each is here. */
  async view(place: FilePlace, manifests: readonly FileManifest[]): Promise<FileView[]> {
    if (manifests.length === 0) return [];
    const database = await this.#context.stores.open(place.name);
    const keys = this.documentsOf(place, manifests);
    const { rows } = await database.allDocs({ keys });
    const here = new Set(rows.flatMap((row) => ('id' in row && !row.value.deleted ? row.id : [])));
    return manifests.map((manifest) => {
      const { name, type, size, chunks, preview } = manifest;
      const count = chunkCount(size);
      const isHere = chunks.map((chunk) => here.has(place.idOf(chunk)));
      const there = isHere.slice(0, count).filter(Boolean).length;
      if (isHere.includes(false)) this.#awaited.add(place.name);
      return {
        name,
        type,
        size,
        here: there / count,
        ...pictureWords({ ...noWords, ...manifest }),
        ...(preview !== undefined && isHere[count] === true ? { preview: true } : {}),
      };
    });
  }

  /** Something came to this space: who was shown a file on its way asks again. */
  arrived(space: string): void {
    if (this.#awaited.delete(space)) this.#context.changed('feed', 'conversation');
  }

  /**
   * The bytes of some pieces from this one on. Throws CodedErrors `file-missing` while they have not come,
   * `file-damaged` for what its author never made right.
   */
  async read(
    place: FilePlace,
    manifest: FileManifest,
    { from, preview = false }: FilePart,
  ): Promise<{ pieces: Uint8Array[]; next: number; of: number }> {
    const spaceId = spaceIdFromName(place.name);
    const count = chunkCount(manifest.size);
    const first = preview ? count : from;
    const end = preview ? count + 1 : Math.min(count, from + piecesAtOnce);
    const wanted = manifest.chunks.slice(first, end);
    const database = await this.#context.stores.open(place.name);
    const documents = await readDocuments(database, wanted.map(place.idOf));
    const byId = new Map(documents.map((document) => [document._id, document]));
    const pieces = wanted.map((chunk, offset) => {
      const document = byId.get(place.idOf(chunk));
      if (!document) throw new CodedError('file-missing');
      const opened = place.open(document);
      const piece = opened.ok && openChunk(manifest, first + offset, opened.value, spaceId);
      if (!piece || !piece.ok) {
        this.#context.refused('file-damaged', { document: document._id });
        throw new CodedError('file-damaged');
      }
      return piece.value;
    });
    return preview ? { pieces, next: 1, of: 1 } : { pieces, next: from + pieces.length, of: count };
  }

  /** The stored documents that hold these files. */
  documentsOf(place: FilePlace, manifests: readonly FileManifest[]): string[] {
    return manifests.flatMap(({ chunks }) => chunks.map(place.idOf));
  }

  async eraseDocuments(space: SpaceName, ids: readonly string[]): Promise<void> {
    for (let at = 0; at < ids.length; at += erasedAtOnce) {
      await this.#parts.erase(space, ids.slice(at, at + erasedAtOnce));
    }
  }
}
