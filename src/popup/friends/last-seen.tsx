import type { FriendView } from '../../protocol/page-calls.ts';
import { relativeTime } from '../../ui/format/time.ts';
import { language, t } from '../../ui/i18n/i18n.ts';

const minute = 60_000;

/** When a friend who can't be reached was last there; of one who is there it says nothing. */
export function LastSeen({ friend }: { friend: FriendView }) {
  if (friend.connection !== 'unreachable' || friend.lastSeen === undefined) return null;
  const now = Date.now();
  const words =
    now - friend.lastSeen < minute
      ? t('connection_last_seen_now')
      : t('connection_last_seen', relativeTime(friend.lastSeen, now, language));
  return <span class="friend__seen">{words}</span>;
}
