import type {
  Charter,
  ProjectBlogCharter,
  SealedCharter,
} from '../../../domain/space/charter-content.ts';
import { isSealedCharter } from '../../../domain/space/charter-content.ts';
import { decodeCharter } from '../../../domain/space/charter-bytes.ts';
import { type CharteredSpace, spaceOf } from '../../../domain/space/charter.ts';
import type { AuthorsBlog } from './authors-blog.ts';
import type { ForumMemory } from './forum-memory.ts';
import type { SealedSpace } from './sealed-space.ts';

/** A space whose members are decided on, sealed or in the clear. */
export type MemberSpace = SealedSpace | AuthorsBlog;

export type MemberCharter = SealedCharter | ProjectBlogCharter;

/** A space that is kept here, with what the vault holds of it. */
export interface KeptSpace<Kept extends MemberSpace = MemberSpace> {
  readonly space: Kept;
  readonly memory: ForumMemory;
}

export function hasMembers(charter: Charter): charter is MemberCharter {
  return isSealedCharter(charter) || charter.kind === 'project-blog';
}

/** The space of such a charter; `undefined` for bytes that are none. */
export function memberSpaceIn(bytes: Uint8Array): CharteredSpace<MemberCharter> | undefined {
  const charter = decodeCharter(bytes);
  return charter.ok && hasMembers(charter.value) ? spaceOf(charter.value) : undefined;
}
