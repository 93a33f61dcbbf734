import { readerUrl } from '../../ui/browser/open-pages.ts';
import { useAsk } from '../../ui/client/use-ask.ts';
import { EmptyState } from '../../ui/components/empty-state.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { Loading } from '../../ui/components/loading.tsx';
import { t } from '../../ui/i18n/i18n.ts';
import { BlockedPeople } from './blocked-people.tsx';
import { TalkDefaults } from './talk-defaults.tsx';
import { NewsSwitch } from './news-switch.tsx';
import { FormerFriends } from './former-friends.tsx';
import { FriendCard } from './friend-card.tsx';

export function FriendsSection() {
  const { value: friends, failure } = useAsk('friends', {}, ['friends']);
  return (
    <>
      <FailureNote failure={failure} />
      {friends === undefined && <Loading />}
      {friends?.length === 0 && (
        <EmptyState title={t('friends_empty_title')} text={t('friends_empty_short')}>
          <a class="button button--primary" href={readerUrl('#add')}>
            {t('nav_add')}
          </a>
        </EmptyState>
      )}
      {friends?.map((friend) => (
        <FriendCard key={friend.address} friend={friend} />
      ))}
      <NewsSwitch />
      <TalkDefaults />
      <FormerFriends />
      <BlockedPeople />
    </>
  );
}
