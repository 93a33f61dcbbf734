import type { OnionAddress } from '../../../domain/address.ts';
import type { PostView } from '../../../protocol/page-calls.ts';
import type { PostRecord } from '../records.ts';
import { cursorOf, type Entry } from './order.ts';

/** What stands beside a post: who wrote it, to us, and what we know of its way. */
export interface Beside {
  readonly author: OnionAddress;
  readonly name: string | undefined;
  readonly mine: boolean;
  readonly record: PostRecord | undefined;
}

/** A post as the pages show it; the text is empty while it is on its way. */
export async function viewOf(
  entry: Entry,
  { author, name, mine, record }: Beside,
): Promise<PostView> {
  const { post, space, time } = entry;
  const body = await space.body(post);
  const delivery = { friends: space.audience, reached: record?.reached.length ?? 0 };
  return {
    id: post.id,
    cursor: cursorOf(entry),
    space: { name: space.name, kind: space.kind, title: space.title },
    authorAddress: author,
    ...(name === undefined ? {} : { authorName: name }),
    mine,
    text: body?.text ?? '',
    time,
    unread: record?.read === false,
    // In a forum of strangers nobody says what has arrived.
    ...(mine && (space.kind === 'blog' || space.audience > 0) ? { delivery } : {}),
  };
}
