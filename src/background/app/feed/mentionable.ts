import type { MentionablePerson } from '../../../protocol/page-calls.ts';
import type { ForumViews } from '../forums/forum-views.ts';
import type { FriendBook } from '../friends/friend-book.ts';

export interface MentionableParts {
  readonly book: Pick<FriendBook, 'all'>;
  readonly forumViews: Pick<ForumViews, 'list' | 'one'>;
}

/** Who may be spoken of there: in a space with members those, elsewhere friends. */
export function mentionable(
  { book, forumViews }: MentionableParts,
  space: string | undefined,
): MentionablePerson[] {
  if (space !== undefined && forumViews.list().some((one) => one.space === space)) {
    return forumViews
      .one(space)
      .people.filter(({ me }) => !me)
      .map(({ address, petname }) => ({ address, ...(petname ? { name: petname } : {}) }));
  }
  return book
    .all()
    .filter(({ record }) => record.state === 'friend')
    .map(({ record: { address, petname } }) => ({ address, name: petname }));
}
