import type { OnionAddress } from '../../../domain/address.ts';
import type { DocumentId } from '../../../domain/document/id.ts';
import { textKind } from '../../../domain/conversation-kinds/text.ts';
import type { FoundView } from '../../../protocol/page-calls/search.ts';
import type { Messages } from '../conversations/messages.ts';
import type { Feed } from '../feed/feed.ts';
import type { FriendBook } from '../friends/friend-book.ts';
import type { OpenSpace, SpacePost } from '../spaces/open-space.ts';

export interface SourceParts {
  readonly feed: Feed;
  readonly messages: Messages;
  readonly book: FriendBook;
  readonly me: OnionAddress;
  /** Whose posts the person doesn't want to see. */
  readonly hiding: () => (space: OpenSpace, post: SpacePost) => boolean;
}

/** Something that can be found. */
export interface Findable {
  readonly id: string;
  readonly author: OnionAddress;
  readonly time: number;
  /** Its words; `undefined` while they are on their way, or gone. */
  words(): Promise<{ readonly title: string; readonly text: string } | undefined>;
}

/** A space or a conversation. */
export interface Source {
  /** Under which its words are kept: what erases it, and each text in it, names them so, too. */
  readonly name: string;
  readonly where: Pick<FoundView, 'space' | 'friend'>;
  /** The same object as long as nothing has come or gone; absent where that isn't known. */
  readonly version?: object;
  /** Whether it is not to be shown now, by its id. */
  isHidden(id: string): boolean;
  /** By the document that holds the words. */
  findables(): ReadonlyMap<string, Findable>;
}

/** All that the person may read. */
export function sourcesOf(parts: SourceParts): Source[] {
  const { feed, messages, book, me } = parts;
  const byFriend = messages.byFriend();
  const talks = book.all().map(({ record, conversation }): Source => {
    const { address, petname } = record;
    return {
      name: conversation.name,
      where: { friend: { address, name: petname } },
      isHidden: () => false,
      findables: () => {
        const texts = (byFriend.get(address) ?? []).filter(
          (kept) => kept.record.kind === textKind.name,
        );
        return new Map(
          texts.map(({ id, record: { mine, time } }) => {
            // Asked for when it is shown: by then it may be gone.
            const words = async () => {
              const kept = messages.find(address, id);
              return kept && { title: '', text: kept.text };
            };
            return [id, { id, author: mine ? me : address, time, words }];
          }),
        );
      },
    };
  });
  const hides = parts.hiding();
  return [...feed.spaces.map((space) => spaceSource(space, feed, hides)), ...talks];
}

function spaceSource(
  space: OpenSpace,
  feed: Feed,
  hides: ReturnType<SourceParts['hiding']>,
): Source {
  const { name, kind, title, posts } = space;
  return {
    name,
    where: { space: { name, kind, title } },
    version: posts,
    isHidden: (id) => {
      const post = posts.get(id as DocumentId);
      return post !== undefined && hides(space, post);
    },
    findables: () => {
      const findables = new Map<string, Findable>();
      for (const post of posts.values()) {
        const [key] = space.bodyDocuments(post);
        if (key === undefined) continue;
        findables.set(key, {
          id: post.id,
          author: space.authorOf(post),
          get time() {
            return feed.timeOf(space, post);
          },
          words: async () => {
            const body = await space.body(post);
            return body && { title: body.title ?? '', text: body.text };
          },
        });
      }
      return findables;
    },
  };
}
