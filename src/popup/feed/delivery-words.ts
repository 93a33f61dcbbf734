import type { PostView } from '../../protocol/page-calls.ts';
import type { MessageKey } from '../../ui/i18n/message-key.ts';

interface DeliveryWords {
  key: MessageKey;
  values: number[];
  done: boolean;
}

/** How far one's own post got. */
export function deliveryWords(delivery: NonNullable<PostView['delivery']>): DeliveryWords {
  const { friends, reached } = delivery;
  if (friends === 0) return { key: 'feed_delivery_none', values: [], done: false };
  if (reached === 0) return { key: 'feed_delivery_waiting', values: [], done: false };
  return reached < friends
    ? { key: 'feed_delivery_some', values: [reached, friends], done: false }
    : { key: 'feed_delivery_all', values: [], done: true };
}
