import type { ComponentChildren } from 'preact';
import { moveFocus } from '../../ui/components/arrow-keys.ts';
import { Button } from '../../ui/components/button.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { Loading } from '../../ui/components/loading.tsx';
import { t } from '../../ui/i18n/i18n.ts';
import { PostCard } from './post-card.tsx';
import type { ShownFeed } from './use-feed.ts';

interface PostsProps extends ShownFeed {
  /** Shown while there is none. */
  empty: ComponentChildren;
  /** All of one space, which need not be named at each. */
  inSpace?: boolean;
}

/** Posts newest first, with a way to older ones. */
export function Posts({ feed, fresh, older, empty, inSpace = false }: PostsProps) {
  if (feed === undefined) return <Loading />;
  if (feed.posts.length === 0) return <>{empty}</>;
  return (
    <>
      <div
        class="posts"
        role="feed"
        aria-label={t('feed_label')}
        aria-busy={older.busy}
        onKeyDown={(event) => moveFocus(event, event.currentTarget, 'article')}
      >
        {feed.posts.map((post, index) => (
          <PostCard
            key={post.id}
            post={post}
            fresh={fresh.has(post.id)}
            inSpace={inSpace}
            position={index + 1}
            count={feed.more ? -1 : feed.posts.length}
          />
        ))}
      </div>
      <FailureNote failure={older.failure} />
      {feed.more && (
        <div class="older">
          <Button kind="quiet" busy={older.busy} onClick={() => void older.run()}>
            {t('feed_older')}
          </Button>
        </div>
      )}
    </>
  );
}
