import { useId, useRef, useState } from 'preact/hooks';
import type { PostView } from '../../protocol/page-calls.ts';
import { call } from '../../ui/client/call.ts';
import { FileList } from '../../ui/components/file-list.tsx';
import { Avatar } from '../../ui/components/avatar.tsx';
import { Time } from '../../ui/components/time.tsx';
import { Markdown } from '../../ui/markdown/markdown.tsx';
import { shortAddress } from '../../ui/format/address.ts';
import { language, t } from '../../ui/i18n/i18n.ts';
import { pluralKey } from '../../ui/i18n/plural-key.ts';
import { hashOf } from '../route.ts';
import { EditPost } from './edit-post.tsx';
import { PostGap } from './post-gap.tsx';
import { PostActions } from './post-actions.tsx';
import { Reactions } from './reactions.tsx';
import { deliveryWords } from './delivery-words.ts';

interface PostCardProps {
  post: PostView;
  fresh: boolean;
  /** On the page of its space. */
  inSpace: boolean;
  /** Among all that it answers and that answers it. */
  inThread?: boolean;
  position: number;
  /** How many there are, or -1 while older ones are still to be asked for. */
  count: number;
}

export function PostCard(props: PostCardProps) {
  const { post, fresh, inSpace, inThread = false, position, count } = props;
  const id = useId();
  const [editing, setEditing] = useState(false);
  const card = useRef<HTMLElement>(null);
  const leaveEditor = () => {
    setEditing(false);
    // What had the focus goes with the editor.
    card.current?.focus();
  };
  const author = post.authorName ?? shortAddress(post.authorAddress);
  const label = post.mine ? t('feed_post_by_me') : t('feed_post_by', author);
  return (
    <article
      ref={card}
      class={fresh ? 'post post--fresh' : 'post'}
      aria-label={label}
      aria-describedby={`${id}-text`}
      aria-posinset={position}
      aria-setsize={count}
      tabIndex={0}
      data-post-id={post.id}
    >
      <Avatar address={post.authorAddress} size={38} />
      <div class="post__body">
        <div class="post__head">
          {post.mine || post.authorName === undefined ? (
            <span class="post__author">{author}</span>
          ) : (
            <a
              class="post__author"
              href={hashOf({ view: 'conversation', address: post.authorAddress })}
            >
              {author}
            </a>
          )}
          {post.mine && <span class="post__you">{t('you')}</span>}
          <Time time={post.time} />
          {!post.mine && post.mentions?.some(({ me }) => me) === true && (
            <span class="post__mentions">{t('post_mentions_you')}</span>
          )}
          {post.edited && <span class="post__edited">{t('post_edited')}</span>}
          {!inSpace && <InSpace post={post} />}
          {fresh && <span class="post__new">{t('feed_unread')}</span>}
        </div>
        {post.answers !== undefined && !inThread && <Answers post={post} answers={post.answers} />}
        {editing ? (
          <EditPost post={post} onClose={leaveEditor} />
        ) : (
          <PostText post={post} id={`${id}-text`} />
        )}
        <FileList
          files={post.files}
          of={{ space: post.space.name, post: post.id }}
          read={(file, from, preview) =>
            call('readPostFile', { space: post.space.name, post: post.id, file, from, preview })
          }
        />
        {post.gap !== undefined && !post.mine && (
          <PostGap space={post.space.name} author={author} gap={post.gap} />
        )}
        {post.more !== undefined && !inSpace && (
          <a class="post__answers" href={hashOf({ view: 'space', space: post.space.name })}>
            {t(pluralKey('feed_crowded', post.more, language), post.more, author)}
          </a>
        )}
        <Reactions post={post} />
        <PostActions
          post={post}
          inThread={inThread}
          inSpace={inSpace}
          onEdit={() => setEditing(true)}
        />
        {post.delivery !== undefined && <Delivery post={post} delivery={post.delivery} />}
      </div>
    </article>
  );
}

function PostText({
  post: { title, text, mentions, missing },
  id,
}: {
  post: PostView;
  id: string;
}) {
  if (missing === undefined) {
    return (
      <>
        {title !== '' && <h2 class="post__title">{title}</h2>}
        <Markdown text={text} id={id} {...(mentions ? { mentions } : {})} />
      </>
    );
  }
  return (
    <p class="small soft" id={id}>
      {t(missing === 'coming' ? 'post_coming' : 'post_let_go')}
    </p>
  );
}

/** Whom it answers, on the way to the whole thread. */
function Answers({ post, answers }: { post: PostView; answers: NonNullable<PostView['answers']> }) {
  const name = answers.authorName ?? shortAddress(answers.authorAddress);
  return (
    <a
      class="post__answers"
      href={hashOf({ view: 'thread', space: post.space.name, post: post.id })}
    >
      {t('post_answers', name)}
    </a>
  );
}

/** In which space it is, where that is not simply its author's blog. */
function InSpace({ post }: { post: PostView }) {
  const { name, title } = post.space;
  if (title === '' || title === post.authorName) return null;
  return (
    <a class="post__space" href={hashOf({ view: 'space', space: name })}>
      {title}
    </a>
  );
}

interface DeliveryProps {
  post: PostView;
  delivery: NonNullable<PostView['delivery']>;
}

function Delivery({ post, delivery }: DeliveryProps) {
  const { key, values, done } = deliveryWords(delivery, post.space.kind !== 'blog');
  return <p class={done ? 'delivery delivery--done' : 'delivery'}>{t(key, ...values)}</p>;
}
