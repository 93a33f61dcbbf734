import type { OnionAddress } from '../../src/domain/address.ts';
import {
  addToBlog,
  emptyBlog,
  type BlogPost,
  type BlogState,
} from '../../src/domain/space/blog.ts';
import { newestFirst } from '../../src/domain/space/evaluate-blog.ts';
import { spaceIdFromName, type SpaceName } from '../../src/domain/space/name.ts';
import { readPostBody } from '../../src/domain/types/post.ts';
import { replaceMentions } from '../../src/protocol/mention-text.ts';
import type { HostStore } from '../store/store.ts';

/** A post as it is shown; without text where its body was erased. */
export interface PublicPost {
  readonly id: string;
  readonly time: number;
  readonly text: string | undefined;
}

/** A post's header, and where its text is. */
export interface ListedPost {
  readonly space: SpaceName;
  readonly post: BlogPost;
}

/** Posts of our own public blogs. */
export interface PublicPosts {
  /** Of these blogs, newest first. */
  list(owner: OnionAddress, blogs: readonly SpaceName[]): Promise<readonly ListedPost[]>;
  withTexts(posts: readonly ListedPost[]): Promise<PublicPost[]>;
}

interface Known {
  readonly incarnation: string;
  readonly lastSeq: number;
  readonly state: BlogState;
}

const documentsAtOnce = 200;

/** Keeps what it has read of each blog, so that only new documents are read and checked again. */
export function createPublicPosts(store: HostStore): PublicPosts {
  const known = new Map<string, Known>();
  const reading = new Map<string, Promise<BlogState | undefined>>();

  const read = async (owner: OnionAddress, space: SpaceName): Promise<BlogState | undefined> => {
    const database = store.database(space);
    if (database === undefined) return undefined;
    const before = known.get(space);
    const goesOn = before?.incarnation === database.incarnation && before.state.owner === owner;
    let state = goesOn ? before.state : emptyBlog({ spaceName: space, owner });
    let lastSeq = goesOn ? before.lastSeq : 0;
    for (;;) {
      const page = await database.changes({
        since: lastSeq,
        limit: documentsAtOnce,
        includeDocs: true,
        livingOnly: true,
      });
      const documents = page.results.map((change) => change.doc);
      if (documents.length > 0) state = addToBlog(state, documents);
      lastSeq = page.lastSeq;
      if (!page.more) break;
    }
    known.set(space, { incarnation: database.incarnation, lastSeq, state });
    return state;
  };

  /** Visitors who come together wait for one reading. */
  const readOnce = (owner: OnionAddress, space: SpaceName): Promise<BlogState | undefined> => {
    const key = `${owner} ${space}`;
    const underWay = reading.get(key) ?? read(owner, space).finally(() => reading.delete(key));
    reading.set(key, underWay);
    return underWay;
  };

  /** A state never changes, so neither does its order. */
  const inOrder = new WeakMap<BlogState, readonly ListedPost[]>();
  const sorted = (state: BlogState): readonly ListedPost[] => {
    const listed =
      inOrder.get(state) ??
      [...state.posts.values()]
        .toSorted(newestFirst)
        .map((post) => ({ space: state.spaceName, post }));
    inOrder.set(state, listed);
    return listed;
  };

  return {
    async list(owner, blogs) {
      const states = await Promise.all(blogs.map((space) => readOnce(owner, space)));
      const lists = states.filter((state) => state !== undefined).map(sorted);
      const [only, ...others] = lists;
      if (others.length === 0) return only ?? [];
      return lists.flat().toSorted((a, b) => newestFirst(a.post, b.post));
    },
    withTexts: (posts) => Promise.all(posts.map((listed) => withText(store, listed))),
  };
}

async function withText(store: HostStore, { space, post }: ListedPost): Promise<PublicPost> {
  const rows = await store.database(space)?.keys([post.wording.id], { includeDocs: true });
  const row = rows?.[0];
  const document = row !== undefined && 'doc' in row ? row.doc : undefined;
  const body = readPostBody(post.wording.hash, document, spaceIdFromName(space));
  if (!body.ok) return { id: post.id, time: post.time, text: undefined };
  const { title } = body.value;
  // Who they are is nobody's business but of who knows them.
  const text = replaceMentions(body.value.text, (address) => `@${address.slice(0, 8)}…`);
  // Where there is a title it is the first line, which the news feed takes for one.
  return { id: post.id, time: post.time, text: title === undefined ? text : `${title}\n\n${text}` };
}
