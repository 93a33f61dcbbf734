import type { ForumMode } from '../forum-keys/epoch-keys.ts';
import type { DecisionRule } from '../membership/charter.ts';

/** Where who knows an address knows where to look: nothing random is in it. */
export interface PersonalCharter {
  readonly kind: 'profile' | 'inbox';
  readonly owner: Uint8Array;
}

interface Titled {
  /** Who founds the space. Only where the owner writes or admits does that mean more than the others. */
  readonly owner: Uint8Array;
  readonly title: string;
  /** 16 random bytes, so that one title can name many spaces; 32 where the charter is sealed. */
  readonly salt: Uint8Array;
}

/** Signed and public: the owner's own posts, or everybody's. */
export interface OpenCharter extends Titled {
  readonly kind: 'blog' | 'public-forum';
}

interface Voted extends Titled {
  readonly rule: Exclude<DecisionRule, 'owner'>;
  /** Whether long-silent members may be marked dormant by a smaller quorum. */
  readonly dormancy: boolean;
}

/** Signed and public, written by authors who admit each other. */
export interface ProjectBlogCharter extends Voted {
  readonly kind: 'project-blog';
}

/** Sealed: members who vote on who belongs, and all write. */
export interface ForumCharter extends Voted {
  readonly kind: 'private-forum' | 'restricted-blog';
  readonly mode: ForumMode;
}

/** Sealed: chosen people, whom the owner admits. */
export interface CircleCharter extends Titled {
  readonly kind: 'friends-feed' | 'private-blog' | 'list';
  readonly writers: 'owner' | 'members';
  readonly mode: ForumMode;
}

export type SealedCharter = ForumCharter | CircleCharter;

/** What a space is, once and for ever. */
export type Charter = PersonalCharter | OpenCharter | ProjectBlogCharter | SealedCharter;

type Drawn<C> = C extends Titled ? Omit<C, 'salt'> : never;

/** A charter that still wants its random bytes. */
export type Plan = Drawn<Charter>;

export function isSealedCharter(charter: Charter): charter is SealedCharter {
  return 'mode' in charter;
}
