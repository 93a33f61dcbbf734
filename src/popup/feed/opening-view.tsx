import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import type { FirstPagePost, FirstPageView } from '../../protocol/page-calls.ts';
import { moveFocus } from '../../ui/components/arrow-keys.ts';
import { Avatar } from '../../ui/components/avatar.tsx';
import { Time } from '../../ui/components/time.tsx';
import { shortAddress } from '../../ui/format/address.ts';
import { t } from '../../ui/i18n/i18n.ts';
import { Markdown } from '../../ui/markdown/markdown.tsx';

/** The newest posts as they last were, to read while everything is being opened. */
export function OpeningView({
  page,
  children,
}: {
  page: FirstPageView;
  children?: ComponentChildren;
}) {
  return (
    <div class="column">
      <h1 class="unseen" tabIndex={-1} data-start>
        {t('feed_title')}
      </h1>
      <p class="opening" role="status">
        {t('opening_text')}
      </p>
      {children}
      <FirstPosts page={page} />
    </div>
  );
}

/** Nothing can be done with them yet. */
export function FirstPosts({ page: { posts } }: { page: FirstPageView }) {
  return (
    <div
      class="posts"
      role="feed"
      aria-label={t('feed_label')}
      aria-busy
      onKeyDown={(event) => moveFocus(event, event.currentTarget, 'article')}
    >
      {posts.map((post, index) => (
        <FirstPost key={post.id} post={post} position={index + 1} />
      ))}
    </div>
  );
}

function FirstPost({ post, position }: { post: FirstPagePost; position: number }) {
  const id = useId();
  const { authorAddress, mine, space, title, files } = post;
  const author = post.authorName ?? shortAddress(authorAddress);
  return (
    <article
      class="post"
      aria-label={mine ? t('feed_post_by_me') : t('feed_post_by', author)}
      aria-describedby={id}
      aria-posinset={position}
      aria-setsize={-1}
      tabIndex={0}
      data-post-id={post.id}
    >
      <Avatar address={authorAddress} size={38} />
      <div class="post__body">
        <div class="post__head">
          <span class="post__author">{author}</span>
          {mine && <span class="post__you">{t('you')}</span>}
          <Time time={post.time} />
          {post.edited && <span class="post__edited">{t('post_edited')}</span>}
          {space.title !== '' && space.title !== post.authorName && (
            <span class="post__space">{space.title}</span>
          )}
        </div>
        {title !== '' && <h2 class="post__title">{title}</h2>}
        <Markdown text={post.text} id={id} />
        {files.map((name, index) => (
          <p key={index} class="small soft" dir="auto">
            {name}
          </p>
        ))}
        <div class="post__actions post__actions--later" />
      </div>
    </article>
  );
}
