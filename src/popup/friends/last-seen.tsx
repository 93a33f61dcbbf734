import type { FriendView } from '../../protocol/page-calls.ts';
import { relativeTime } from '../../ui/format/time.ts';
import { language, t } from '../../ui/i18n/i18n.ts';

/** When a friend who can't be reached was last there; of one who is there it says nothing. */
export function LastSeen({ friend }: { friend: FriendView }) {
  if (friend.connection !== 'unreachable' || friend.lastSeen === undefined) return null;
  const when = relativeTime(friend.lastSeen, Date.now(), language);
  return <span class="friend__seen">{t('connection_last_seen', when)}</span>;
}
