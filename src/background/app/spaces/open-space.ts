import type { OnionAddress } from '../../../domain/address.ts';
import type { BodyContent } from '../../../domain/document/body-content.ts';
import type { FilePlace } from '../files/file-place.ts';
import type { DocumentId } from '../../../domain/document/id.ts';
import type { Refusal } from '../../../domain/refusal.ts';
import type { PostWording, ShownPost } from '../../../domain/space/discussion.ts';
import type { Gap } from '../../../domain/space/gaps.ts';
import type { SpaceName } from '../../../domain/space/name.ts';
import type { Saying } from '../../../domain/types/saying.ts';
import type { SpaceKind } from '../../../protocol/page-calls/feed.ts';
import type { StoredDocument } from '../../../store/ports.ts';

/** A post that counts and is not taken back. */
export interface SpacePost extends ShownPost {
  readonly wording: PostWording;
}

/** What was written here: stored and durable, and to be brought to whoever shares the space. */
export interface Written {
  /** Of the header. */
  readonly id: DocumentId;
  readonly documents: readonly StoredDocument[];
}

/**
 * A space whose posts are read here, and written if that is our right. Each kind has its own way of
 * telling what counts; the feed and the pages don't ask which.
 */
export interface OpenSpace {
  readonly name: SpaceName;
  readonly kind: SpaceKind;
  /** As its charter or its owner's profile says; empty until that is here. */
  readonly title: string;
  /** Reads on where it was left. Whether anything that counts has come or gone. */
  read(): Promise<boolean>;
  /** In no order; the objects stay the same as long as nothing was said of the post. */
  readonly posts: ReadonlyMap<DocumentId, SpacePost>;
  /** Whose post it is: where its author is now, also if they wrote it at an address they have left. */
  authorOf(post: SpacePost): OnionAddress;
  /** What the post says; `undefined` while that is on its way, or erased. */
  body(post: SpacePost): Promise<BodyContent | undefined>;
  /** The stored documents that hold it, where they are known. */
  bodyDocuments(post: SpacePost): readonly DocumentId[];
  /** How the files of its posts lie here. */
  readonly filePlace: FilePlace;
  /** On how many other people's machines a post of ours should arrive. */
  readonly audience: number;
  /** Documents refused for good, by id, for diagnostics. */
  readonly refused: ReadonlyMap<string, Refusal>;
  /** What is wrong with the chains of those who write here, by post. Absent where nobody can tell. */
  gaps?(): ReadonlyMap<DocumentId, Gap>;
  /** Whether we may write here now. */
  readonly mayWrite: boolean;
  /** Bodies of posts that were taken back: to be erased, where they are here. */
  readonly purge: Iterable<DocumentId>;
  /** Absent where we only read. Throws CodedError `text-too-long`, and what writing to the database does. */
  readonly write?: ((saying: Saying) => Promise<Written>) | undefined;
}
