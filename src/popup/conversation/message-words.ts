import type { MessageView } from '../../protocol/page-calls.ts';
import type { ConversationView } from '../../protocol/page-calls/conversations.ts';
import type { MessageKey } from '../../ui/i18n/message-key.ts';

/** Where our own message is. */
export const deliveryWords: Record<NonNullable<MessageView['delivery']>, MessageKey> = {
  waiting: 'message_waiting',
  'waiting-for-keys': 'message_waiting_keys',
  'on-the-way': 'message_on_the_way',
  'on-their-machine': 'message_arrived',
  read: 'message_read',
};

type Life = ConversationView['timer']['life'];

/** When messages disappear. */
export const lifeChoices: readonly { readonly life: Life; readonly key: MessageKey }[] = [
  { life: 0, key: 'timer_0' },
  { life: 3_600, key: 'timer_3600' },
  { life: 86_400, key: 'timer_86400' },
  { life: 604_800, key: 'timer_604800' },
  { life: 2_419_200, key: 'timer_2419200' },
];

export function lifeOf(value: string): Life {
  return lifeChoices.find(({ life }) => String(life) === value)?.life ?? 0;
}

export function lifeWords(wanted: number): MessageKey {
  return lifeChoices.find(({ life }) => life === wanted)?.key ?? 'timer_0';
}

/** What became of our asking a friend to erase a conversation. */
export const purgeWords: Record<NonNullable<ConversationView['purge']>['state'], MessageKey> = {
  'to-ask': 'purge_to_ask',
  asked: 'purge_asked',
  erased: 'purge_erased',
  kept: 'purge_kept',
};
