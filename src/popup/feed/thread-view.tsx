import { limits } from '../../protocol/limits.ts';
import { call } from '../../ui/client/call.ts';
import { useAsk } from '../../ui/client/use-ask.ts';
import { announce } from '../../ui/components/announcer.tsx';
import { moveFocus } from '../../ui/components/arrow-keys.ts';
import { Composer } from '../../ui/components/composer.tsx';
import { EmptyState } from '../../ui/components/empty-state.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { Loading } from '../../ui/components/loading.tsx';
import { t } from '../../ui/i18n/i18n.ts';
import { usePeople } from '../../ui/mentions/use-people.ts';
import { hashOf } from '../route.ts';
import { isPublic } from '../spaces/space-words.ts';
import { PostCard } from './post-card.tsx';
import { useMarkRead } from './use-mark-read.ts';

/** A post among all that it answers and that answers it, and a place to answer. */
export function ThreadView({ space, post }: { space: string; post: string }) {
  const asked = useAsk('thread', { space, post }, ['feed']);
  const people = usePeople(space);
  const isGone = asked.failure?.code === 'not-found';
  const posts = isGone ? undefined : asked.value?.posts;
  useMarkRead(posts?.some(({ unread }) => unread) ?? false);
  const chosen = posts?.find(({ id }) => id === post);

  const answer = async (text: string, attached: string[]) => {
    await call('writePost', { space, text, answers: post, attached });
    announce(t('compose_done'));
  };

  return (
    <div class="column">
      <h1 tabIndex={-1} data-start>
        {t('thread_title')}
      </h1>
      {chosen !== undefined && chosen.space.title !== '' && (
        <a class="post__space" href={hashOf({ view: 'space', space })}>
          {chosen.space.title}
        </a>
      )}
      {isGone ? (
        <EmptyState title={t('thread_gone_title')} text={t('thread_gone_text')} />
      ) : (
        <FailureNote failure={asked.failure} />
      )}
      {posts === undefined && asked.failure === undefined && <Loading />}
      {posts !== undefined && (
        <div
          class="posts"
          role="feed"
          aria-label={t('thread_label')}
          aria-busy={false}
          onKeyDown={(event) => moveFocus(event, event.currentTarget, 'article')}
        >
          {posts.map((one, index) => (
            <PostCard
              key={one.id}
              post={one}
              fresh={false}
              inSpace={false}
              inThread
              position={index + 1}
              count={posts.length}
            />
          ))}
        </div>
      )}
      {chosen?.may.reply === true && (
        <Composer
          label={t('post_reply')}
          placeholder={t('thread_placeholder')}
          send={t('post_reply')}
          hint={t('thread_hint')}
          hintIcon="feed"
          most={limits.postCharacters}
          draft={`${space}/answer-${post}`}
          lines={2}
          files
          people={people}
          open={isPublic(chosen.space.kind)}
          onSend={answer}
        />
      )}
    </div>
  );
}
