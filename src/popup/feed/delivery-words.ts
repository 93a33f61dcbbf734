import type { PostView } from '../../protocol/page-calls.ts';
import type { MessageKey } from '../../ui/i18n/message-key.ts';

interface DeliveryWords {
  key: MessageKey;
  values: number[];
  done: boolean;
}

/** How far one's own post got; among `members`, friends or not. */
export function deliveryWords(
  { friends, reached }: NonNullable<PostView['delivery']>,
  members: boolean,
): DeliveryWords {
  if (members) return amongMembers(friends, reached);
  if (friends === 0) return { key: 'feed_delivery_none', values: [], done: false };
  if (reached === 0) return { key: 'feed_delivery_waiting', values: [], done: false };
  return reached < friends
    ? { key: 'feed_delivery_some', values: [reached, friends], done: false }
    : { key: 'feed_delivery_all', values: [], done: true };
}

function amongMembers(members: number, reached: number): DeliveryWords {
  if (members === 0) return { key: 'member_delivery_none', values: [], done: false };
  if (reached === 0) return { key: 'member_delivery_waiting', values: [], done: false };
  return reached < members
    ? { key: 'member_delivery_some', values: [reached, members], done: false }
    : { key: 'member_delivery_all', values: [], done: true };
}
