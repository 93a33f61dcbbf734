import type { FriendView } from '../../protocol/page-calls.ts';
import { optionsUrl } from '../../ui/browser/open-pages.ts';
import { Avatar } from '../../ui/components/avatar.tsx';
import { IconButton } from '../../ui/components/button.tsx';
import { PageLink } from '../../ui/components/page-link.tsx';
import { StateDot } from '../../ui/components/state-dot.tsx';
import { codeKey } from '../../ui/i18n/code-key.ts';
import { t } from '../../ui/i18n/i18n.ts';
import { friendState } from '../../ui/words/connection.ts';
import { LastSeen } from '../friends/last-seen.tsx';
import { goTo } from '../use-route.ts';

/** Who one is talking with and how the connection stands. */
export function ConversationHead({ friend }: { friend: FriendView }) {
  const { key, tone } = friendState(friend);
  const why = friend.connection === 'unreachable' ? friend.lastError : undefined;
  return (
    <div class="talk-head">
      <span class="talk-head__back">
        <IconButton
          label={t('action_back')}
          icon="back"
          onClick={() => goTo({ view: 'friends' })}
        />
      </span>
      <Avatar address={friend.address} size={40} />
      <div class="talk-head__words">
        <h2 class="talk-head__name">{friend.petname}</h2>
        <p class="friend__state" title={why === undefined ? undefined : t(codeKey(why))}>
          <span class="state">
            <StateDot tone={tone} />
            <span>{t(key)}</span>
          </span>
          <LastSeen friend={friend} />
        </p>
      </div>
      <PageLink
        class="icon-button"
        icon={friend.verified ? 'shield' : 'key'}
        label={t('conversation_details')}
        url={optionsUrl('friends')}
      />
    </div>
  );
}
