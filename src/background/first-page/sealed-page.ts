import * as v from 'valibot';
import { fromUtf8, utf8 } from '../../domain/bytes.ts';
import type { Random } from '../../domain/sodium.ts';
import { openVaultEntry, sealVaultEntry } from '../../domain/vault/seal.ts';
import type { FeedView, MentionView, PostView } from '../../protocol/page-calls.ts';
import { replaceMentions } from '../../protocol/mention-text.ts';
import type { FirstPagePost, FirstPageView } from '../../protocol/page-calls/first-page.ts';

/** More than a popup shows at once. */
export const keptPosts = 10;

/** Only what we have written ourselves opens; another version of the add-on may have meant something else by it. */
const pageSchema = v.strictObject({
  version: v.literal(1),
  posts: v.array(
    v.strictObject({
      id: v.string(),
      space: v.strictObject({
        name: v.string(),
        kind: v.picklist([
          'blog',
          'friends-feed',
          'private-blog',
          'list',
          'project-blog',
          'restricted-blog',
          'public-forum',
          'private-forum',
        ]),
        title: v.string(),
      }),
      authorAddress: v.string(),
      authorName: v.exactOptional(v.string()),
      mine: v.boolean(),
      title: v.string(),
      text: v.string(),
      files: v.array(v.string()),
      time: v.number(),
      edited: v.boolean(),
    }),
  ),
});

const entryName = 'first-page';

/** What is kept of a page of the feed. */
export function viewOf({ posts }: FeedView): FirstPageView {
  // What is on its way, or was let go, is nothing to read.
  return { posts: posts.filter(({ missing }) => missing === undefined).map(keptOf) };
}

/** Under the vault's key, as one text. */
export function sealPage(key: Uint8Array, { posts }: FirstPageView, random: Random): string {
  const value = utf8(JSON.stringify({ version: 1, posts }));
  const { id, c } = sealVaultEntry(key, entryName, value, random);
  return `${id}.${c}`;
}

/** `undefined` for what is sealed under another key, was damaged, or is of another version. */
export function openPage(key: Uint8Array, sealed: string): FirstPageView | undefined {
  const [id, c] = sealed.split('.');
  const entry = openVaultEntry(key, { id, c });
  if (!entry.ok || entry.value.name !== entryName) return undefined;
  const text = fromUtf8(entry.value.value);
  const page = v.safeParse(pageSchema, text.ok ? JSON.parse(text.value) : undefined);
  return page.success ? { posts: page.output.posts } : undefined;
}

function keptOf(post: PostView): FirstPagePost {
  const { id, space, authorAddress, authorName, mine, title, text, time, edited } = post;
  return {
    id,
    space: { ...space },
    authorAddress,
    ...(authorName === undefined ? {} : { authorName }),
    mine,
    title,
    text: withNames(text, post.mentions ?? []),
    files: post.files.map(({ name }) => name),
    time,
    edited,
  };
}

/** Nobody is asked for what people are called before anything is open. */
function withNames(text: string, mentions: readonly MentionView[]): string {
  return replaceMentions(text, (address) => {
    const name = mentions.find((one) => one.address === address)?.name;
    return name === undefined ? undefined : `@${name}`;
  });
}
