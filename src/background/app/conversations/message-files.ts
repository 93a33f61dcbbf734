import { fromBase64Url, toBase64Url } from '../../../domain/bytes.ts';
import { decodeCbor, encodeCbor } from '../../../domain/cbor.ts';
import {
  type FileManifest,
  isFileList,
  manifestFrom,
  fileFields,
} from '../../../domain/document/file.ts';
import { decodeFields } from '../../../domain/fields.ts';
import { documentId } from '../../../domain/document/id.ts';
import type { SpaceName } from '../../../domain/space/name.ts';
import { CodedError } from '../../../protocol/codes.ts';
import type { ConversationView } from '../../../protocol/page-calls/conversations.ts';
import type { FilePieces } from '../../../protocol/page-calls/files.ts';
import { firstPiece, plainPlace } from '../files/file-place.ts';
import type { SpaceStores } from '../../../store/ports.ts';
import type { FilePart, Files } from '../files/files.ts';
import type { FriendBook } from '../friends/friend-book.ts';
import type { MessageRecord } from '../records.ts';
import type { Messages } from './messages.ts';

/** As a record keeps them; absent where there are none. */
export function keptFiles(manifests: readonly FileManifest[]): Pick<MessageRecord, 'files'> {
  if (manifests.length === 0) return {};
  return { files: toBase64Url(encodeCbor({ f: manifests.map(fileFields) })) };
}

export function manifestsOf({ files }: Pick<MessageRecord, 'files'>): FileManifest[] {
  if (files === undefined) return [];
  const bytes = fromBase64Url(files);
  const cbor = bytes.ok ? decodeCbor(bytes.value) : bytes;
  const fields = cbor.ok ? decodeFields(cbor.value, { f: isFileList }) : cbor;
  return fields.ok ? fields.value.f.map(manifestFrom) : [];
}

/** The documents that hold what was sent with a message, also of one that was being erased when the browser died. */
export function piecesOf(record: Pick<MessageRecord, 'files' | 'pieces'>): readonly string[] {
  if (record.pieces) return record.pieces;
  return manifestsOf(record).flatMap(({ chunks }) => chunks.map((chunk) => documentId('f', chunk)));
}

/** Where the pieces of its files are: with other keys a conversation goes on in another space, and they don't. */
export function placed(
  record: Pick<MessageRecord, 'files' | 'place'>,
  space: SpaceName,
): Pick<MessageRecord, 'place'> {
  return record.files === undefined ? {} : { place: record.place ?? space };
}

/** Erases the pieces that are in other spaces than this one, where those are still here. */
export async function erasePlaced(
  records: readonly MessageRecord[],
  here: SpaceName | undefined,
  stores: Pick<SpaceStores, 'list'>,
  erase: (space: SpaceName, ids: readonly string[]) => Promise<void>,
): Promise<void> {
  const moved = records.filter(({ place }) => place !== undefined && place !== here);
  if (moved.length === 0) return;
  const there = new Set<string>(await stores.list());
  for (const record of moved) {
    const { place } = record;
    if (place !== undefined && there.has(place)) await erase(place, piecesOf(record));
  }
}

export interface MessageFilesParts {
  readonly book: FriendBook;
  readonly messages: Messages;
  readonly files: Files;
}

/** The files in conversations: pieces in the conversation's space, under keys that only the message holds. */
export class MessageFiles {
  readonly #parts: MessageFilesParts;

  constructor(parts: MessageFilesParts) {
    this.#parts = parts;
  }

  /** Where files of what is said now go. */
  attach<T>(
    address: string,
    attached: readonly string[],
    say: (manifests: readonly FileManifest[]) => Promise<T>,
  ): Promise<T> {
    return this.#parts.files.attach(this.#place(address), attached, say);
  }

  /** The same with how much of each file is here. */
  async seen(view: ConversationView): Promise<ConversationView> {
    const { messages, files } = this.#parts;
    const seen = await Promise.all(
      view.messages.map(async (message) => {
        const record = messages.find(view.address, message.id);
        const manifests = record ? manifestsOf(record) : [];
        if (manifests.length === 0) return message;
        return {
          ...message,
          files: await files.view(this.#place(view.address, record), manifests),
        };
      }),
    );
    return { ...view, messages: seen };
  }

  /** Throws CodedErrors `not-found`, and as `Files.read` does. */
  async read(address: string, message: string, file: number, part: FilePart): Promise<FilePieces> {
    const { record, manifest } = this.#manifest(address, message, file);
    return this.#parts.files.read(this.#place(address, record), manifest, part);
  }

  /** Whose file it is, and the document of its first piece. Throws CodedError `not-found`. */
  fileDocument(address: string, message: string, file: number) {
    const { record, manifest } = this.#manifest(address, message, file);
    return { by: address, document: firstPiece(this.#place(address, record), manifest) };
  }

  #manifest(address: string, message: string, file: number) {
    const record = this.#parts.messages.find(address, message);
    const manifest = record && manifestsOf(record)[file];
    if (!manifest) throw new CodedError('not-found');
    return { record, manifest };
  }

  #place(address: string, record?: MessageRecord) {
    return plainPlace(record?.place ?? this.#parts.book.get(address).conversation.name);
  }
}
