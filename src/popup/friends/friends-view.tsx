import { useAsk } from '../../ui/client/use-ask.ts';
import { EmptyState } from '../../ui/components/empty-state.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { Loading } from '../../ui/components/loading.tsx';
import { t } from '../../ui/i18n/i18n.ts';
import { ConversationView } from '../conversation/conversation-view.tsx';
import { FriendList } from './friend-list.tsx';
import { Requests } from './requests.tsx';

/**
 * Friends on one side and one conversation on the other; where there is room for only one of them
 * the style shows the one that was asked for.
 */
export function FriendsView({ address }: { address?: string }) {
  const friends = useAsk('friends', {}, ['friends', 'conversation']);
  return (
    <div class="panes">
      <div class="panes__list">
        <h1 tabIndex={-1} data-start={address === undefined ? true : undefined}>
          {t('friends_title')}
        </h1>
        <Requests />
        <FailureNote failure={friends.failure} />
        {friends.value === undefined ? (
          <Loading />
        ) : (
          <FriendList friends={friends.value} open={address} />
        )}
      </div>
      <div class="panes__open">
        {address === undefined ? (
          <EmptyState title={t('friends_choose_title')} text={t('friends_choose_text')} />
        ) : (
          friends.value !== undefined && (
            <ConversationView
              key={address}
              address={address}
              friend={friends.value.find((friend) => friend.address === address)}
            />
          )
        )}
      </div>
    </div>
  );
}
