import type { OnionAddress } from '../../../domain/address.ts';
import type { DocumentId } from '../../../domain/document/id.ts';
import { CodedError } from '../../../protocol/codes.ts';
import type { FilePieces } from '../../../protocol/page-calls/files.ts';
import { firstPiece } from '../files/file-place.ts';
import type { FilePart, Files } from '../files/files.ts';
import type { OpenSpace, SpacePost } from '../spaces/open-space.ts';

/** Which of a post's files. */
export interface PostFile {
  readonly space: string;
  readonly post: string;
  readonly file: number;
}

/** The files that go with posts. Everything throws CodedError `not-found` where there is no such file. */
export class PostFiles {
  readonly #files: Pick<Files, 'read'>;
  readonly #find: (space: string, post: string) => { space: OpenSpace; post: SpacePost };

  constructor(
    files: Pick<Files, 'read'>,
    find: (space: string, post: string) => { space: OpenSpace; post: SpacePost },
  ) {
    this.#files = files;
    this.#find = find;
  }

  /** Some pieces of it. Throws CodedErrors as `Files.read` does, too. */
  async read(which: PostFile, part: FilePart): Promise<FilePieces> {
    const { space, manifest } = await this.#manifest(which);
    return this.#files.read(space.filePlace, manifest, part);
  }

  /** Whose it is, and the document of its first piece. */
  async document(which: PostFile): Promise<{ by: OnionAddress; document: DocumentId }> {
    const { space, post, manifest } = await this.#manifest(which);
    return { by: space.authorOf(post), document: firstPiece(space.filePlace, manifest) };
  }

  async #manifest({ space: name, post: id, file }: PostFile) {
    const { space, post } = this.#find(name, id);
    const manifest = (await space.body(post))?.files[file];
    if (!manifest) throw new CodedError('not-found');
    return { space, post, manifest };
  }
}
