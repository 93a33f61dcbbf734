import type { MessageView } from '../../protocol/page-calls.ts';
import type { MessageKey } from '../../ui/i18n/message-key.ts';

/** Where our own message is. */
export const deliveryWords: Record<NonNullable<MessageView['delivery']>, MessageKey> = {
  waiting: 'message_waiting',
  'waiting-for-keys': 'message_waiting_keys',
  'on-the-way': 'message_on_the_way',
  'on-their-machine': 'message_arrived',
  read: 'message_read',
};
