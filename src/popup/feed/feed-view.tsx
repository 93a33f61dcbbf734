import { useEffect } from 'preact/hooks';
import { limits } from '../../protocol/limits.ts';
import { useAppState } from '../../ui/client/app-state.ts';
import { call } from '../../ui/client/call.ts';
import { Address } from '../../ui/components/address.tsx';
import { announce } from '../../ui/components/announcer.tsx';
import { Composer } from '../../ui/components/composer.tsx';
import { EmptyState } from '../../ui/components/empty-state.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { t } from '../../ui/i18n/i18n.ts';
import { usePeople } from '../../ui/mentions/use-people.ts';
import { hashOf } from '../route.ts';
import { FeedNotices } from './feed-notices.tsx';
import { FirstPosts } from './opening-view.tsx';
import { Posts } from './posts.tsx';
import type { FirstPage } from './use-first-page.ts';
import { useFeed } from './use-feed.ts';
import { useMarkRead } from './use-mark-read.ts';

export function FeedView({ first }: { first: FirstPage }) {
  const shown = useFeed();
  const people = usePeople();
  const isHere = shown.feed !== undefined;
  useEffect(() => {
    if (isHere) first.letGo();
  }, [isHere]);
  useMarkRead(shown.feed?.posts.some((post) => post.unread) ?? false);

  const post = async (text: string, attached: string[]) => {
    await call('writePost', { text, attached });
    announce(t('compose_done'));
  };

  return (
    <div class="column">
      <h1 class="unseen" tabIndex={-1} data-start>
        {t('feed_title')}
      </h1>
      <FeedNotices />
      <Composer
        label={t('compose_label')}
        placeholder={t('compose_placeholder')}
        send={t('compose_send')}
        hint={t('compose_hint')}
        hintIcon="globe"
        most={limits.postCharacters}
        draft="own/new"
        lines={2}
        files
        people={people}
        open
        onSend={post}
      />
      <FailureNote failure={shown.failure} />
      {!isHere && first.page ? (
        <FirstPosts page={first.page} />
      ) : (
        <Posts {...shown} empty={<NobodyYet />} />
      )}
    </div>
  );
}

/** Nobody has written anything yet. */
function NobodyYet() {
  const { address } = useAppState();
  return (
    <EmptyState title={t('feed_empty_title')} text={t('feed_empty_text')}>
      <a class="button button--primary" href={hashOf({ view: 'add', pending: false })}>
        {t('nav_add')}
      </a>
      {address !== undefined && <Address address={address} />}
    </EmptyState>
  );
}
