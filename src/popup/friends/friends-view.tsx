import type { FriendView } from '../../protocol/page-calls.ts';
import { useAsk } from '../../ui/client/use-ask.ts';
import { EmptyState } from '../../ui/components/empty-state.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { Loading } from '../../ui/components/loading.tsx';
import { MoveNotice } from '../../ui/components/move-notice.tsx';
import { t } from '../../ui/i18n/i18n.ts';
import { ConversationView } from '../conversation/conversation-view.tsx';
import { goTo } from '../use-route.ts';
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
        {friends.value?.map((friend) => (
          <MoveQuestion key={friend.address} friend={friend} open={friend.address === address} />
        ))}
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

/** Asked once; whoever said "not now" finds it on the friend's card. An open conversation goes along. */
function MoveQuestion({ friend, open }: { friend: FriendView; open: boolean }) {
  if (friend.movedTo?.notNow !== false) return null;
  const follow = (address: string) => {
    if (open) goTo({ view: 'conversation', address });
  };
  return <MoveNotice friend={friend} onFollowed={follow} />;
}
