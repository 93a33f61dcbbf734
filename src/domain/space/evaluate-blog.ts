import { toHex } from '../bytes.ts';
import type { OnionAddress } from '../address.ts';
import { statedKind, type DocumentId } from '../document/id.ts';
import { openBody } from '../document/body.ts';
import { addToBlog, blogChains, emptyBlog, type BlogPlace, type BlogPost } from './blog.ts';
import type { Chain } from './chains.ts';
import { spaceIdFromName } from './name.ts';
import { idForDiagnosis, sortRefused, type RefusedDocument } from './refused.ts';

interface EvaluatedPost {
  readonly id: DocumentId;
  readonly author: OnionAddress;
  readonly time: number;
  readonly seq: number;
  /** Undefined while the body is not here (not yet, or erased). */
  readonly text: string | undefined;
}

export interface BlogEvaluation {
  /** Newest first by claimed time, then by id. */
  readonly posts: readonly EvaluatedPost[];
  readonly refused: readonly RefusedDocument[];
  readonly chains: readonly Chain[];
  /** The title in the charter; undefined while the charter is not here, and then no post counts. */
  readonly title: string | undefined;
}

/** A whole blog from all documents of its space, in any order. For small sets; else keep a `BlogState`. */
export function evaluateBlog(documents: readonly unknown[], place: BlogPlace): BlogEvaluation {
  const state = addToBlog(emptyBlog(place), documents);
  const spaceId = spaceIdFromName(place.spaceName);
  const texts = new Map<string, string>();
  const refused = [...state.refused].map(([id, code]) => ({ id, code }));
  for (const json of documents) {
    if (statedKind(json) !== 'b') continue;
    const body = openBody(json, spaceId);
    if (body.ok) texts.set(toHex(body.value.hash), body.value.text);
    else refused.push({ id: idForDiagnosis(json), code: body.code });
  }
  const posts = [...state.posts.values()].toSorted(newestFirst).map((post) => ({
    id: post.id,
    author: place.owner,
    time: post.time,
    seq: post.seq,
    text: texts.get(toHex(post.wording.hash)),
  }));
  const { charter } = state;
  return {
    posts,
    refused: sortRefused(refused),
    chains: blogChains(state),
    title: charter?.kind === 'blog' ? charter.title : undefined,
  };
}

/** The order posts are shown in. */
export function newestFirst(
  a: Pick<BlogPost, 'time' | 'id'>,
  b: Pick<BlogPost, 'time' | 'id'>,
): number {
  if (a.time !== b.time) return b.time - a.time;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
