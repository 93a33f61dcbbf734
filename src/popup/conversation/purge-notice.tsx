import type { FriendView } from '../../protocol/page-calls.ts';
import type { ConversationView } from '../../protocol/page-calls/conversations.ts';
import { call } from '../../ui/client/call.ts';
import { useAction } from '../../ui/client/use-action.ts';
import { Button } from '../../ui/components/button.tsx';
import { Notice } from '../../ui/components/notice.tsx';
import { t } from '../../ui/i18n/i18n.ts';
import { purgeWords } from './message-words.ts';

interface PurgeNoticeProps {
  friend: FriendView;
  purge: ConversationView['purge'];
}

/** What became of asking a friend to erase what we have erased. */
export function PurgeNotice({ friend, purge }: PurgeNoticeProps) {
  const { address, petname } = friend;
  const dismiss = useAction(() => call('dismissPurge', { address }));
  if (purge === undefined) return null;
  const isOver = purge.state === 'erased' || purge.state === 'kept';
  return (
    <div data-purge={purge.state}>
      <Notice
        tone={isOver ? 'good' : 'busy'}
        icon="key"
        title={t(purgeWords[purge.state], petname)}
      >
        {isOver && (
          <Button kind="quiet" onClick={() => void dismiss.run()}>
            {t('purge_dismiss')}
          </Button>
        )}
      </Notice>
    </div>
  );
}
