import type { FriendView } from '../../protocol/page-calls.ts';
import { useAppState } from '../../ui/client/app-state.ts';
import { Address } from '../../ui/components/address.tsx';
import { moveFocus } from '../../ui/components/arrow-keys.ts';
import { Avatar } from '../../ui/components/avatar.tsx';
import { Badge } from '../../ui/components/badge.tsx';
import { EmptyState } from '../../ui/components/empty-state.tsx';
import { MutedSign } from '../../ui/components/muted-sign.tsx';
import { StateDot } from '../../ui/components/state-dot.tsx';
import { t, tn } from '../../ui/i18n/i18n.ts';
import { friendState } from '../../ui/words/connection.ts';
import { hashOf } from '../route.ts';
import { LastSeen } from './last-seen.tsx';

interface FriendListProps {
  friends: readonly FriendView[];
  /** The address whose conversation is open. */
  open: string | undefined;
}

export function FriendList({ friends, open }: FriendListProps) {
  const { address } = useAppState();
  if (friends.length === 0) {
    return (
      <EmptyState title={t('friends_empty_title')} text={t('friends_empty_text')}>
        {address !== undefined && <Address address={address} />}
        <a class="button button--primary" href={hashOf({ view: 'add', pending: false })}>
          {t('nav_add')}
        </a>
      </EmptyState>
    );
  }
  return (
    <ul
      class="friends"
      aria-label={t('friends_list_label')}
      onKeyDown={(event) => moveFocus(event, event.currentTarget, 'a')}
    >
      {friends.map((friend) => (
        <FriendRow key={friend.address} friend={friend} open={friend.address === open} />
      ))}
    </ul>
  );
}

function FriendRow({ friend, open }: { friend: FriendView; open: boolean }) {
  const { key, tone } = friendState(friend);
  return (
    <li>
      <a
        class="friend"
        href={hashOf({ view: 'conversation', address: friend.address })}
        aria-current={open ? 'page' : undefined}
        data-address={friend.address}
      >
        <Avatar address={friend.address} size={42} />
        <span class="friend__words">
          <span class="friend__name">{friend.petname}</span>
          <span class="friend__state">
            <span class="state">
              <StateDot tone={tone} />
              <span>{t(key)}</span>
            </span>
            <LastSeen friend={friend} />
          </span>
        </span>
        {friend.muted && <MutedSign />}
        <Badge count={friend.unreadMessages} label={tn('nav_unread', friend.unreadMessages)} />
      </a>
    </li>
  );
}
