import type { DocumentId } from '../../../domain/document/id.ts';
import { differences, LayeredMap } from '../../../domain/layered.ts';
import type { PersonKey } from '../../../domain/membership/operation.ts';
import type { Discussion, ShownPost } from '../../../domain/space/discussion.ts';
import type { SpacePost } from './open-space.ts';

type Posts = ReadonlyMap<DocumentId, SpacePost>;

/**
 * The posts of a discussion that are shown: those not taken back, by nobody who is hidden. It is kept from one look to the next,
 * so that each costs what has changed; posts that say the same stay the same objects.
 */
export class ShownPosts {
  #of: Discussion['posts'] = new Map();
  #posts: Posts = new Map();
  #hidden: ReadonlySet<PersonKey> = new Set();

  get posts(): Posts {
    return this.#posts;
  }

  look(discussion: Pick<Discussion, 'posts'> | undefined): void {
    const of: Discussion['posts'] = discussion?.posts ?? new Map();
    const { changed, gone } = differences(this.#of, of);
    this.#of = of;
    if (changed.length + gone.length === 0) return;
    const posts = LayeredMap.draftOf(this.#posts);
    for (const { id } of gone) posts.delete(id);
    for (const post of changed) this.#put(post, posts);
    if (posts.isChanged) this.#posts = posts;
  }

  hide(people: ReadonlySet<PersonKey>): void {
    this.#hidden = people;
    const posts = LayeredMap.draftOf(this.#posts);
    for (const post of this.#of.values()) this.#put(post, posts);
    if (posts.isChanged) this.#posts = posts;
  }

  #put(post: ShownPost, posts: Map<DocumentId, SpacePost>): void {
    if (!isShown(post) || this.#hidden.has(post.author)) posts.delete(post.id);
    else {
      const known = posts.get(post.id);
      if (!known || !saysTheSame(known, post)) posts.set(post.id, post);
    }
  }
}

function isShown(post: ShownPost): post is SpacePost {
  return post.wording !== undefined;
}

function saysTheSame(a: SpacePost, b: SpacePost): boolean {
  return (
    a.wording.id === b.wording.id &&
    a.answers.length === b.answers.length &&
    a.answers.every((name) => b.answers.includes(name)) &&
    a.reactions.size === b.reactions.size &&
    [...b.reactions].every(([person, sign]) => a.reactions.get(person) === sign)
  );
}
