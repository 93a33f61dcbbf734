import { accept, type Result } from '../result.ts';
import type { Random } from '../sodium.ts';
import {
  makeEdit,
  makePost,
  makeReaction,
  makeRetraction,
  type Placing,
  type Post,
  type Wording,
} from './post.ts';

/** What somebody says in a space, and of which post (by the hash of its header). */
export type Saying =
  | ({ readonly what: 'post'; readonly answers?: readonly Uint8Array[] } & Wording)
  | ({ readonly what: 'edit'; readonly post: Uint8Array } & Wording)
  | { readonly what: 'retraction'; readonly post: Uint8Array }
  | { readonly what: 'reaction'; readonly post: Uint8Array; readonly sign: string };

/** The header, and a body where something is worded. */
export type Said = Pick<Post, 'header'> & Partial<Post>;

/** The posts that a saying answers, which go among its parents. */
export function answersOf(saying: Saying): readonly Uint8Array[] {
  return saying.what === 'post' ? (saying.answers ?? []) : [];
}

/** Its documents. `placing.parents` name all that it builds on, what it answers too. Refuses `too-large`. */
export function makeSaying(placing: Placing, saying: Saying, random: Random): Result<Said> {
  switch (saying.what) {
    case 'post':
      return makePost({ ...placing, ...saying }, random);
    case 'edit':
      return makeEdit({ ...placing, ...saying }, random);
    case 'retraction':
      return accept({ header: makeRetraction(placing, saying.post) });
    case 'reaction':
      return accept({ header: makeReaction(placing, saying) });
  }
}
