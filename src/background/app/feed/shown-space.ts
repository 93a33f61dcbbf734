import type { DocumentId } from '../../../domain/document/id.ts';
import type { OpenSpace, SpacePost } from '../spaces/open-space.ts';
import { type Crowd, crowdIn, dayLength, dayOf } from './crowd.ts';
import { type Place, SpaceOrder } from './order.ts';

/** One space in the feed. */
export interface Shown {
  /** The same space may come as another object, when something beside its posts has changed. */
  space: OpenSpace;
  readonly order: SpaceOrder;
  /** What is in the order. */
  posts: OpenSpace['posts'];
  readonly unread: Set<DocumentId>;
  /** Of the days on which somebody wrote too much. */
  readonly crowds: Map<number, Crowd>;
  /** Of what was taken back, what was looked for already. */
  readonly purged: Set<DocumentId>;
}

export function newlyShown(space: OpenSpace): Shown {
  return {
    space,
    order: new SpaceOrder(),
    posts: new Map(),
    unread: new Set(),
    crowds: new Map(),
    purged: new Set(),
  };
}

/** Of the days on which something has changed: who wrote too much, and what counts as unread. */
export function lookAtDays(
  { space, order, crowds, unread }: Shown,
  times: readonly number[],
  {
    isMine,
    isRead,
  }: {
    readonly isMine: (post: SpacePost) => boolean;
    readonly isRead: (post: SpacePost) => boolean;
  },
): void {
  for (const day of new Set(times.map(dayOf))) {
    const entries = order
      .between(day * dayLength, (day + 1) * dayLength)
      .map(({ post, time }) => ({ post, space, time }));
    const crowd = crowdIn(entries.toReversed(), ({ post }) => isMine(post));
    if (crowd.aside.size > 0) crowds.set(day, crowd);
    else crowds.delete(day);
    for (const { post } of entries) {
      if (isRead(post) || crowd.aside.has(post.id)) unread.delete(post.id);
      else unread.add(post.id);
    }
  }
}

/** Too much of one person's: on its own page only. */
export function isAside({ crowds }: Shown, { id, time }: Place): boolean {
  return crowds.get(dayOf(time))?.aside.has(id) === true;
}
