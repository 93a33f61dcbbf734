import type { FriendPreview } from '../../protocol/page-calls.ts';
import { Notice } from '../../ui/components/notice.tsx';
import { t } from '../../ui/i18n/i18n.ts';
import type { MessageKey } from '../../ui/i18n/message-key.ts';
import { hashOf } from '../route.ts';

type Already = Exclude<FriendPreview['already'], 'no'>;

const sentences: Record<Already, MessageKey> = {
  friend: 'add_already_friend',
  requested: 'add_already_requested',
  'asks-us': 'add_already_asks',
};

/** There is no need for a request, and why. */
export function Already({ preview, already }: { preview: FriendPreview; already: Already }) {
  const { address, profile } = preview;
  return (
    <Notice tone="good" icon="friends" title={t(sentences[already], profile.name)}>
      {already === 'asks-us' ? (
        <a class="button button--primary" href={hashOf({ view: 'friends' })}>
          {t('notice_requests_look')}
        </a>
      ) : (
        <a class="button button--plain" href={hashOf({ view: 'conversation', address })}>
          {t('add_open_conversation')}
        </a>
      )}
    </Notice>
  );
}
